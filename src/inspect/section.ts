import { closedObject, type Static, type TObject } from '../core/schema.js';
import { key } from './column.js';

/** Why a section is not `ok`, or is `ok` with a limitation; stable, callers branch on it. */
export const REASONS = [
  'no_privilege',
  'server_too_old',
  'server_too_new',
  'extension_missing',
  'not_primary',
  'not_standby',
  'lock_timeout',
  'statement_timeout',
  'exclusively_locked',
  'truncated',
  'stats_invisible',
  'setting_off',
  'section_excluded',
  'budget_spent',
  'error',
] as const;
export type Reason = (typeof REASONS)[number];

export const STATUSES = ['ok', 'partial', 'skipped', 'failed'] as const;
export type Status = (typeof STATUSES)[number];

/**
 * What a section needs from the server. `without` says what happens when it is missing: the section is `skipped`, or
 * read all the same and `partial`, or `ok` with a note (`noted`: nothing hidden, but some numbers are null).
 * `loses` ends the sentence "without it …" and is shown to people.
 */
export type Need =
  | {
      /** Membership in a predefined role (superusers have it). */
      readonly kind: 'role';
      readonly name: 'pg_read_all_stats' | 'pg_read_all_settings' | 'pg_monitor';
      readonly without: 'skipped' | 'partial';
      readonly loses: string;
    }
  | {
      /** EXECUTE on a function that is not PUBLIC everywhere; `name` is a regprocedure, e.g. `pg_catalog.pg_ls_waldir()`. */
      readonly kind: 'function';
      readonly name: string;
      readonly without: 'skipped' | 'partial';
      readonly loses: string;
      /** Oldest major that has the function; older servers do not miss it. */
      readonly since?: number;
      /** What else a GRANT would open: doctor then shows it as a comment to think about, not as a line to run. */
      readonly risk?: string;
    }
  | {
      readonly kind: 'extension';
      readonly name: string;
      readonly without: 'skipped' | 'partial';
      readonly loses: string;
      /** A setting that exists only while the extension's library is preloaded, where it must be. */
      readonly preloadedWhen?: string;
    }
  | {
      /** Superuser, for what no predefined role gives. */
      readonly kind: 'superuser';
      readonly name: 'superuser';
      readonly without: 'skipped' | 'partial';
      /** Oldest major where GRANT ALTER SYSTEM can stand for it; before that, and with null, only a superuser will do. */
      readonly grantableSince: number | null;
      readonly loses: string;
    }
  | {
      /** SELECT on the database's own relations: pg_stats and pg_sequences show only what the role may read. */
      readonly kind: 'select';
      readonly name: 'SELECT on tables' | 'SELECT on sequences';
      readonly without: 'partial';
      readonly loses: string;
    }
  | {
      /** A setting that must not be off, e.g. track_counts. */
      readonly kind: 'setting';
      readonly name: string;
      readonly without: 'partial' | 'noted';
      readonly loses: string;
      readonly since?: number;
      /** The least value that helps; `on` unless said. */
      readonly least?: string;
    };

/** What `$1`, `$2` … stand for; `given:NAME` is a value that a command hands in (CollectOptions.given). */
export type Parameter = 'limit' | 'query_text' | `given:${string}`;

export interface Variant {
  /** Server major, or for `versionedBy` an extension its version by extensionVersionNum() ("1.8" → 1008). */
  readonly since: number;
  readonly sql: string;
}

/**
 * One part of a DiagSnapshot, named after the view it mirrors. Every variant returns exactly the columns of `row`, in
 * any order, with typed NULLs where that version has no such number; a section with the parameter `limit` also
 * returns the hidden column `total_count` (int8): how many rows there are before the limit.
 *
 * `@extschema@` in the SQL of a section `versionedBy` an extension stands for the schema the extension lives in,
 * quoted, as in PostgreSQL's own extension scripts.
 */
export interface Section {
  readonly id: string;
  /** One sentence for people: what the rows are. */
  readonly title: string;
  /** `database` sections see only the connected database and are repeated by --all-databases. */
  readonly scope: 'cluster' | 'database';
  /**
   * What moment the rows speak of: `catalog` rows share the run's snapshot, `statistics` do so from PostgreSQL 15 on
   * (stats_fetch_consistency = snapshot), `live` are read when their statement runs.
   */
  readonly reads: 'catalog' | 'statistics' | 'live';
  /**
   * What `$1`, `$2` … of every variant are. `limit` is an int8, 0 = all: write `LIMIT NULLIF($1::int8, 0)`; a section
   * without it is always read whole. `query_text` is a bool, false with --no-query-text. The sections of inspect use
   * only these two.
   */
  readonly parameters: readonly Parameter[];
  /** In which order rows come, for people: "largest relpages first". */
  readonly order: string;
  readonly needs: readonly Need[];
  /** Absent: variants go by server major. */
  readonly versionedBy?: { readonly extension: string };
  /** Ascending by `since`. */
  readonly variants: readonly Variant[];
  /**
   * The same columns without calls that wait for a relation lock; read in their place when a variant ran into
   * lock_timeout (a lock taken between our look at pg_locks and our read).
   */
  readonly withoutLocks?: readonly Variant[];
  readonly row: TObject;
  /** Column that holds when the row's counters were last reset. */
  readonly resetAt?: string;
  /** Counters that are sums over parts, such as the scans of all indexes of a table: they fall when a part is dropped. */
  readonly sums?: readonly string[];
  /** Column that holds when the row itself began, where a row may be thrown out and begin anew. */
  readonly bornAt?: string;
  /**
   * What the rows themselves say about their completeness, e.g. that a relation was exclusively locked. Pure.
   * Returns null when nothing is missing.
   */
  readonly shortfall?: (rows: readonly Row[]) => Shortfall | null;
}

export interface Shortfall {
  readonly reason: Reason;
  readonly message: string;
}

/** A decoded row: column name → string, number, boolean, JSON or null, as the section's row schema says. */
export type Row = Readonly<Record<string, unknown>>;

/** A section as its file writes it: `resetAt`, `bornAt`, `sums` and `shortfall` know the columns of `row`. */
interface SectionDefinition<R extends TObject> extends Omit<
  Section,
  'row' | 'resetAt' | 'bornAt' | 'sums' | 'shortfall'
> {
  readonly row: R;
  readonly sums?: readonly (keyof R['properties'] & string)[];
  readonly resetAt?: keyof R['properties'] & string;
  readonly bornAt?: keyof R['properties'] & string;
  readonly shortfall?: (rows: readonly Static<R>[]) => Shortfall | null;
}

/** A section whose rows are known at compile time. */
export type SectionOf<R extends TObject> = Section & { readonly row: R };

/** Checks a section's shape at compile time and returns it as the registry holds it. */
export function defineSection<R extends TObject>(definition: SectionDefinition<R>): SectionOf<R> {
  return definition as unknown as SectionOf<R>;
}

/** The row as callers see it: what the SQL returns, and in per-database sections the database it is of. */
export function shownRow({ scope, row }: Pick<Section, 'scope' | 'row'>): TObject {
  if (scope === 'cluster') return row;
  return closedObject({ database: key('database that the row is of'), ...row.properties });
}
