import { quoteIdentifier } from '../../core/identifier.js';
import type { Remedy } from './bloatData.js';
import type { BloatReason } from './reasons.js';
import { qualified, reindex } from './reindex.js';
import { fillfactorOf, type IndexRow, type TableRow } from './relationRows.js';

/** Less is not worth anybody's work. */
const WORTH_RATIO = 0.2;
const WORTH_BYTES = 128 * 1024;
/** Dead rows that VACUUM should take first, as a share of all. */
const DEAD_SHARE = 0.1;
/** Updates that had to leave their page, as a share of all, beyond which room in each page helps. */
const LEFT_PAGE_SHARE = 0.5;
const ROOMY_FILLFACTOR = 90;

interface Found {
  readonly bloat: number | null;
  readonly size: number;
  readonly reasons: readonly BloatReason[];
  readonly role: string;
}

/** Reasons that an ANALYZE takes away. */
const ANALYZE_HELPS: readonly BloatReason[] = [
  'never_analyzed',
  'no_statistics',
  'expression_without_statistics',
  'stale_statistics',
];

function isWorthIt({ bloat, size }: Found): boolean {
  return bloat !== null && bloat >= WORTH_BYTES && bloat >= size * WORTH_RATIO;
}

function knowMore(table: string, { reasons, role, size }: Found): Remedy[] {
  if (size === 0) return [];
  if (reasons.includes('stats_invisible')) {
    const sql = `GRANT SELECT ON TABLE ${table} TO ${quoteIdentifier(role)};`;
    return [{ action: 'grant_select', sql, why: 'pg_stats shows only columns that the role may read' }];
  }
  if (!reasons.some((reason) => ANALYZE_HELPS.includes(reason))) return [];
  return [{ action: 'analyze', sql: `ANALYZE ${table};`, why: 'an estimate needs statistics of today' }];
}

/** What to do about a table or its TOAST table, the mildest first; empty where nothing is worth it. */
export function tableRemedies(row: TableRow, found: Found): Remedy[] {
  const table = qualified(row.schema, row.name);
  const remedies = knowMore(table, found);
  const neverVacuumed = found.reasons.includes('never_vacuumed');
  const isDead = row.dead_rows > (row.live_rows + row.dead_rows) * DEAD_SHARE && isWorthIt(found);
  if (neverVacuumed || isDead) {
    const why = neverVacuumed
      ? 'it counts the chunks of TOAST'
      : `takes ${String(row.dead_rows)} dead rows: their space is used again, and given back where it ends the file`;
    remedies.push({ action: 'vacuum', sql: `VACUUM ${table};`, why });
  }
  if (!isWorthIt(found)) return remedies;
  const locked = 'locks out everybody, readers too, until it is done, and needs disk for a copy';
  return [
    ...remedies,
    ...roomForUpdates(row, table),
    {
      action: 'rewrite_online',
      sql: null,
      why: `pg_repack (an extension and a program) rewrites ${table} and its indexes while it is in use, and needs disk for a copy`,
    },
    { action: 'rewrite', sql: `VACUUM (FULL, ANALYZE) ${table};`, why: locked },
  ];
}

function roomForUpdates(row: TableRow, table: string): Remedy[] {
  const left = row.updates - row.hot_updates;
  const isRestless = row.updates > row.live_rows && left > row.updates * LEFT_PAGE_SHARE;
  if (row.part === 'toast' || !isRestless || fillfactorOf(row.options, 100) <= ROOMY_FILLFACTOR) return [];
  const why = `${String(left)} of ${String(row.updates)} updates were not HOT: room in each page lets more of them stay there, if no indexed column changes`;
  const sql = `ALTER TABLE ${table} SET (fillfactor = ${String(ROOMY_FILLFACTOR)});`;
  return [{ action: 'lower_fillfactor', sql, why }];
}

/** What to do about an index. */
export function indexRemedies(row: IndexRow, found: Found): Remedy[] {
  const remedies = knowMore(qualified(row.schema, row.table), found);
  if (!isWorthIt(found)) return remedies;
  return [...remedies, reindex(row)];
}
