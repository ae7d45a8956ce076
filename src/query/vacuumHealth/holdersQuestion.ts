import { closedObject, type Static } from '../../core/schema.js';
import { flag, gauge, label, query, time } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';

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
