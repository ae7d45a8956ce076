import { PgdbaError } from '../core/errors.js';
import { NEWEST_MAJOR, OLDEST_MAJOR } from '../core/version.js';
import type { HostFlags } from './host/hostFacts.js';
import type { DbSize, Profile, Storage, Workload } from './situation.js';

/** Which rules answer: today's knowledge and what was measured, or PGTune's formulas as they are. */
export const RULE_SETS = ['pgdba', 'pgtune'] as const;
export type RuleSet = (typeof RULE_SETS)[number];

/** PGTune's own words for workloads, where they are not ours. */
export const PGTUNE_WORKLOADS = ['dw'] as const;

/** What recommendations are asked for. */
export interface TuneWish {
  readonly workload: Workload;
  /** Null: by what is known of the host. */
  readonly profile: Profile | null;
  readonly rules: RuleSet;
  readonly host: HostFlags;
  readonly connections: number | null;
  readonly dbSize: DbSize;
}

/** tuningFlags (src/flags.ts), as parsed. */
interface TuneFlags {
  readonly workload?: Workload | 'dw' | undefined;
  readonly profile?: Profile | undefined;
  readonly rules: RuleSet;
  readonly ram?: number | undefined;
  readonly cpus?: number | undefined;
  readonly storage?: Storage | undefined;
  readonly connections?: number | undefined;
  readonly 'db-size': DbSize;
}

/** PGTune takes no less, and PostgreSQL's own defaults suit what is smaller. */
export const LEAST_RAM_BYTES = 512 * 1024 ** 2;

const LEAST_PGTUNE_CONNECTIONS = 20;

/**
 * What the flags ask for.
 * @throws PgdbaError `usage` for numbers that no server can have, or that PGTune does not take
 */
export function wishOf(flags: TuneFlags): TuneWish {
  const { workload = 'mixed', profile, rules, ram, cpus, storage, connections } = flags;
  const least = rules === 'pgtune' ? LEAST_PGTUNE_CONNECTIONS : 1;
  requireAtLeast('--cpus', cpus, 1);
  requireAtLeast(
    rules === 'pgtune' ? '--connections with --rules pgtune' : '--connections',
    connections,
    least,
  );
  return {
    workload: workload === 'dw' ? 'olap' : workload,
    profile: profile ?? null,
    rules,
    host: { ramBytes: ram ?? null, cpus: cpus ?? null, storage: storage ?? null },
    connections: connections ?? null,
    dbSize: flags['db-size'],
  };
}

function requireAtLeast(flag: string, value: number | undefined, least: number): void {
  if (value === undefined || value >= least) return;
  throw new PgdbaError('usage', `${flag}: ${String(value)} is less than ${String(least)}`, {
    hint: `Give ${String(least)} or more, or leave it out.`,
  });
}

/** A major that is due within a year; its server is tuned as one of the newest that is known. */
const NEXT_MAJOR = NEWEST_MAJOR + 1;

/**
 * The major of a version as people write it: 17, 17.4.
 * @throws PgdbaError `usage` for what is no version, or none that pgdba knows
 */
export function parseMajor(text: string): number {
  const major = /^\d{1,3}(\.\d+)?$/.test(text) ? Number.parseInt(text, 10) : NaN;
  if (major >= OLDEST_MAJOR && major <= NEXT_MAJOR) return major;
  throw new PgdbaError('usage', `"${text}" is no version of PostgreSQL that pgdba knows`, {
    hint: `Give a major from ${String(OLDEST_MAJOR)} to ${String(NEXT_MAJOR)}.`,
  });
}

/** Flags of config tune that mean something only beside another one. */
interface DependentFlags {
  readonly offline: boolean;
  readonly 'pg-version'?: number | undefined;
  readonly ram?: number | undefined;
  readonly apply: boolean;
}

const WITH_APPLY = [
  '--dry-run',
  '--force',
  '--wait',
  '--via',
  '--observe',
  '--max-regression',
  '--confirm-within',
  '--restart',
];

/**
 * Refuses a planned server of which too little is said, and words that would be ignored. A variable or a default that
 * has nothing to do here is left alone: it is meant for other runs.
 * @param argv the words on the command line
 * @throws PgdbaError `usage`
 */
export function requireTogether(flags: DependentFlags, argv: readonly string[]): void {
  const { offline, 'pg-version': major, ram, apply } = flags;
  const isTyped = (flag: string): boolean =>
    argv.some((word) => word === flag || word.startsWith(`${flag}=`));
  const missing = [...(major === undefined ? ['--pg-version'] : []), ...(ram === undefined ? ['--ram'] : [])];
  if (offline && missing.length > 0) {
    throw new PgdbaError('usage', `--offline needs ${missing.join(' and ')}`, {
      hint: 'For example: --offline --pg-version 17 --ram 64GB --cpus 16 --storage ssd --workload oltp.',
    });
  }
  if (!offline && isTyped('--pg-version')) {
    throw new PgdbaError('usage', '--pg-version is for --offline: a server says its version itself');
  }
  const idle = WITH_APPLY.filter(isTyped);
  if (!apply && idle.length > 0) {
    throw new PgdbaError('usage', `without --apply there is nothing for ${idle.join(' and ')} to do`, {
      hint: 'Without --apply nothing is changed.',
    });
  }
}
