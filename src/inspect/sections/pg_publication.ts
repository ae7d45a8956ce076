import { closedObject } from '../../core/schema.js';
import { flag, gauge, key, label } from '../column.js';
import { defineSection } from '../section.js';

/** pg_publication. */
export const pgPublication = defineSection({
  id: 'pg_publication',
  title: 'Publications of this database',
  scope: 'database',
  reads: 'catalog',
  parameters: ['limit'],
  order: 'by name',
  needs: [],
  row: closedObject({
    pubname: key('name of the publication'),
    owner: label('its owner'),
    all_tables: flag('whether it publishes all tables'),
    tables: gauge('tables named in it'),
    schemas: gauge('schemas named in it, since 15'),
    publishes_insert: flag('whether it publishes INSERT'),
    publishes_update: flag('whether it publishes UPDATE'),
    publishes_delete: flag('whether it publishes DELETE'),
    publishes_truncate: flag('whether it publishes TRUNCATE'),
    via_root: flag('whether partitions are published as their root, since 13'),
    generated_columns: label('none or stored, since 18'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT p.pubname, pg_catalog.pg_get_userbyid(p.pubowner) AS owner, p.puballtables AS all_tables,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_publication_rel AS r WHERE r.prpubid = p.oid) AS tables,
       NULL::int8 AS schemas,
       p.pubinsert AS publishes_insert, p.pubupdate AS publishes_update, p.pubdelete AS publishes_delete,
       p.pubtruncate AS publishes_truncate, NULL::bool AS via_root, NULL::text AS generated_columns,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_publication AS p
 ORDER BY p.pubname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 13,
      sql: /* sql */ `
SELECT p.pubname, pg_catalog.pg_get_userbyid(p.pubowner) AS owner, p.puballtables AS all_tables,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_publication_rel AS r WHERE r.prpubid = p.oid) AS tables,
       NULL::int8 AS schemas,
       p.pubinsert AS publishes_insert, p.pubupdate AS publishes_update, p.pubdelete AS publishes_delete,
       p.pubtruncate AS publishes_truncate, p.pubviaroot AS via_root, NULL::text AS generated_columns,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_publication AS p
 ORDER BY p.pubname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 15,
      sql: /* sql */ `
SELECT p.pubname, pg_catalog.pg_get_userbyid(p.pubowner) AS owner, p.puballtables AS all_tables,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_publication_rel AS r WHERE r.prpubid = p.oid) AS tables,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_publication_namespace AS s WHERE s.pnpubid = p.oid) AS schemas,
       p.pubinsert AS publishes_insert, p.pubupdate AS publishes_update, p.pubdelete AS publishes_delete,
       p.pubtruncate AS publishes_truncate, p.pubviaroot AS via_root, NULL::text AS generated_columns,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_publication AS p
 ORDER BY p.pubname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
    {
      since: 18,
      sql: /* sql */ `
SELECT p.pubname, pg_catalog.pg_get_userbyid(p.pubowner) AS owner, p.puballtables AS all_tables,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_publication_rel AS r WHERE r.prpubid = p.oid) AS tables,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_publication_namespace AS s WHERE s.pnpubid = p.oid) AS schemas,
       p.pubinsert AS publishes_insert, p.pubupdate AS publishes_update, p.pubdelete AS publishes_delete,
       p.pubtruncate AS publishes_truncate, p.pubviaroot AS via_root,
       CASE p.pubgencols WHEN 's' THEN 'stored' WHEN 'n' THEN 'none' END AS generated_columns,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_publication AS p
 ORDER BY p.pubname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
