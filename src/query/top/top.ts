import { extensionVersionNum } from '../../core/version.js';
import {
  computeGrowth,
  elapsedBetween,
  voidMessage,
  type GrownRow,
  type Moment,
} from '../../inspect/delta.js';
import type { Row } from '../../inspect/section.js';
import { pgStatStatements } from '../../inspect/sections/pg_stat_statements.js';
import type { Sample, VoidReason } from '../../inspect/snapshot.js';
import type { Limitation } from '../limitation.js';
import { limited } from '../truncated.js';
import { judgeEvictions } from './evictions.js';
import { grouped, type Grouping, type StatementGroup } from './grouping.js';
import { shownStatement } from './shownStatement.js';
import { ranked, sortOf, type SortKey } from './sorting.js';
import { numbersOf, sumOfKnown, totalTimeOf } from './statementNumbers.js';
import type { TopData } from './topData.js';

/** What the caller wants to see. */
export interface TopWish {
  readonly sort: SortKey;
  /** 0 = all. */
  readonly limit: number;
  readonly group: Grouping | null;
  /** Names; empty = all. */
  readonly databases: readonly string[];
  readonly users: readonly string[];
  readonly minCalls: number;
  readonly fullText: boolean;
}

/** All entries of pg_stat_statements at one moment. */
export interface TopSample {
  readonly statements: Sample;
  /** Times that entries were thrown out; null before 1.9. */
  readonly dealloc: number | null;
  readonly maxEntries: number | null;
  readonly moment: Moment;
}

/** What is to be ranked: everything that the filters leave, counted since the reset or in an interval. */
export interface Measured {
  readonly last: TopSample;
  readonly entries: readonly GrownRow[];
  /** Milliseconds between the samples; null where there is one. */
  readonly intervalMs: number | null;
  /** Evictions in the time that the numbers speak of. */
  readonly evictions: number | null;
}

/**
 * The numbers to rank, of one sample or of what changed between two. An entry that was not in the first sample, which
 * was complete, counted all it has in the interval; but not after a reset, which loses what was counted before it.
 */
export function measure(wish: TopWish, last: TopSample, first: TopSample | null): Measured {
  const { statements } = last;
  if (first === null) {
    const entries = statements.rows.map((row) => ({ row, reason: null }));
    return { last, entries: filtered(entries, wish), intervalMs: null, evictions: last.dealloc };
  }
  const wasReset = first.statements.stats_reset !== statements.stats_reset;
  const grown = computeGrowth(
    pgStatStatements,
    first.statements,
    statements,
    [first.moment, last.moment],
    (row) => row['visible'] === true && !wasReset,
  );
  const evictions =
    first.dealloc === null || last.dealloc === null || wasReset || last.dealloc < first.dealloc
      ? null
      : last.dealloc - first.dealloc;
  return {
    last,
    // What is hidden cannot be told apart from another entry of the same user that took its place.
    entries: filtered(grown.map(hiddenIsVoid), wish),
    intervalMs: elapsedBetween(first.statements.sampled_at, statements.sampled_at),
    evictions,
  };
}

function hiddenIsVoid(entry: GrownRow): GrownRow {
  if (entry.row['visible'] === true || (entry.reason !== null && entry.reason !== 'not_sampled'))
    return entry;
  return { row: withoutCounters(entry.row), reason: 'ambiguous_key' };
}

function withoutCounters(row: Row): Row {
  const schema = pgStatStatements.row.properties as Record<string, { readonly 'x-kind'?: string }>;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, schema[name]?.['x-kind'] === 'counter' ? null : value]),
  );
}

function filtered(entries: readonly GrownRow[], { databases, users }: TopWish): GrownRow[] {
  const fits = (names: readonly string[], name: unknown): boolean =>
    names.length === 0 || names.includes(name as string);
  return entries.filter(({ row }) => fits(databases, row['datname']) && fits(users, row['usename']));
}

/** Statements most first, as far as they are shown, and what they are compared with. */
export interface Ranking {
  readonly measured: Measured;
  readonly shown: readonly StatementGroup[];
  readonly truncated: TopData['truncated'];
  readonly total: TopData['total'];
}

/** Puts entries together and ranks them. @param texts by entryKey(): needed to group by fingerprint */
export function rank(wish: TopWish, measured: Measured, texts: ReadonlyMap<string, string>): Ranking {
  const isInterval = measured.intervalMs !== null;
  const groups = grouped(measured.entries, wish.group, texts, isInterval);
  // What did nothing in the interval is no part of an answer about the interval.
  const active = isInterval ? groups.filter(({ numbers }) => numbers.calls !== 0) : groups;
  const chosen = active.filter(({ numbers }) => (numbers.calls ?? Infinity) >= wish.minCalls);
  const { rows, truncated } = limited(ranked(chosen, wish.sort), wish.limit);
  const total = {
    statements: active.length,
    entries: measured.entries.length,
    hidden_entries: measured.entries.filter(({ row }) => row['visible'] !== true).length,
    calls: sumOfKnown(groups.map(({ numbers }) => numbers.calls)),
    total_time_ms: sumOfKnown(groups.map(({ numbers }) => totalTimeOf(numbers))),
  };
  return { measured, shown: rows, truncated, total };
}

/** `data` of `query top`. @param texts of the statements that are shown, by entryKey() */
export function topAnswer(
  wish: TopWish,
  ranking: Ranking,
  texts: ReadonlyMap<string, string>,
  limitations: readonly Limitation[],
): TopData {
  const { measured, shown, total } = ranking;
  const { last, intervalMs } = measured;
  const context = { texts, fullText: wish.fullText, totalTimeMs: total.total_time_ms, intervalMs };
  return {
    mode: intervalMs === null ? 'instant' : 'delta',
    sort: wish.sort,
    group: wish.group,
    extension_version: last.moment.extensionVersion,
    sampled_at: last.statements.sampled_at,
    stats_reset: last.statements.stats_reset,
    interval_ms: intervalMs,
    total,
    evicted: judgeEvictions(measured.evictions, last.statements.rows.length, last.maxEntries),
    void: voidsOf(measured),
    statements: shown.map((group) => shownStatement(group, context)),
    truncated: ranking.truncated,
    limitations: [...limitations, ...unsorted(wish, measured)],
  };
}

function voidsOf({ entries }: Measured): TopData['void'] {
  const counts = new Map<VoidReason, number>();
  for (const { row, reason } of entries) {
    if (reason !== null && row['calls'] === null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => ({ reason, entries: count, message: voidMessage(reason) }));
}

/** What the caller wants rows ranked by may be a number that this server does not count at all. */
function unsorted({ sort }: TopWish, { last, intervalMs, entries }: Measured): Limitation[] {
  const { of, since, setting, lifetimeOnly } = sortOf(sort);
  const told = (reason: Limitation['reason'], why: string): Limitation[] => [
    {
      subject: `--sort ${sort}`,
      status: 'skipped',
      reason,
      message: `${why}: rows are ranked by total_time`,
    },
  ];
  if (lifetimeOnly === true && intervalMs !== null) return told(null, 'no server counts it for an interval');
  const version = last.moment.extensionVersion ?? '';
  if (since !== undefined && extensionVersionNum(version) < extensionVersionNum(since)) {
    return told('server_too_old', `pg_stat_statements ${version} does not count it, ${since} and later do`);
  }
  const counted = entries.length === 0 || entries.some(({ row }) => of(numbersOf([row], false)) !== null);
  return setting === undefined || counted ? [] : told('setting_off', `${setting} is off`);
}
