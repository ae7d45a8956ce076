import { closedObject, Type, type Static } from '../../core/schema.js';
import { document, flag, gauge, id, key, label, numberKey, query, time } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';

const tableRow = closedObject({
  relid: numberKey('oid of the table or TOAST table'),
  schemaname: label('schema of the table'),
  relname: label('name of the table'),
  part: label('heap or toast'),
  relkind: label('r or m, of the table'),
  persistence: label('p, u or t'),
  is_system: flag('whether it is of pg_catalog or information_schema'),
  options: document(Type.Array(Type.String()), 'storage options that autovacuum goes by'),
  options_inherited: flag('whether they are those of its table, as it has none of its own'),
  relpages: gauge('blocks at the last VACUUM or ANALYZE'),
  reltuples: gauge('rows then; null where they were never counted'),
  relallfrozen: gauge('all-frozen blocks then, since 18'),
  n_live_tup: gauge('live rows, estimated'),
  n_dead_tup: gauge('dead rows, estimated'),
  n_mod_since_analyze: gauge('rows changed since the last ANALYZE'),
  n_ins_since_vacuum: gauge('rows inserted since the last VACUUM, since 13'),
  last_vacuum: time('last VACUUM by hand'),
  last_autovacuum: time('last VACUUM by autovacuum'),
  last_analyze: time('last ANALYZE by hand'),
  last_autoanalyze: time('last ANALYZE by autovacuum'),
  has_statistics: flag('whether column statistics exist; null where this was not asked, or may not be seen'),
  xid_age: gauge('transactions begun since its oldest one that is not frozen'),
  mxid_age: gauge('multixacts made since its oldest one that is not frozen'),
  tables_in_all: gauge('tables and TOAST tables there are, the same in every row'),
});
export type TableStat = Static<typeof tableRow>;

/**
 * Whether a table has column statistics is asked where no ANALYZE is on record, since those records are lost in a crash
 * and by a reset. TOAST tables that nothing is in and nothing is wrong with stay on the server: they may be half of all.
 * A TOAST table goes by its own options, or by its table's when it has none at all (autovacuum.c).
 */
function tablesSql(major: 12 | 13 | 14 | 18): string {
  const inserted = major >= 13 ? 'pg_catalog.pg_stat_get_ins_since_vacuum(c.oid)' : 'NULL::int8';
  const counted = major >= 14 ? 'c.reltuples >= 0' : '(c.reltuples > 0 OR c.relpages > 0)';
  const frozen = major >= 18 ? 'c.relallfrozen' : 'NULL::int4';
  return `
SELECT c.oid AS relid, n.nspname AS schemaname, coalesce(o.relname, c.relname) AS relname,
       CASE WHEN c.relkind = 't' THEN 'toast' ELSE 'heap' END AS part, coalesce(o.relkind, c.relkind) AS relkind,
       c.relpersistence AS persistence, n.nspname IN ('pg_catalog', 'information_schema') AS is_system,
       pg_catalog.to_jsonb(coalesce(c.reloptions, o.reloptions, '{}')) AS options,
       c.reloptions IS NULL AND o.reloptions IS NOT NULL AS options_inherited,
       c.relpages, CASE WHEN ${counted} THEN c.reltuples END AS reltuples, ${frozen} AS relallfrozen,
       pg_catalog.pg_stat_get_live_tuples(c.oid) AS n_live_tup,
       pg_catalog.pg_stat_get_dead_tuples(c.oid) AS n_dead_tup,
       pg_catalog.pg_stat_get_mod_since_analyze(c.oid) AS n_mod_since_analyze,
       ${inserted} AS n_ins_since_vacuum,
       pg_catalog.pg_stat_get_last_vacuum_time(c.oid) AS last_vacuum,
       pg_catalog.pg_stat_get_last_autovacuum_time(c.oid) AS last_autovacuum, a.last_analyze, a.last_autoanalyze,
       CASE WHEN c.relkind <> 't' AND a.last_analyze IS NULL AND a.last_autoanalyze IS NULL
             AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
            THEN EXISTS (SELECT FROM pg_catalog.pg_stats AS s
                          WHERE s.schemaname = n.nspname AND s.tablename = c.relname) END AS has_statistics,
       pg_catalog.age(c.relfrozenxid) AS xid_age,
       pg_catalog.mxid_age(c.relminmxid) AS mxid_age, y.tables_in_all
  FROM pg_catalog.pg_class AS c
  LEFT JOIN pg_catalog.pg_class AS o ON o.reltoastrelid = c.oid AND c.relkind = 't'
  JOIN pg_catalog.pg_namespace AS n ON n.oid = coalesce(o.relnamespace, c.relnamespace)
 CROSS JOIN LATERAL (
       SELECT pg_catalog.pg_stat_get_last_analyze_time(c.oid) AS last_analyze,
              pg_catalog.pg_stat_get_last_autoanalyze_time(c.oid) AS last_autoanalyze OFFSET 0) AS a
 CROSS JOIN (
       SELECT pg_catalog.count(*) AS tables_in_all FROM pg_catalog.pg_class AS e WHERE e.relkind IN ('r', 'm', 't')) AS y
 CROSS JOIN (
       SELECT pg_catalog.current_setting('autovacuum_freeze_max_age')::int4 AS xids,
              pg_catalog.current_setting('autovacuum_multixact_freeze_max_age')::int4 AS mxids) AS m
 WHERE c.relkind IN ('r', 'm')
    OR (c.relkind = 't'
        AND (c.relpages > 0 OR c.reloptions IS NOT NULL OR o.reloptions IS NOT NULL
             OR pg_catalog.age(c.relfrozenxid) > m.xids OR pg_catalog.mxid_age(c.relminmxid) > m.mxids
             OR pg_catalog.pg_stat_get_live_tuples(c.oid) + pg_catalog.pg_stat_get_dead_tuples(c.oid) > 0))`;
}

