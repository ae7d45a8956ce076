import { closedObject, Type } from '../../core/schema.js';
import { document, label, numberKey } from '../column.js';
import { defineSection } from '../section.js';

/**
 * pg_hba_file_rules: who is let in, from where, and how, as the file has it now. Read from the function below the view,
 * so that EXECUTE on it is all that a role needs. Options of a line may hold secrets (LDAP, RADIUS) and are left out.
 */
export const pgHbaFileRules = defineSection({
  id: 'pg_hba_file_rules',
  title: 'Lines of pg_hba.conf: who is let in, from where, and how',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'as the server reads them',
  needs: [
    {
      kind: 'function',
      name: 'pg_catalog.pg_hba_file_rules()',
      without: 'skipped',
      loses: 'who is let in without a password, or with one that can be listened to',
    },
  ],
  row: closedObject({
    line_number: numberKey('line of the file'),
    file_name: label('file, since 16: include may name others'),
    type: label('local, host, hostssl, hostnossl …; null for a line with an error'),
    databases: document(Type.Array(Type.String()), 'databases it is for'),
    users: document(Type.Array(Type.String()), 'roles it is for'),
    address: label('host, network or all; null for local lines'),
    netmask: label('mask of the network'),
    auth_method: label('how the client proves who it is'),
    error: label('why the line cannot be used'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT r.line_number, NULL::text AS file_name, r.type, pg_catalog.to_jsonb(r.database) AS databases,
       pg_catalog.to_jsonb(r.user_name) AS users, r.address, r.netmask, r.auth_method, r.error
  FROM pg_catalog.pg_hba_file_rules() AS r
 ORDER BY r.line_number`,
    },
    {
      since: 16,
      sql: /* sql */ `
SELECT r.line_number, r.file_name, r.type, pg_catalog.to_jsonb(r.database) AS databases,
       pg_catalog.to_jsonb(r.user_name) AS users, r.address, r.netmask, r.auth_method, r.error
  FROM pg_catalog.pg_hba_file_rules() AS r
 ORDER BY r.rule_number, r.file_name, r.line_number`,
    },
  ],
});
