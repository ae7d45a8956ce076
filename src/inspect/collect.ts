import type { ServerFacts } from '../cluster/serverFacts.js';
import type { ErrorCode } from '../core/codes.js';
import { PgdbaError } from '../core/errors.js';
import type { Snapshot } from '../db/snapshot.js';
import type { Reading, Statement } from '../db/statement.js';
import { decodeRows, type DecodeOptions } from './decode.js';
import { readiness, type Readiness } from './prerequisites.js';
import type { Parameter, Reason, Row, Section, Variant } from './section.js';
import { chooseVariant } from '../core/version.js';
import type { SectionResult, SectionResults } from './snapshot.js';

export interface CollectOptions extends DecodeOptions {
  /** Rows per section; 0 = all. */
  readonly limit: number;
  /** Whether pg_stat_statements reads its file of texts. */
  readonly queryText: boolean;
  /** Aborted when the run has used up its time: what is not read by then is `budget_spent`. */
  readonly budget: AbortSignal;
  /** Values of the parameters `given:NAME`. */
  readonly given?: Readonly<Record<string, ParameterValue>>;
}

/**
 * Reads the sections inside the snapshot, all in one round trip, each with its own outcome; one more only for sections
 * that met a lock taken in the meantime. Never throws for what the server says.
 */
export async function collectSections(
  snapshot: Snapshot,
  facts: ServerFacts,
  sections: readonly Section[],
  options: CollectOptions,
): Promise<SectionResults> {
  const results = await Promise.all(
    sections.map(
      async (section) => [section.id, await collectSection(snapshot, facts, section, options)] as const,
    ),
  );
  return Object.fromEntries(results);
}

async function collectSection(
  snapshot: Snapshot,
  facts: ServerFacts,
  section: Section,
  options: CollectOptions,
): Promise<SectionResult> {
  const ready = readiness(section, facts);
  if (ready.variant === null) return unread(section, 'skipped', ready.reason, ready.message);
  const reading = await snapshot.read(statementOf(section, ready.variant, facts, options));
  const { result } = reading;
  if (!(result instanceof PgdbaError)) return readSection(section, reading, ready, facts, options);
  const fallback = chooseVariant(section.withoutLocks ?? [], facts.major);
  if (result.code !== 'lock_timeout' || fallback === undefined) return failed(section, reading, options);
  const again = await snapshot.read(statementOf(section, fallback, facts, options));
  if (again.result instanceof PgdbaError) return failed(section, again, options);
  return readSection(
    section,
    again,
    {
      ...ready,
      status: 'partial',
      reason: 'lock_timeout',
      message: `${result.message}; read without what waits for locks`,
    },
    facts,
    options,
  );
}

type ParameterValue = NonNullable<Statement['params']>[number];

/** What stands for `$1`, `$2` … of a section's variants. @throws Error when nobody gave a value: a bug */
function valueOf(name: Parameter, { limit, queryText, given }: CollectOptions): ParameterValue {
  if (name === 'limit') return limit;
  if (name === 'query_text') return queryText;
  const value = given?.[name.slice('given:'.length)];
  if (value === undefined) throw new Error(`no value was handed in for ${name}`);
  return value;
}

function statementOf(section: Section, variant: Variant, facts: ServerFacts, options: CollectOptions) {
  const schema = facts.extensions[section.versionedBy?.extension ?? '']?.schema;
  return {
    sql: schema === undefined ? variant.sql : variant.sql.replaceAll('@extschema@', () => schema),
    params: section.parameters.map((name) => valueOf(name, options)),
  };
}

function readSection(
  section: Section,
  reading: Reading,
  ready: Exclude<Readiness, { variant: null }>,
  { database }: ServerFacts,
  options: CollectOptions,
): SectionResult {
  if (reading.result instanceof PgdbaError) return failed(section, reading, options);
  const of = section.scope === 'database' ? database : undefined;
  const { rows, total } = decodeRows(section, reading.result, options, of);
  const shortfall = section.shortfall?.(rows) ?? null;
  const cut = total !== null && total > rows.length;
  const messages = [ready.message, shortfall?.message].filter((message) => typeof message === 'string');
  return {
    status: shortfall === null ? ready.status : 'partial',
    reason: ready.reason ?? shortfall?.reason ?? (cut ? 'truncated' : null),
    message: messages.length === 0 ? null : messages.join('; '),
    reads: section.reads,
    duration_ms: rounded(reading.durationMs),
    sampled_at: reading.sampledAt,
    stats_reset: latestReset(section, rows),
    truncated: cut ? { shown: rows.length, total } : null,
    rows,
  };
}

/** The reason of a section whose statement failed, by the error's code; everything else is `error`. */
const FAILURES: Readonly<Partial<Record<ErrorCode, Reason>>> = {
  lock_timeout: 'lock_timeout',
  statement_timeout: 'statement_timeout',
  insufficient_privilege: 'no_privilege',
};

function failed(section: Section, reading: Reading, { budget }: CollectOptions): SectionResult {
  const error = reading.result as PgdbaError;
  const took = { duration_ms: rounded(reading.durationMs), sampled_at: reading.sampledAt };
  if (budget.aborted) {
    return {
      ...unread(section, 'skipped', 'budget_spent', 'the run’s --timeout passed before it was read'),
      ...took,
    };
  }
  return { ...unread(section, 'failed', FAILURES[error.code] ?? 'error', error.message), ...took };
}

/** The result of a section that was not read; the same keys as any other. */
export function unread(
  section: Section,
  status: SectionResult['status'],
  reason: Reason,
  message: string | null,
): SectionResult {
  return {
    status,
    reason,
    message,
    reads: section.reads,
    duration_ms: 0,
    sampled_at: null,
    stats_reset: null,
    truncated: null,
    rows: [],
  };
}

function latestReset(section: Section, rows: readonly Row[]): string | null {
  const { resetAt } = section;
  if (resetAt === undefined) return null;
  return latest(rows.map((row) => row[resetAt] as string | null));
}

/** The latest of some ISO 8601 times; null when none is known. */
export function latest(times: readonly (string | null)[]): string | null {
  return times.reduce((best, time) => (best === null || (time !== null && time > best) ? time : best), null);
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