/** Every table of the database, TOAST tables under their owner's name. The functions behind the views wait for no lock. */
export const vacuumTables = defineSection({
  id: 'pg_stat_all_tables',
  title: 'What autovacuum knows of each table',
  scope: 'cluster',
  reads: 'statistics',
  parameters: [],
  order: 'none',
  needs: [
    {
      kind: 'setting',
      name: 'track_counts',
      without: 'partial',
      loses: 'dead, changed and inserted rows are not counted',
    },
  ],
  row: tableRow,
  variants: ([12, 13, 14, 18] as const).map((since) => ({ since, sql: tablesSql(since) })),
});

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

const holderRow = closedObject({
  kind: label('transaction, prepared_transaction, replication_slot or standby'),
  pid: gauge('process id; null for prepared transactions and slots nobody uses'),
  name: label('gid, slot, or what the standby calls itself'),
  datname: label('the only database it holds back; null for all'),
  usename: label('its role'),
  application_name: label('what the client calls itself'),
  state: label('state of the session; active or inactive for a slot'),
  catalogs_only: flag('whether it holds back the system catalogs alone'),
  since: time('when its transaction began, it was prepared, or the slot was last used'),
  xid_age: gauge('transactions begun since the oldest one it needs'),
  query: query('the session’s running or last query'),
});
export type HolderRow = Static<typeof holderRow>;

/** VACUUM itself holds nobody back, and a standby’s feedback over a slot stands in the slot. */
function holdersSql(inactiveSince: string): string {
  return `
SELECT 'transaction' AS kind, a.pid, NULL::text AS name, a.datname, a.usename, a.application_name, a.state,
       false AS catalogs_only, a.xact_start AS since,
       greatest(pg_catalog.age(a.backend_xid), pg_catalog.age(a.backend_xmin)) AS xid_age,
       NULLIF(a.query, '<insufficient privilege>') AS query
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.pid <> pg_catalog.pg_backend_pid() AND (a.backend_xid IS NOT NULL OR a.backend_xmin IS NOT NULL)
   AND a.backend_type <> 'walsender'
   AND a.pid NOT IN (SELECT p.pid FROM pg_catalog.pg_stat_progress_vacuum AS p)
UNION ALL
SELECT 'prepared_transaction', NULL, p.gid, p.database, p.owner, NULL, NULL, false, p.prepared,
       pg_catalog.age(p.transaction), NULL
  FROM pg_catalog.pg_prepared_xacts AS p
UNION ALL
SELECT 'replication_slot', s.active_pid, s.slot_name, NULL, NULL, NULL,
       CASE WHEN s.active THEN 'active' ELSE 'inactive' END, h.catalogs_only, ${inactiveSince}, pg_catalog.age(h.xmin), NULL
  FROM pg_catalog.pg_replication_slots AS s
 CROSS JOIN LATERAL (VALUES (s.xmin, false), (s.catalog_xmin, true)) AS h(xmin, catalogs_only)
 WHERE h.xmin IS NOT NULL
UNION ALL
SELECT 'standby', r.pid, r.application_name, NULL, r.usename, r.application_name, r.state, false, r.backend_start,
       pg_catalog.age(r.backend_xmin), NULL
  FROM pg_catalog.pg_stat_replication AS r
 WHERE r.backend_xmin IS NOT NULL
 ORDER BY xid_age DESC, kind, pid`;
}

/** Who keeps VACUUM from removing dead rows. */
export const vacuumHolders = defineSection({
  id: 'xmin_horizon',
  title: 'Transactions, slots and standbys that hold back what VACUUM may remove',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'oldest first',
  needs: [],
  row: holderRow,
  variants: [
    { since: 12, sql: holdersSql('NULL') },
    { since: 17, sql: holdersSql('s.inactive_since') },
  ],
});
