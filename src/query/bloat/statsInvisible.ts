import { named } from '../../inspect/exclusivelyLocked.js';
import type { Limitation } from '../limitation.js';
import type { IndexRow, TableRow } from './relationRows.js';
import type { Surveyed } from './survey.js';

/** That nothing is known of the bloat of some, for want of SELECT on all of their columns; none where all is known. */
export function statsInvisible(all: readonly Surveyed<TableRow | IndexRow>[]): Limitation[] {
  const invisible = all.filter(({ reasons }) => reasons.includes('stats_invisible'));
  if (invisible.length === 0) return [];
  const names = named(invisible.map(({ row }) => [row.schema, row.name]));
  const message = `not measurable, since this role may not read all of their columns: ${names}`;
  return [{ subject: 'pg_stats', status: 'partial', reason: 'stats_invisible', message }];
}
