import { closedObject } from '../../core/schema.js';
import { flag, gauge, key, label, numberKey } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_database. An order by size is not to be had: sizes of databases with many files take long to read.
 * has_database_privilege() is null for a database that was dropped after our snapshot was taken; asking for the
 * collation version of such a one would raise.
 */
export const pgDatabase = defineSection({
  id: 'pg_database',
  title: 'Databases, their locale, limits and transaction age',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['limit'],
  order: 'oldest datfrozenxid first',
  needs: [],
  row: closedObject({
    oid: numberKey('oid of the database'),
    datname: key('name of the database'),
    owner: label('its owner'),
    encoding: label('its encoding'),
    locale_provider: label('libc, icu (since 15) or builtin (since 17); null before 15'),
    collate: label('LC_COLLATE'),
    ctype: label('LC_CTYPE'),
    locale: label('locale of the ICU or builtin provider, since 15'),
    collation_version: label('version of the collation when the database was made, since 15'),
    collation_actual_version: label(
      'version that the operating system has now, since 15; another one means that indexes on text may be broken',
    ),
    is_template: flag('whether others may clone it'),
    allows_connections: flag('whether anybody may connect'),
    connection_limit: gauge('connections it may have; null for no limit'),
    is_invalid: flag('true where DROP DATABASE was interrupted: it can only be dropped'),
    tablespace: label('its default tablespace'),
    frozenxid_age: gauge('transactions begun since its oldest one that is not frozen'),
    minmxid_age: gauge('multixacts made since its oldest one that is not frozen'),
    size_bytes: gauge(
      'bytes on disk, since asking looks at every file: of the connected database only, and only while it has fewer than 20,000 relations',
    ),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT d.oid, d.datname, pg_catalog.pg_get_userbyid(d.datdba) AS owner,
       pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
       NULL::text AS locale_provider, d.datcollate AS collate, d.datctype AS ctype, NULL::text AS locale,
       NULL::text AS collation_version, NULL::text AS collation_actual_version,
       d.datistemplate AS is_template, d.datallowconn AS allows_connections,
       CASE WHEN d.datconnlimit >= 0 THEN d.datconnlimit END AS connection_limit,
       d.datconnlimit = -2 AS is_invalid,
       t.spcname AS tablespace,
       pg_catalog.age(d.datfrozenxid) AS frozenxid_age, pg_catalog.mxid_age(d.datminmxid) AS minmxid_age,
       CASE WHEN d.datname = pg_catalog.current_database()
             AND (SELECT c.reltuples FROM pg_catalog.pg_class AS c
                   WHERE c.oid = 'pg_catalog.pg_class'::pg_catalog.regclass) < 20000
             AND (pg_catalog.has_database_privilege(d.oid, 'CONNECT')
                  OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'))
            THEN pg_catalog.pg_database_size(d.oid) END AS size_bytes,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_database AS d
  LEFT JOIN pg_catalog.pg_tablespace AS t ON t.oid = d.dattablespace
 ORDER BY pg_catalog.age(d.datfrozenxid) DESC, d.oid
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 15,
      sql: /* sql */ `
SELECT d.oid, d.datname, pg_catalog.pg_get_userbyid(d.datdba) AS owner,
       pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
       CASE d.datlocprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' END AS locale_provider,
       d.datcollate AS collate, d.datctype AS ctype, d.daticulocale AS locale,
       d.datcollversion AS collation_version,
       CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT') IS NOT NULL
            THEN pg_catalog.pg_database_collation_actual_version(d.oid) END AS collation_actual_version,
       d.datistemplate AS is_template, d.datallowconn AS allows_connections,
       CASE WHEN d.datconnlimit >= 0 THEN d.datconnlimit END AS connection_limit,
       d.datconnlimit = -2 AS is_invalid,
       t.spcname AS tablespace,
       pg_catalog.age(d.datfrozenxid) AS frozenxid_age, pg_catalog.mxid_age(d.datminmxid) AS minmxid_age,
       CASE WHEN d.datname = pg_catalog.current_database()
             AND (SELECT c.reltuples FROM pg_catalog.pg_class AS c
                   WHERE c.oid = 'pg_catalog.pg_class'::pg_catalog.regclass) < 20000
             AND (pg_catalog.has_database_privilege(d.oid, 'CONNECT')
                  OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'))
            THEN pg_catalog.pg_database_size(d.oid) END AS size_bytes,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_database AS d
  LEFT JOIN pg_catalog.pg_tablespace AS t ON t.oid = d.dattablespace
 ORDER BY pg_catalog.age(d.datfrozenxid) DESC, d.oid
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 17,
      sql: /* sql */ `
SELECT d.oid, d.datname, pg_catalog.pg_get_userbyid(d.datdba) AS owner,
       pg_catalog.pg_encoding_to_char(d.encoding) AS encoding,
       CASE d.datlocprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' END AS locale_provider,
       d.datcollate AS collate, d.datctype AS ctype, d.datlocale AS locale,
       d.datcollversion AS collation_version,
       CASE WHEN pg_catalog.has_database_privilege(d.oid, 'CONNECT') IS NOT NULL
            THEN pg_catalog.pg_database_collation_actual_version(d.oid) END AS collation_actual_version,
       d.datistemplate AS is_template, d.datallowconn AS allows_connections,
       CASE WHEN d.datconnlimit >= 0 THEN d.datconnlimit END AS connection_limit,
       d.datconnlimit = -2 AS is_invalid,
       t.spcname AS tablespace,
       pg_catalog.age(d.datfrozenxid) AS frozenxid_age, pg_catalog.mxid_age(d.datminmxid) AS minmxid_age,
       CASE WHEN d.datname = pg_catalog.current_database()
             AND (SELECT c.reltuples FROM pg_catalog.pg_class AS c
                   WHERE c.oid = 'pg_catalog.pg_class'::pg_catalog.regclass) < 20000
             AND (pg_catalog.has_database_privilege(d.oid, 'CONNECT')
                  OR pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE'))
            THEN pg_catalog.pg_database_size(d.oid) END AS size_bytes,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_database AS d
  LEFT JOIN pg_catalog.pg_tablespace AS t ON t.oid = d.dattablespace
 ORDER BY pg_catalog.age(d.datfrozenxid) DESC, d.oid
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
