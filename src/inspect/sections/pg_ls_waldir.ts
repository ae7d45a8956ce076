import { closedObject } from '../../core/schema.js';
import { gauge, time } from '../column.js';
import { defineSection } from '../section.js';

/** pg_ls_waldir(), summed up. */
export const pgLsWaldir = defineSection({
  id: 'pg_ls_waldir',
  title: 'Size of the WAL directory',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'one row',
  needs: [
    {
      kind: 'function',
      name: 'pg_catalog.pg_ls_waldir()',
      without: 'skipped',
      loses: 'number and size of the WAL files',
    },
  ],
  row: closedObject({
    segments: gauge('WAL files'),
    segments_bytes: gauge('their bytes'),
    other_files: gauge('other files: timeline histories, backup labels'),
    oldest_modified: time('when the WAL file that was written longest ago was written'),
    newest_modified: time('when a WAL file was last written'),
    max_wal_size_bytes: gauge('bytes that checkpoints try to stay below (max_wal_size)'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT pg_catalog.count(*) FILTER (WHERE w.is_segment) AS segments,
       coalesce(pg_catalog.sum(w.size) FILTER (WHERE w.is_segment), 0) AS segments_bytes,
       pg_catalog.count(*) FILTER (WHERE NOT w.is_segment) AS other_files,
       pg_catalog.min(w.modification) FILTER (WHERE w.is_segment) AS oldest_modified,
       pg_catalog.max(w.modification) FILTER (WHERE w.is_segment) AS newest_modified,
       pg_catalog.pg_size_bytes(pg_catalog.current_setting('max_wal_size')) AS max_wal_size_bytes
  FROM (SELECT f.size, f.modification, f.name ~ '^[0-9A-F]{24}$' AS is_segment
          FROM pg_catalog.pg_ls_waldir() AS f) AS w`,
    },
  ],
});
