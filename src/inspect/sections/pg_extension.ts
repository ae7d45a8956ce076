import { closedObject } from '../../core/schema.js';
import { flag, key, label } from '../column.js';
import { defineSection } from '../section.js';

/** pg_extension, with the version that the files on the server would give (pg_available_extensions reads them). */
export const pgExtension = defineSection({
  id: 'pg_extension',
  title: 'Extensions of this database, and whether their files on the server are newer',
  scope: 'database',
  reads: 'catalog',
  parameters: [],
  order: 'by name',
  needs: [],
  row: closedObject({
    name: key('name of the extension'),
    version: label('version installed in this database'),
    default_version: label('version of the files on the server; null when they are gone'),
    update_available: flag('whether the two differ: ALTER EXTENSION … UPDATE'),
    schema: label('schema it lives in'),
    owner: label('its owner'),
    relocatable: flag('whether it may be moved to another schema'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT e.extname AS name, e.extversion AS version, a.default_version,
       e.extversion <> a.default_version AS update_available,
       n.nspname AS schema, pg_catalog.pg_get_userbyid(e.extowner) AS owner, e.extrelocatable AS relocatable
  FROM pg_catalog.pg_extension AS e
  JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
  LEFT JOIN (SELECT x.name, x.default_version FROM pg_catalog.pg_available_extensions AS x) AS a
         ON a.name = e.extname
 ORDER BY e.extname COLLATE "C"`,
    },
  ],
});
