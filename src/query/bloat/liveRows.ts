/** What is known of the number of rows of a relation. */
export interface RowCounts {
  /** Pages and rows when they were last counted. */
  readonly relpages: number;
  readonly reltuples: number;
  readonly live_rows: number;
  readonly dead_rows: number;
  readonly modified_rows: number;
}

interface LiveRows {
  /** Null where they were never counted. */
  readonly rows: number | null;
  readonly isStale: boolean;
}

/** Counts that differ by more than this share, and by more than a few rows, are of different times. */
const SAME_WITHIN = 0.1;
const FEW_ROWS = 50;
/** After so many changes for each row, widths and NULLs may be other ones. */
const CHANGED_SHARE = 0.5;

/**
 * Rows that live in a relation of this many pages now: as the last VACUUM or ANALYZE counted them, or by the
 * cumulative statistics where these know of more than a little that happened since. Where they know nothing (a
 * standby, or after a crash), rows grow with pages, as the planner has it.
 */
export function liveRows(counts: RowCounts, pages: number): LiveRows {
  const { relpages, reltuples, live_rows: live, dead_rows: dead, modified_rows: modified } = counts;
  if (reltuples < 0 || (relpages === 0 && reltuples === 0 && pages > 0))
    return { rows: null, isStale: false };
  const isInformed = live + dead + modified > 0;
  if (!isInformed) {
    const hasGrown = relpages > 0 && Math.abs(pages - relpages) > Math.max(8, relpages * SAME_WITHIN);
    return hasGrown
      ? { rows: (reltuples * pages) / relpages, isStale: true }
      : { rows: reltuples, isStale: false };
  }
  const isOther = Math.abs(live - reltuples) > Math.max(FEW_ROWS, reltuples * SAME_WITHIN);
  if (isOther) return { rows: live, isStale: true };
  return { rows: reltuples, isStale: modified > Math.max(FEW_ROWS, reltuples * CHANGED_SHARE) };
}
