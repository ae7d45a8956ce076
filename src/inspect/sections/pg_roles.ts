import { closedObject, Type } from '../../core/schema.js';
import { document, flag, gauge, key, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_roles that can log in or hold a privilege over the server; the predefined pg_ roles are left out. */
export const pgRoles = defineSection({
  id: 'pg_roles',
  title: 'Roles that can log in or hold privileges over the whole server',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['limit'],
  order: 'superusers first, then by name',
  needs: [],
  row: closedObject({
    rolname: key('name of the role'),
    is_superuser: flag('superuser'),
    can_login: flag('may log in'),
    can_replicate: flag('may start replication'),
    can_create_role: flag('may create roles'),
    can_create_db: flag('may create databases'),
    bypasses_rls: flag('row-level security does not hold for it'),
    inherits: flag('has the privileges of the roles it is a member of, without SET ROLE'),
    connection_limit: gauge('connections it may have; null for no limit'),
    connections: gauge('processes that run as this role now'),
    valid_until: time('when its password ends to be valid; null for never'),
    member_of: document(Type.Array(Type.String()), 'roles it is a direct member of'),
  }),
  variants: [
    {
      since: 12,
      // A membership may be granted by several roles since 16, each grant a row of its own.
      sql: /* sql */ `
SELECT r.rolname, r.rolsuper AS is_superuser, r.rolcanlogin AS can_login, r.rolreplication AS can_replicate,
       r.rolcreaterole AS can_create_role, r.rolcreatedb AS can_create_db, r.rolbypassrls AS bypasses_rls,
       r.rolinherit AS inherits,
       NULLIF(r.rolconnlimit, -1) AS connection_limit,
       coalesce(a.connections, 0) AS connections,
       CASE WHEN pg_catalog.isfinite(r.rolvaliduntil) THEN r.rolvaliduntil END AS valid_until,
       coalesce((SELECT pg_catalog.jsonb_agg(DISTINCT g.rolname ORDER BY g.rolname)
                   FROM pg_catalog.pg_auth_members AS m
                   JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid
                  WHERE m.member = r.oid), '[]') AS member_of,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_roles AS r
  LEFT JOIN (SELECT s.usesysid, pg_catalog.count(*) AS connections
               FROM pg_catalog.pg_stat_activity AS s GROUP BY s.usesysid) AS a ON a.usesysid = r.oid
 WHERE r.rolname !~ '^pg_'
   AND (r.rolsuper OR r.rolcanlogin OR r.rolreplication OR r.rolcreaterole OR r.rolcreatedb OR r.rolbypassrls)
 ORDER BY r.rolsuper DESC, r.rolname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
