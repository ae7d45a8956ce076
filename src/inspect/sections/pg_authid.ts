import { closedObject } from '../../core/schema.js';
import { flag, key, label } from '../column.js';
import { defineSection } from '../section.js';

/** pg_authid: how the passwords of roles are kept. The passwords themselves never leave the server. */
export const pgAuthid = defineSection({
  id: 'pg_authid',
  title: 'How the passwords of roles that can log in are kept',
  scope: 'cluster',
  reads: 'catalog',
  parameters: ['limit'],
  order: 'by name',
  needs: [
    {
      kind: 'superuser',
      name: 'superuser',
      without: 'skipped',
      grantableSince: null,
      loses: 'whether passwords are kept as MD5 hashes',
    },
  ],
  row: closedObject({
    rolname: key('role'),
    password_kind: label('scram-sha-256, md5, other; none when the role has no password'),
    is_superuser: flag('superuser'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT a.rolname,
       CASE WHEN a.rolpassword IS NULL THEN 'none'
            WHEN a.rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram-sha-256'
            WHEN a.rolpassword ~ '^md5[0-9a-f]{32}$' THEN 'md5'
            ELSE 'other' END AS password_kind,
       a.rolsuper AS is_superuser,
       pg_catalog.count(*) OVER () AS total_count
  FROM pg_catalog.pg_authid AS a
 WHERE a.rolcanlogin
 ORDER BY a.rolname COLLATE "C"
 LIMIT NULLIF($1::int8, 0)`,
    },
  ],
});
