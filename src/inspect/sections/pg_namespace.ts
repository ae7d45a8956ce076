import { closedObject } from '../../core/schema.js';
import { flag, key, label } from '../column.js';
import { defineSection } from '../section.js';

/** pg_namespace: schemas of users, and what everybody may do in them. */
export const pgNamespace = defineSection({
  id: 'pg_namespace',
  title: 'Schemas, and what everybody may do in them',
  scope: 'database',
  reads: 'catalog',
  parameters: ['limit'],
  order: 'those in which everybody may create first, then by name',
  needs: [],
  row: closedObject({
    nspname: key('schema'),
    owner: label('its owner'),
    public_may_create: flag('whether everybody may create objects in it'),
    public_may_use: flag('whether everybody may use what is in it'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT n.nspname, pg_catalog.pg_get_userbyid(n.nspowner) AS owner,
       coalesce(a.may_create, false) AS public_may_create, coalesce(a.may_use, false) AS public_may_use,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_namespace AS n
 CROSS JOIN LATERAL (
       SELECT pg_catalog.bool_or(x.privilege_type = 'CREATE') AS may_create,
              pg_catalog.bool_or(x.privilege_type = 'USAGE') AS may_use
         FROM pg_catalog.aclexplode(coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))) AS x
        WHERE x.grantee = 0) AS a
 WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY coalesce(a.may_create, false) DESC, n.nspname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
