import type { Static, TObject } from '../core/schema.js';
import type { Reason, Section, SectionOf } from '../inspect/section.js';

/** From the least to the worst. */
export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What rules are about; each has a folder in src/check/rules. */
export const FAMILIES = [
  'availability',
  'connections',
  'settings',
  'vacuum',
  'wraparound',
  'bloat',
  'indexes',
  'queries',
  'locks',
  'replication',
  'wal',
  'sequences',
  'constraints',
  'extensions',
  'security',
] as const;
export type Family = (typeof FAMILIES)[number];

/** What a finding is about. */
export const OBJECT_TYPES = [
  'server',
  'setting',
  'database',
  'role',
  'schema',
  'table',
  'index',
  'sequence',
  'constraint',
  'function',
  'extension',
  'trigger',
  'replication_slot',
  'standby',
  'subscription',
  'query',
  'session',
  'prepared_transaction',
  'hba_line',
] as const;

export interface CheckedObject {
  readonly type: (typeof OBJECT_TYPES)[number];
  /** As SQL writes it: qualified and quoted where needed; settings, slots, roles and databases bare. */
  readonly name: string;
}

export type Evidence = Readonly<Record<string, number | string | boolean | null>>;

/** A number that decides, which a thresholds file may change. */
export interface Threshold {
  readonly value: number;
  /** `ratio`, `ms`, `bytes`, `transactions`, `rows` … */
  readonly unit: string;
  /** What it decides, as the end of "reported when …". */
  readonly meaning: string;
}

/** What one rule found. */
export interface Found {
  readonly object: CheckedObject;
  /** What it is known by from one run to the next, where the object’s name (a pid) does not last that long. */
  readonly knownAs?: string;
  readonly severity: Severity;
  /** The numbers that were looked at, by name with unit. */
  readonly evidence: Evidence;
  /** Name of the rule's threshold that was crossed; null for a rule without one. */
  readonly threshold: string | null;
  /** In place of the rule's own, where the object decides. */
  readonly remediation?: Remediation;
}

export interface Remediation {
  /** One or two sentences: what to do. */
  readonly text: string;
  /** Statements in order, one a line; null where SQL does not help. */
  readonly sql: string | null;
}

/** Why a rule can say nothing, although its sections could be read. */
export interface CannotTell {
  readonly cannotTell: string;
  readonly reason: Reason;
}

/** What is known of the host that the server runs on; from flags, or found out. Null when it is not known. */
export interface CheckedHost {
  readonly ramBytes: number | null;
  readonly cpus: number | null;
  readonly storage: 'ssd' | 'san' | 'hdd' | 'nvme' | null;
}

/** What the rules of tuning would set on such a host, where that is a number. */
export interface Advice {
  readonly parameter: string;
  /** As SHOW prints them. */
  readonly current: string;
  readonly recommended: string;
  /** How many times the smaller is in the larger of the two. */
  readonly factor: number;
  readonly rationale: string;
}

/** Everything that rules may look at: one DiagSnapshot, from a server or from a file. */
export interface Checked {
  readonly major: number;
  readonly serverVersionNum: number;
  readonly role: 'primary' | 'standby';
  /** Database that per-database sections are of. */
  readonly database: string;
  readonly managedBy: string;
  /** When it was taken, by the server's clock, ISO 8601 UTC. */
  readonly collectedAt: string;
  readonly host: CheckedHost;
  readonly advice: readonly Advice[];
  /** Rows of a section among the rule's `reads`. */
  rows<R extends TObject>(section: SectionOf<R>): readonly Static<R>[];
  /** When the section's counters were last reset; null when not known. */
  statsReset(section: Section): string | null;
  /**
   * A setting in its base unit as pg_settings has it; null when the server has none of that name, hides it, or when
   * pgdba's own session has set it (statement_timeout and the like).
   */
  setting(name: string): string | null;
  /** The same as a number, in the unit of pg_settings; null also where it is none. */
  numberSetting(name: string): number | null;
  /** A memory setting in bytes. */
  bytesSetting(name: string): number | null;
  /** A setting of time in milliseconds. */
  msSetting(name: string): number | null;
}

/**
 * One rule: one file in src/check/rules/<family>/, and a line in its registry. It is pure: the same snapshot gives the
 * same findings, whenever it is asked.
 */
export interface CheckRule {
  /** Stable, snake_case, unique. */
  readonly id: string;
  readonly family: Family;
  /** What is wrong when it finds something, as a sentence without a full stop. */
  readonly title: string;
  /** The worst that it says. */
  readonly severity: Severity;
  /** For its page: what it looks at, why it matters, when it stays silent. Two to five sentences. */
  readonly about: string;
  /** Manual page, source file or measured fact that the rule and its thresholds rest on. */
  readonly source: string;
  readonly remediation: Remediation;
  /** Sections that it cannot do without: when one could not be read, the rule is not evaluated. */
  readonly reads: readonly Section[];
  /** Settings that it cannot do without: one that is hidden from the role leaves it not evaluated. */
  readonly settings?: readonly string[];
  /** Sections that make it sharper, and that it can do without. */
  readonly uses?: readonly Section[];
  /** Absent: every version that pgdba knows. Elsewhere the rule does not apply, which is no gap. */
  readonly since?: number;
  readonly until?: number;
  /** Absent: on primaries and standbys alike. */
  readonly only?: 'primary' | 'standby';
  /** By name; `warning` and `critical` are the usual ones. */
  readonly thresholds: Readonly<Record<string, Threshold>>;
  /** @param limit the value in force of one of the thresholds */
  readonly find: (checked: Checked, limit: (name: string) => number) => readonly Found[] | CannotTell;
}
