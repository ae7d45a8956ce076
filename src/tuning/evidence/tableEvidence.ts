import type { Settings } from '../../core/setting/spec.js';
import type { Row } from '../../inspect/section.js';
import type { Evidence } from '../evidence.js';
import { numberIn, ratioOf, rowsOf, sumOf, type Readings } from './readings.js';

type TableEvidence = Pick<Evidence, 'dead_tuple_ratio' | 'tables_behind_autovacuum'>;

/** Dead rows beyond so many times autovacuum's threshold: it comes round once a minute, so one that is due is normal. */
const BEHIND = 2;

/** What the largest tables of the connected database tell of autovacuum. */
export function tableEvidence(readings: Readings, settings: Settings): TableEvidence {
  const rows = rowsOf(readings, 'pg_stat_user_tables', ['exclusively_locked', 'lock_timeout']);
  const live = sumOf(rows, 'n_live_tup');
  const dead = sumOf(rows, 'n_dead_tup');
  const limits = settings.has('autovacuum_vacuum_scale_factor') ? settings : null;
  return {
    dead_tuple_ratio: live === null || dead === null ? null : ratioOf(dead, live + dead),
    tables_behind_autovacuum:
      rows === null || limits === null ? null : rows.filter((row) => isBehind(row, limits)).length,
  };
}

function isBehind(row: Row, settings: Settings): boolean {
  const isVacuumed = row['relkind'] !== 'partitioned table' && row['persistence'] !== 'temporary';
  const option = optionsOf(row);
  if (!isVacuumed || /^(off|false|no|0)$/i.test(option('autovacuum_enabled') ?? '')) return false;
  const limit = (name: string): number | null => {
    const text = option(name) ?? settings.get(name)?.setting;
    return text === undefined ? null : Number(text);
  };
  const rows = numberIn(row, 'reltuples') ?? numberIn(row, 'n_live_tup') ?? 0;
  const byShare =
    (limit('autovacuum_vacuum_threshold') ?? 0) + (limit('autovacuum_vacuum_scale_factor') ?? 0) * rows;
  const most = limit('autovacuum_vacuum_max_threshold');
  const threshold = most === null || most < 0 ? byShare : Math.min(byShare, most);
  return (numberIn(row, 'n_dead_tup') ?? 0) > BEHIND * threshold;
}

/** Looks up a table's storage option, as `name=value` in its reloptions. */
function optionsOf(row: Row): (name: string) => string | undefined {
  const options = (row['reloptions'] as readonly string[] | null) ?? [];
  return (name) => options.find((option) => option.startsWith(`${name}=`))?.slice(name.length + 1);
}
