import { closedObject } from '../../core/schema.js';
import { gauge, id, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_control_system(): PUBLIC on every known major, but managed services may refuse it. */
export const pgControlSystem = defineSection({
  id: 'pg_control_system',
  title: 'Identity of the server from its control file',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'one row',
  needs: [
    {
      kind: 'function',
      name: 'pg_catalog.pg_control_system()',
      without: 'skipped',
      loses: 'the system identifier',
    },
  ],
  row: closedObject({
    system_identifier: id('one for a primary, its standbys and the copies restored from it'),
    pg_control_version: gauge('version of the control file'),
    catalog_version_no: gauge('version of the system catalogs'),
    pg_control_last_modified: time('when the control file was last written'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT c.system_identifier::text AS system_identifier, c.pg_control_version, c.catalog_version_no,
       c.pg_control_last_modified
  FROM pg_catalog.pg_control_system() AS c`,
    },
  ],
});
