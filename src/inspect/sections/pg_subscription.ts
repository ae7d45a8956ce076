import { closedObject, Type } from '../../core/schema.js';
import { document, flag, id, key, label } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_subscription: only the columns that every role may read. subconninfo, which may hold a password, is not among
 * them.
 */
export const pgSubscription = defineSection({
  id: 'pg_subscription',
  title: 'Subscriptions of all databases',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['limit'],
  order: 'by database and name',
  needs: [],
  row: closedObject({
    database: key('database it belongs to'),
    subname: key('name of the subscription'),
    owner: label('its owner'),
    enabled: flag('whether it is enabled'),
    slot_name: label('replication slot on the publisher'),
    publications: document(Type.Array(Type.String()), 'publications it subscribes to'),
    synchronous_commit: label('synchronous_commit of its workers, since 14'),
    binary_mode: flag('whether it asks for binary values, since 14'),
    streaming: label('off, on or parallel, since 14'),
    two_phase_state: label('disabled, pending or enabled, since 15'),
    disable_on_error: flag('whether an error disables it, since 15'),
    skip_lsn: id('position of a transaction to be skipped, since 15; null for none'),
    password_required: flag('whether a password must be used, since 16'),
    run_as_owner: flag('whether changes are applied as its owner, since 16'),
    origin: label('none or any, since 16'),
    failover: flag('whether its slot is synchronised to standbys, since 17'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT d.datname AS database, s.subname, pg_catalog.pg_get_userbyid(s.subowner) AS owner,
       s.subenabled AS enabled, s.subslotname AS slot_name,
       pg_catalog.to_jsonb(s.subpublications) AS publications,
       NULL::text AS synchronous_commit, NULL::bool AS binary_mode,
       NULL::text AS streaming,
       NULL::text AS two_phase_state, NULL::bool AS disable_on_error, NULL::text AS skip_lsn,
       NULL::bool AS password_required, NULL::bool AS run_as_owner, NULL::text AS origin,
       NULL::bool AS failover,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_subscription AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
 ORDER BY d.datname COLLATE "C", s.subname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 14,
      sql: /* sql */ `
SELECT d.datname AS database, s.subname, pg_catalog.pg_get_userbyid(s.subowner) AS owner,
       s.subenabled AS enabled, s.subslotname AS slot_name,
       pg_catalog.to_jsonb(s.subpublications) AS publications,
       s.subsynccommit AS synchronous_commit, s.subbinary AS binary_mode,
       CASE WHEN s.substream THEN 'on' ELSE 'off' END AS streaming,
       NULL::text AS two_phase_state, NULL::bool AS disable_on_error, NULL::text AS skip_lsn,
       NULL::bool AS password_required, NULL::bool AS run_as_owner, NULL::text AS origin,
       NULL::bool AS failover,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_subscription AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
 ORDER BY d.datname COLLATE "C", s.subname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 15,
      sql: /* sql */ `
SELECT d.datname AS database, s.subname, pg_catalog.pg_get_userbyid(s.subowner) AS owner,
       s.subenabled AS enabled, s.subslotname AS slot_name,
       pg_catalog.to_jsonb(s.subpublications) AS publications,
       s.subsynccommit AS synchronous_commit, s.subbinary AS binary_mode,
       CASE WHEN s.substream THEN 'on' ELSE 'off' END AS streaming,
       CASE s.subtwophasestate WHEN 'd' THEN 'disabled' WHEN 'p' THEN 'pending' WHEN 'e' THEN 'enabled' END
         AS two_phase_state,
       s.subdisableonerr AS disable_on_error, NULLIF(s.subskiplsn::text, '0/0') AS skip_lsn,
       NULL::bool AS password_required, NULL::bool AS run_as_owner, NULL::text AS origin,
       NULL::bool AS failover,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_subscription AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
 ORDER BY d.datname COLLATE "C", s.subname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 16,
      sql: /* sql */ `
SELECT d.datname AS database, s.subname, pg_catalog.pg_get_userbyid(s.subowner) AS owner,
       s.subenabled AS enabled, s.subslotname AS slot_name,
       pg_catalog.to_jsonb(s.subpublications) AS publications,
       s.subsynccommit AS synchronous_commit, s.subbinary AS binary_mode,
       CASE s.substream WHEN 'f' THEN 'off' WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' END AS streaming,
       CASE s.subtwophasestate WHEN 'd' THEN 'disabled' WHEN 'p' THEN 'pending' WHEN 'e' THEN 'enabled' END
         AS two_phase_state,
       s.subdisableonerr AS disable_on_error, NULLIF(s.subskiplsn::text, '0/0') AS skip_lsn,
       s.subpasswordrequired AS password_required, s.subrunasowner AS run_as_owner, s.suborigin AS origin,
       NULL::bool AS failover,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_subscription AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
 ORDER BY d.datname COLLATE "C", s.subname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 17,
      sql: /* sql */ `
SELECT d.datname AS database, s.subname, pg_catalog.pg_get_userbyid(s.subowner) AS owner,
       s.subenabled AS enabled, s.subslotname AS slot_name,
       pg_catalog.to_jsonb(s.subpublications) AS publications,
       s.subsynccommit AS synchronous_commit, s.subbinary AS binary_mode,
       CASE s.substream WHEN 'f' THEN 'off' WHEN 't' THEN 'on' WHEN 'p' THEN 'parallel' END AS streaming,
       CASE s.subtwophasestate WHEN 'd' THEN 'disabled' WHEN 'p' THEN 'pending' WHEN 'e' THEN 'enabled' END
         AS two_phase_state,
       s.subdisableonerr AS disable_on_error, NULLIF(s.subskiplsn::text, '0/0') AS skip_lsn,
       s.subpasswordrequired AS password_required, s.subrunasowner AS run_as_owner, s.suborigin AS origin,
       s.subfailover AS failover,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_subscription AS s
  JOIN pg_catalog.pg_database AS d ON d.oid = s.subdbid
 ORDER BY d.datname COLLATE "C", s.subname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
