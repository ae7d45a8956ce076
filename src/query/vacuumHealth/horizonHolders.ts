import { quoteLiteral } from '../../core/identifier.js';
import type { HorizonHolder } from './vacuumData.js';
import type { HolderRow } from './holdersQuestion.js';

const SHOWN_TEXT = 1000;

/**
 * Who keeps VACUUM from removing dead rows, the furthest back first. A transaction of one database holds back the
 * tables of that one alone; slots and standbys hold back all, and a logical slot the system catalogs only. Pure.
 * @param database the connected one
 */
export function horizonHolders(
  rows: readonly HolderRow[],
  database: string,
  inRecovery: boolean,
): HorizonHolder[] {
  const affects = (row: HolderRow): boolean => row.datname === null || row.datname === database;
  const ages = rows
    .filter((row) => affects(row) && row.catalogs_only !== true)
    .map(({ xid_age }) => xid_age ?? 0);
  const oldest = Math.max(-1, ...ages);
  return rows
    .map((row): HorizonHolder => ({
      kind: row.kind as HorizonHolder['kind'],
      name: row.name,
      pid: row.pid,
      database: row.datname,
      user: row.usename,
      application_name: row.application_name,
      state: row.state,
      catalogs_only: row.catalogs_only ?? false,
      since: row.since,
      xid_age: row.xid_age ?? 0,
      affects_connected_database: affects(row),
      is_oldest: affects(row) && row.catalogs_only !== true && row.xid_age === oldest,
      query:
        row.query === null || row.query.length <= SHOWN_TEXT
          ? row.query
          : `${row.query.slice(0, SHOWN_TEXT)}…`,
      advice: adviceFor(row, inRecovery),
    }))
    .sort((one, other) => other.xid_age - one.xid_age);
}

function adviceFor(row: HolderRow, inRecovery: boolean): string {
  const name = quoteLiteral(row.name ?? '');
  switch (row.kind as HorizonHolder['kind']) {
    case 'prepared_transaction':
      return `Finish it, connected to ${row.datname ?? 'its database'}: COMMIT PREPARED ${name} or ROLLBACK PREPARED ${name}.`;
    case 'replication_slot':
      return row.state === 'active'
        ? 'Its receiver is slow, or holds the horizon by its feedback: look at long queries there.'
        : `Nobody uses it: bring its receiver back, or drop it with SELECT pg_drop_replication_slot(${name}).`;
    case 'standby':
      return 'hot_standby_feedback tells of a query there: end that query on the standby.';
    case 'transaction': {
      const here = inRecovery ? ' It holds the primary back only while hot_standby_feedback is on here.' : '';
      const end =
        row.state?.startsWith('idle in transaction') === true ? 'pg_terminate_backend' : 'pg_cancel_backend';
      return `Commit or roll it back in the client, or SELECT ${end}(${String(row.pid)}).${here}`;
    }
  }
}
