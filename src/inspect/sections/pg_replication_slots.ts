import { closedObject } from '../../core/schema.js';
import { flag, gauge, id, key, label, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_replication_slots, with the WAL and the transactions that each slot keeps. */
export const pgReplicationSlots = defineSection({
  id: 'pg_replication_slots',
  title: 'Replication slots, the WAL they retain and the transactions they hold back',
  scope: 'cluster',
  reads: 'live',
  parameters: ['limit'],
  order: 'the one that retains most WAL first',
  needs: [],
  row: closedObject({
    slot_name: key('name of the slot'),
    plugin: label('output plugin of a logical slot'),
    slot_type: label('physical or logical'),
    database: label('database of a logical slot'),
    temporary: flag('whether it vanishes with its session'),
    active: flag('whether somebody uses it'),
    active_pid: gauge('process that uses it'),
    xmin: id('oldest transaction it needs'),
    xmin_age: gauge('transactions begun since xmin'),
    catalog_xmin: id('oldest transaction it needs for the catalogs'),
    catalog_xmin_age: gauge('transactions begun since catalog_xmin'),
    restart_lsn: id('oldest WAL position it may need'),
    confirmed_flush_lsn: id('position up to which a logical slot’s user has received'),
    retained_wal_bytes: gauge('bytes of WAL between restart_lsn and the newest WAL here'),
    confirmed_flush_lag_bytes: gauge('bytes of WAL between confirmed_flush_lsn and the newest WAL here'),
    wal_status: label('reserved, extended, unreserved or lost, since 13'),
    safe_wal_size_bytes: gauge(
      'bytes of WAL that may still be written before it is lost, since 13; null without a limit',
    ),
    two_phase: flag('whether it decodes prepared transactions, since 14'),
    two_phase_at: id('position from which it does, since 18'),
    conflicting: flag('whether recovery invalidated it, since 16; null for physical slots'),
    invalidation_reason: label('why it was invalidated, since 17'),
    inactive_since: time('when it was last used, since 17'),
    failover: flag('whether it is synchronised to standbys, since 17'),
    synced: flag('whether it came from the primary, since 17'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
WITH here AS MATERIALIZED (
  SELECT CASE WHEN pg_catalog.to_regproc('pg_catalog.aurora_version') IS NOT NULL THEN NULL
              WHEN pg_catalog.pg_is_in_recovery()
              THEN coalesce(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
              ELSE pg_catalog.pg_current_wal_lsn() END AS lsn)
SELECT s.slot_name, s.plugin, s.slot_type, s.database, s.temporary, s.active, s.active_pid,
       s.xmin::text AS xmin, pg_catalog.age(s.xmin) AS xmin_age,
       s.catalog_xmin::text AS catalog_xmin, pg_catalog.age(s.catalog_xmin) AS catalog_xmin_age,
       s.restart_lsn::text AS restart_lsn, s.confirmed_flush_lsn::text AS confirmed_flush_lsn,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.restart_lsn) AS retained_wal_bytes,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.confirmed_flush_lsn) AS confirmed_flush_lag_bytes,
       NULL::text AS wal_status, NULL::int8 AS safe_wal_size_bytes,
       NULL::bool AS two_phase, NULL::text AS two_phase_at,
       NULL::bool AS conflicting, NULL::text AS invalidation_reason,
       NULL::timestamptz AS inactive_since, NULL::bool AS failover, NULL::bool AS synced,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_replication_slots AS s
 CROSS JOIN here AS h
 ORDER BY s.restart_lsn, s.slot_name
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 13,
      sql: /* sql */ `
WITH here AS MATERIALIZED (
  SELECT CASE WHEN pg_catalog.to_regproc('pg_catalog.aurora_version') IS NOT NULL THEN NULL
              WHEN pg_catalog.pg_is_in_recovery()
              THEN coalesce(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
              ELSE pg_catalog.pg_current_wal_lsn() END AS lsn)
SELECT s.slot_name, s.plugin, s.slot_type, s.database, s.temporary, s.active, s.active_pid,
       s.xmin::text AS xmin, pg_catalog.age(s.xmin) AS xmin_age,
       s.catalog_xmin::text AS catalog_xmin, pg_catalog.age(s.catalog_xmin) AS catalog_xmin_age,
       s.restart_lsn::text AS restart_lsn, s.confirmed_flush_lsn::text AS confirmed_flush_lsn,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.restart_lsn) AS retained_wal_bytes,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.confirmed_flush_lsn) AS confirmed_flush_lag_bytes,
       s.wal_status, s.safe_wal_size AS safe_wal_size_bytes,
       NULL::bool AS two_phase, NULL::text AS two_phase_at,
       NULL::bool AS conflicting, NULL::text AS invalidation_reason,
       NULL::timestamptz AS inactive_since, NULL::bool AS failover, NULL::bool AS synced,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_replication_slots AS s
 CROSS JOIN here AS h
 ORDER BY s.restart_lsn, s.slot_name
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 14,
      sql: /* sql */ `
WITH here AS MATERIALIZED (
  SELECT CASE WHEN pg_catalog.to_regproc('pg_catalog.aurora_version') IS NOT NULL THEN NULL
              WHEN pg_catalog.pg_is_in_recovery()
              THEN coalesce(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
              ELSE pg_catalog.pg_current_wal_lsn() END AS lsn)
SELECT s.slot_name, s.plugin, s.slot_type, s.database, s.temporary, s.active, s.active_pid,
       s.xmin::text AS xmin, pg_catalog.age(s.xmin) AS xmin_age,
       s.catalog_xmin::text AS catalog_xmin, pg_catalog.age(s.catalog_xmin) AS catalog_xmin_age,
       s.restart_lsn::text AS restart_lsn, s.confirmed_flush_lsn::text AS confirmed_flush_lsn,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.restart_lsn) AS retained_wal_bytes,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.confirmed_flush_lsn) AS confirmed_flush_lag_bytes,
       s.wal_status, s.safe_wal_size AS safe_wal_size_bytes,
       s.two_phase, NULL::text AS two_phase_at,
       NULL::bool AS conflicting, NULL::text AS invalidation_reason,
       NULL::timestamptz AS inactive_since, NULL::bool AS failover, NULL::bool AS synced,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_replication_slots AS s
 CROSS JOIN here AS h
 ORDER BY s.restart_lsn, s.slot_name
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 16,
      sql: /* sql */ `
WITH here AS MATERIALIZED (
  SELECT CASE WHEN pg_catalog.to_regproc('pg_catalog.aurora_version') IS NOT NULL THEN NULL
              WHEN pg_catalog.pg_is_in_recovery()
              THEN coalesce(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
              ELSE pg_catalog.pg_current_wal_lsn() END AS lsn)
SELECT s.slot_name, s.plugin, s.slot_type, s.database, s.temporary, s.active, s.active_pid,
       s.xmin::text AS xmin, pg_catalog.age(s.xmin) AS xmin_age,
       s.catalog_xmin::text AS catalog_xmin, pg_catalog.age(s.catalog_xmin) AS catalog_xmin_age,
       s.restart_lsn::text AS restart_lsn, s.confirmed_flush_lsn::text AS confirmed_flush_lsn,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.restart_lsn) AS retained_wal_bytes,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.confirmed_flush_lsn) AS confirmed_flush_lag_bytes,
       s.wal_status, s.safe_wal_size AS safe_wal_size_bytes,
       s.two_phase, NULL::text AS two_phase_at,
       s.conflicting, NULL::text AS invalidation_reason,
       NULL::timestamptz AS inactive_since, NULL::bool AS failover, NULL::bool AS synced,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_replication_slots AS s
 CROSS JOIN here AS h
 ORDER BY s.restart_lsn, s.slot_name
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 17,
      sql: /* sql */ `
WITH here AS MATERIALIZED (
  SELECT CASE WHEN pg_catalog.to_regproc('pg_catalog.aurora_version') IS NOT NULL THEN NULL
              WHEN pg_catalog.pg_is_in_recovery()
              THEN coalesce(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
              ELSE pg_catalog.pg_current_wal_lsn() END AS lsn)
SELECT s.slot_name, s.plugin, s.slot_type, s.database, s.temporary, s.active, s.active_pid,
       s.xmin::text AS xmin, pg_catalog.age(s.xmin) AS xmin_age,
       s.catalog_xmin::text AS catalog_xmin, pg_catalog.age(s.catalog_xmin) AS catalog_xmin_age,
       s.restart_lsn::text AS restart_lsn, s.confirmed_flush_lsn::text AS confirmed_flush_lsn,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.restart_lsn) AS retained_wal_bytes,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.confirmed_flush_lsn) AS confirmed_flush_lag_bytes,
       s.wal_status, s.safe_wal_size AS safe_wal_size_bytes,
       s.two_phase, NULL::text AS two_phase_at,
       s.conflicting, s.invalidation_reason, s.inactive_since, s.failover, s.synced,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_replication_slots AS s
 CROSS JOIN here AS h
 ORDER BY s.restart_lsn, s.slot_name
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 18,
      sql: /* sql */ `
WITH here AS MATERIALIZED (
  SELECT CASE WHEN pg_catalog.to_regproc('pg_catalog.aurora_version') IS NOT NULL THEN NULL
              WHEN pg_catalog.pg_is_in_recovery()
              THEN coalesce(pg_catalog.pg_last_wal_receive_lsn(), pg_catalog.pg_last_wal_replay_lsn())
              ELSE pg_catalog.pg_current_wal_lsn() END AS lsn)
SELECT s.slot_name, s.plugin, s.slot_type, s.database, s.temporary, s.active, s.active_pid,
       s.xmin::text AS xmin, pg_catalog.age(s.xmin) AS xmin_age,
       s.catalog_xmin::text AS catalog_xmin, pg_catalog.age(s.catalog_xmin) AS catalog_xmin_age,
       s.restart_lsn::text AS restart_lsn, s.confirmed_flush_lsn::text AS confirmed_flush_lsn,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.restart_lsn) AS retained_wal_bytes,
       pg_catalog.pg_wal_lsn_diff(h.lsn, s.confirmed_flush_lsn) AS confirmed_flush_lag_bytes,
       s.wal_status, s.safe_wal_size AS safe_wal_size_bytes,
       s.two_phase, s.two_phase_at::text AS two_phase_at,
       s.conflicting, s.invalidation_reason, s.inactive_since, s.failover, s.synced,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_replication_slots AS s
 CROSS JOIN here AS h
 ORDER BY s.restart_lsn, s.slot_name
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
