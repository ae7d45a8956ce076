import { closedObject, Type } from '../../core/schema.js';
import { document, gauge, key, label } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_tablespace. Sizes are left out: pg_tablespace_size() looks at every file. has_tablespace_privilege() is null for
 * one that was dropped after our snapshot was taken; asking where it lies would raise.
 */
export const pgTablespace = defineSection({
  id: 'pg_tablespace',
  title: 'Tablespaces and where they lie',
  scope: 'cluster',
  reads: 'catalog',
  parameters: [],
  order: 'by name',
  needs: [],
  row: closedObject({
    spcname: key('name of the tablespace'),
    oid: gauge('its oid'),
    owner: label('its owner'),
    location: label('directory; null for pg_default and pg_global, which lie in the data directory'),
    options: document(Type.Array(Type.String()), 'options such as random_page_cost=1.1'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT t.spcname, t.oid, pg_catalog.pg_get_userbyid(t.spcowner) AS owner,
       CASE WHEN pg_catalog.has_tablespace_privilege(t.oid, 'CREATE') IS NOT NULL
            THEN NULLIF(pg_catalog.pg_tablespace_location(t.oid), '') END AS location,
       coalesce(pg_catalog.to_jsonb(t.spcoptions), '[]') AS options
  FROM pg_catalog.pg_tablespace AS t
 ORDER BY t.spcname COLLATE "C"`,
    },
  ],
});
