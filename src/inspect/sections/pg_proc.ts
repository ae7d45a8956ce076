import { closedObject } from '../../core/schema.js';
import { flag, key, label, numberKey } from '../column.js';
import { defineSection } from '../section.js';

/** pg_proc: only functions that run with their owner's rights, and not those that extensions brought along. */
export const pgProc = defineSection({
  id: 'pg_proc',
  title: 'Functions that run with their owner’s rights (SECURITY DEFINER)',
  scope: 'database',
  reads: 'catalog',
  parameters: ['limit'],
  order: 'those without a search_path of their own first, then by schema and name',
  needs: [],
  row: closedObject({
    oid: numberKey('oid of the function'),
    schema: key('its schema'),
    name: key('its name'),
    arguments: label('types of its arguments, as DROP FUNCTION wants them'),
    owner: label('role whose rights it runs with'),
    owner_is_superuser: flag('whether that is a superuser'),
    search_path: label('search_path that the function sets for itself; null when it takes the caller’s'),
    public_may_execute: flag('whether everybody may call it'),
    language: label('language it is written in'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT p.oid, n.nspname AS schema, p.proname AS name, pg_catalog.oidvectortypes(p.proargtypes) AS arguments,
       pg_catalog.pg_get_userbyid(p.proowner) AS owner,
       (SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.oid = p.proowner) AS owner_is_superuser,
       s.search_path,
       EXISTS (SELECT 1
                 FROM pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) AS a
                WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE') AS public_may_execute,
       l.lanname AS language,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_proc AS p
  JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang
  LEFT JOIN LATERAL (
       SELECT pg_catalog.substr(c.setting, 13) AS search_path
         FROM pg_catalog.unnest(p.proconfig) AS c(setting)
        WHERE c.setting LIKE 'search\\_path=%') AS s ON true
 WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND NOT EXISTS (SELECT 1
                     FROM pg_catalog.pg_depend AS d
                    WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
                      AND d.deptype = 'e')
 ORDER BY s.search_path IS NOT NULL, n.nspname COLLATE "C", p.proname COLLATE "C", p.oid
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
