import { closedObject, nullable, Type, type Static } from '../../core/schema.js';

export const evictedSchema = closedObject(
  {
    count: nullable(
      Type.Number({
        description:
          'times that the server threw entries out to make room, since stats_reset, with --delta in the interval; null before 1.9 of the extension',
      }),
    ),
    entries: nullable(Type.Integer({ description: 'entries it holds now' })),
    max_entries: nullable(Type.Integer({ description: 'entries it can hold: pg_stat_statements.max' })),
    evicted_entries_estimate: nullable(
      Type.Number({ description: 'entries thrown out: 5 % of max_entries each time, and 10 at least' }),
    ),
    doubtful: nullable(
      Type.Boolean({ description: 'whether the ranking may lack a statement that belongs in it' }),
    ),
    reason: nullable(Type.String({ description: 'why it is doubtful, or why nobody can tell' })),
  },
  'what was forgotten: the server throws out what was executed least often, however long it took',
);
export type Evicted = Static<typeof evictedSchema>;

/** Source: pg_stat_statements.c, USAGE_DEALLOC_PERCENT and the least that entry_dealloc() throws out. */
const EVICTED_SHARE = 0.05;
const LEAST_EVICTED = 10;
/** As many entries thrown out as are a tenth of what it holds make the ranking doubtful. */
const DOUBTFUL_SHARE = 0.1;
/** A table this full is about to throw entries out, or does so all the time. */
const FULL_SHARE = 0.95;

/**
 * How much was forgotten and whether that matters.
 * @param count evictions in the time that the numbers speak of; null where the server does not count them
 * @param entries how many entries there are now
 */
export function judgeEvictions(
  count: number | null,
  entries: number | null,
  maxEntries: number | null,
): Evicted {
  const estimate =
    count === null || maxEntries === null
      ? null
      : count * Math.max(LEAST_EVICTED, Math.floor(maxEntries * EVICTED_SHARE));
  const known = { count, entries, max_entries: maxEntries, evicted_entries_estimate: estimate };
  if (count === 0) return { ...known, doubtful: false, reason: null };
  if (count === null) return { ...known, ...judgedByFullness(entries, maxEntries) };
  const share = (estimate ?? Infinity) / Math.max(entries ?? 0, 1);
  if (share < DOUBTFUL_SHARE) return { ...known, doubtful: false, reason: null };
  return {
    ...known,
    doubtful: true,
    reason:
      `about ${String(estimate ?? 'an unknown number of')} entries were thrown out and ${String(entries ?? '?')} are held: ` +
      'a statement that runs seldom and takes long may be missing, or have begun anew; raise pg_stat_statements.max',
  };
}

function judgedByFullness(
  entries: number | null,
  maxEntries: number | null,
): Pick<Evicted, 'doubtful' | 'reason'> {
  const uncounted = 'pg_stat_statements before 1.9 does not count what it throws out';
  if (entries === null || maxEntries === null) return { doubtful: null, reason: uncounted };
  // Entries are only thrown out once there is no room left, and then only a few of them.
  const full = `${String(entries)} of ${String(maxEntries)} entries are taken`;
  return entries >= maxEntries * FULL_SHARE - LEAST_EVICTED
    ? { doubtful: true, reason: `${uncounted}, and ${full}: some are likely to be missing` }
    : { doubtful: null, reason: `${uncounted}; ${full}` };
}
