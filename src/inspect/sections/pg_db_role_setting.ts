import { closedObject } from '../../core/schema.js';
import { key, setting } from '../column.js';
import { defineSection } from '../section.js';

/** pg_db_role_setting: ALTER DATABASE … SET and ALTER ROLE … SET, one row per setting. */
export const pgDbRoleSetting = defineSection({
  id: 'pg_db_role_setting',
  title: 'Settings given to databases and roles',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['limit'],
  order: 'by database, role and name; those for all databases and all roles last',
  needs: [],
  row: closedObject({
    database: key('database it holds for; null for all'),
    role: key('role it holds for; null for all'),
    name: key('name of the setting'),
    value: setting('its value'),
  }),
  variants: [
    {
      since: 12,
      // setconfig is an array of name=value; a value may hold further equals signs.
      sql: /* sql */ `
SELECT d.datname AS database, r.rolname AS role, e.name, e.value, pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_db_role_setting AS s
  LEFT JOIN pg_catalog.pg_database AS d ON d.oid = s.setdatabase
  LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = s.setrole
 CROSS JOIN LATERAL (
       SELECT pg_catalog.split_part(c.entry, '=', 1) AS name,
              pg_catalog.substr(c.entry, pg_catalog.strpos(c.entry, '=') + 1) AS value
         FROM pg_catalog.unnest(s.setconfig) AS c(entry)) AS e
 ORDER BY d.datname, r.rolname, e.name COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
