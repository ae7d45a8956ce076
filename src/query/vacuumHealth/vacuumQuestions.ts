import { closedObject, type Static } from '../../core/schema.js';
import { flag, gauge, id, key, label, numberKey, query, time } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';

const settingRow = closedObject({
  name: key('name of the setting'),
  setting: label('its value, in its own unit'),
});
export type SettingRow = Static<typeof settingRow>;

/** What autovacuum goes by; every role may see these. */
export const vacuumSettings = defineSection({
  id: 'pg_settings',
  title: 'Settings of autovacuum',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'by name',
  needs: [],
  row: settingRow,
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT s.name, s.setting
  FROM pg_catalog.pg_settings AS s
 WHERE s.name LIKE 'autovacuum%' OR s.name LIKE 'vacuum%'
    OR s.name IN ('track_counts', 'block_size', 'hot_standby_feedback')
 ORDER BY s.name`,
    },
  ],
});

const databaseRow = closedObject({
  datname: key('name of the database'),
  allows_connections: flag('whether anybody may connect'),
  is_template: flag('whether others may clone it'),
  is_connected: flag('whether it is the connected one'),
  xid_age: gauge('transactions begun since its oldest one that is not frozen'),
  mxid_age: gauge('multixacts made since its oldest one that is not frozen'),
  next_xid: id('next transaction id with its epoch, the same in every row'),
  multixact_position: gauge('next multixact id less one, as a signed 32-bit number, the same in every row'),
});
export type DatabaseStat = Static<typeof databaseRow>;

/** Ages of all databases, and where the two counters stand; a snapshot tells the next transaction id and takes none. */
export const vacuumDatabases = defineSection({
  id: 'pg_database',
  title: 'Databases and how far their oldest transaction lies back',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'oldest first',
  needs: [],
  row: databaseRow,
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT d.datname, d.datallowconn AS allows_connections, d.datistemplate AS is_template,
       d.datname = pg_catalog.current_database() AS is_connected,
       pg_catalog.age(d.datfrozenxid) AS xid_age, pg_catalog.mxid_age(d.datminmxid) AS mxid_age,
       pg_catalog.txid_snapshot_xmax(pg_catalog.txid_current_snapshot())::text AS next_xid,
       pg_catalog.mxid_age('1'::xid) AS multixact_position
  FROM pg_catalog.pg_database AS d
 ORDER BY pg_catalog.age(d.datfrozenxid) DESC, d.datname`,
    },
  ],
});

const workerRow = closedObject({
  pid: numberKey('process id'),
  backend_type: label('autovacuum launcher, autovacuum worker, or what runs a VACUUM'),
  datname: label('database'),
  xact_start: time('when it began'),
  age_ms: gauge('milliseconds since then'),
  query: query('what it does'),
});
export type WorkerRow = Static<typeof workerRow>;

/** The processes of autovacuum. */
export const vacuumWorkers = defineSection({
  id: 'pg_stat_activity',
  title: 'The launcher and the workers of autovacuum, and sessions that vacuum',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'by process id',
  needs: [
    {
      kind: 'role',
      name: 'pg_read_all_stats',
      without: 'partial',
      loses: 'autovacuum’s workers are hidden, and which transactions of other roles hold VACUUM back',
    },
  ],
  row: workerRow,
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT a.pid, a.backend_type, a.datname, a.xact_start,
       extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8 * 1000 AS age_ms,
       NULLIF(a.query, '<insufficient privilege>') AS query
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.backend_type IN ('autovacuum launcher', 'autovacuum worker')
    OR a.pid IN (SELECT p.pid FROM pg_catalog.pg_stat_progress_vacuum AS p)
 ORDER BY a.pid`,
    },
  ],
});
