export const RELIABILITIES = ['good', 'doubtful', 'not_measurable'] as const;
export type Reliability = (typeof RELIABILITIES)[number];

interface ReasonEntry {
  /** The best reliability that a row with this reason can have. */
  readonly leaves: Reliability;
  readonly meaning: string;
}

const table = {
  never_analyzed: { leaves: 'not_measurable', meaning: 'it was never analyzed: ANALYZE it' },
  never_vacuumed: {
    leaves: 'not_measurable',
    meaning: 'its TOAST table was never vacuumed, and nothing else counts its chunks',
  },
  stats_invisible: {
    leaves: 'not_measurable',
    meaning: 'this role may not read all of its columns, so that pg_stats hides their statistics',
  },
  no_statistics: {
    leaves: 'not_measurable',
    meaning: 'a column of variable width has no statistics, though others have: added since, or target 0',
  },
  expression_without_statistics: {
    leaves: 'not_measurable',
    meaning: 'an expression of the index has no statistics: ANALYZE the table',
  },
  not_btree: { leaves: 'not_measurable', meaning: 'only btree indexes can be estimated' },
  not_heap: { leaves: 'not_measurable', meaning: 'only tables of the access method heap can be estimated' },
  invalid_index: { leaves: 'not_measurable', meaning: 'it was not built to its end' },
  not_measured_budget: { leaves: 'good', meaning: '--byte-budget was spent before it could be measured' },
  not_measured_error: { leaves: 'good', meaning: 'measuring it failed, see limitations' },
  not_measured_locked: {
    leaves: 'good',
    meaning: 'measuring it would wait for an AccessExclusiveLock that somebody holds or awaits',
  },
  exclusively_locked: {
    leaves: 'doubtful',
    meaning: 'an AccessExclusiveLock is held or awaited: its size is that of the last VACUUM or ANALYZE',
  },
  stale_statistics: {
    leaves: 'doubtful',
    meaning: 'more was changed since the last VACUUM or ANALYZE than leaves its figures true',
  },
  toast_chunk_sizes: {
    leaves: 'doubtful',
    meaning: 'chunks of TOAST are taken for full ones: bloat_bytes is the least that a rewrite gives back',
  },
  toast_widths: {
    leaves: 'doubtful',
    meaning: 'values of an indexed column lie in TOAST, which the index does not use: its entries are wider',
  },
  wide_rows: {
    leaves: 'doubtful',
    meaning: 'few rows fit a page, and what is left of each depends on how their widths vary',
  },
  deduplicated: {
    leaves: 'doubtful',
    meaning: 'equal keys share posting lists: how many are equal is known by n_distinct only',
  },
  name_columns: {
    leaves: 'doubtful',
    meaning: 'an index stores type name without padding: lengths are taken from the histogram',
  },
  partial_index: { leaves: 'doubtful', meaning: 'statistics speak of all rows, not of those in the index' },
  tiny: { leaves: 'doubtful', meaning: 'so few pages that one more or less is a large share' },
  dropped_columns: {
    leaves: 'good',
    meaning: 'columns were dropped: a rewrite gives their values’ space back',
  },
} as const satisfies Readonly<Record<string, ReasonEntry>>;

export type BloatReason = keyof typeof table;
export const BLOAT_REASONS = Object.keys(table) as [BloatReason, ...BloatReason[]];

/** Reasons with what they mean, a line each, for the schema. */
export const REASON_MEANINGS = Object.entries(table)
  .map(([reason, { meaning }]) => `${reason}: ${meaning}`)
  .join('; ');

/** How far an estimate with these reasons can be relied on. */
export function reliabilityOf(reasons: readonly BloatReason[]): Reliability {
  const worst = Math.max(0, ...reasons.map((reason) => RELIABILITIES.indexOf(table[reason].leaves)));
  return RELIABILITIES[worst] ?? 'not_measurable';
}
