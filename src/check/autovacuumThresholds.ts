import { numberOption } from './reloption.js';
import type { Checked } from './rule.js';

/** What is asked of a row of pg_stat_user_tables. */
interface TableRow {
  readonly reltuples: number | null;
  readonly reloptions: readonly string[] | null;
}

/**
 * Dead rows at which autovacuum vacuums a table: threshold + scale factor × reltuples, from 18 on at most
 * autovacuum_vacuum_max_threshold; its own storage parameters first. Null when a setting cannot be seen.
 * Source: manual, "The Autovacuum Daemon".
 */
export function vacuumThreshold(checked: Checked, table: TableRow): number | null {
  const due = thresholdOf(checked, table, 'autovacuum_vacuum');
  const ceiling = optionOrSetting(checked, table, 'autovacuum_vacuum_max_threshold');
  return due === null || ceiling === null || ceiling < 0 ? due : Math.min(due, ceiling);
}

/** Changed rows at which autovacuum analyzes a table. */
export function analyzeThreshold(checked: Checked, table: TableRow): number | null {
  return thresholdOf(checked, table, 'autovacuum_analyze');
}

function thresholdOf(checked: Checked, table: TableRow, prefix: string): number | null {
  const base = optionOrSetting(checked, table, `${prefix}_threshold`);
  const scale = optionOrSetting(checked, table, `${prefix}_scale_factor`);
  if (base === null || scale === null) return null;
  return base + scale * Math.max(0, table.reltuples ?? 0);
}

function optionOrSetting(checked: Checked, { reloptions }: TableRow, name: string): number | null {
  return numberOption(reloptions, name) ?? checked.numberSetting(name);
}
