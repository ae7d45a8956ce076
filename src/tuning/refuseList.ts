import type { Setting, Settings } from '../core/setting/spec.js';

/** What is never recommended, whoever proposes it. */
interface Ban {
  readonly parameter: string;
  /** Values, as pg_settings shows them, that are never recommended; `any` leaves the parameter alone altogether. */
  readonly never: 'any' | readonly string[];
  /** Values that are warned of where they are in force. */
  readonly dangers: readonly string[];
  readonly why: string;
}

const BANS: readonly Ban[] = [
  {
    parameter: 'fsync',
    never: 'any',
    dangers: ['off'],
    why: 'when the machine stops, the whole cluster can be beyond repair',
  },
  {
    parameter: 'full_page_writes',
    never: 'any',
    dangers: ['off'],
    why: 'when the machine stops while a page is written, that page is lost',
  },
  {
    parameter: 'synchronous_commit',
    never: 'any',
    dangers: ['off'],
    why: 'transactions that were told committed can be lost in a crash',
  },
  {
    parameter: 'zero_damaged_pages',
    never: 'any',
    dangers: ['on'],
    why: 'pages that cannot be read are emptied, and their rows are gone',
  },
  {
    parameter: 'ignore_checksum_failure',
    never: 'any',
    dangers: ['on'],
    why: 'damaged pages are read as if they were sound',
  },
  {
    parameter: 'allow_system_table_mods',
    never: 'any',
    dangers: ['on'],
    why: 'one statement on a system table can make the cluster unusable',
  },
  {
    parameter: 'wal_level',
    never: ['minimal'],
    dangers: ['minimal'],
    why: 'neither standbys nor backups with point-in-time recovery are possible',
  },
  {
    parameter: 'autovacuum',
    never: ['off'],
    dangers: ['off'],
    why: 'tables bloat, statistics age, and transaction ids run out',
  },
  {
    parameter: 'log_hostname',
    never: 'any',
    dangers: ['on'],
    why: 'every connection waits for a name server',
  },
  {
    parameter: 'log_statement',
    never: ['all'],
    dangers: [],
    why: 'every statement is written to the log, with whatever secrets it holds',
  },
  {
    parameter: 'huge_pages',
    never: ['on', 'off'],
    dangers: [],
    why: 'with on, the server does not start where the kernel has too few; off gives up what try takes where it can',
  },
  {
    parameter: 'io_method',
    never: ['io_uring'],
    dangers: [],
    why: 'the server does not start where its build, a container’s seccomp profile or the limit of locked memory forbids it',
  },
];

/** Restart-only limits that standbys and extensions count on. */
const NEVER_LOWERED: readonly string[] = ['max_worker_processes'];

/** Why that value is never recommended; null when it may be. Values in the form of pg_settings.setting. */
export function refusalOf({ name, setting: inForce }: Setting, recommended: string): string | null {
  const ban = BANS.find(({ parameter }) => parameter === name);
  if (ban !== undefined && (ban.never === 'any' || ban.never.includes(recommended))) return ban.why;
  if (NEVER_LOWERED.includes(name) && Number(recommended) < Number(inForce)) {
    return 'it is never lowered: standbys must have at least as many, and extensions take theirs from it';
  }
  return null;
}

/** What is in force that nobody should run with. */
export function dangersOf(settings: Settings): { readonly parameter: string; readonly message: string }[] {
  return BANS.flatMap(({ parameter, dangers, why }) => {
    const setting = settings.get(parameter)?.setting ?? '';
    return dangers.includes(setting) ? [{ parameter, message: `${parameter} is ${setting}: ${why}` }] : [];
  });
}
