import { closedObject } from '../../core/schema.js';
import { gauge } from '../column.js';
import { defineSection } from '../section.js';

/** pg_control_init(): PUBLIC on every known major, but managed services may refuse it. */
export const pgControlInit = defineSection({
  id: 'pg_control_init',
  title: 'What was settled when the server was initialised',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'one row',
  needs: [
    {
      kind: 'function',
      name: 'pg_catalog.pg_control_init()',
      without: 'skipped',
      loses: 'block and segment sizes, and whether pages carry checksums',
    },
  ],
  row: closedObject({
    database_block_size_bytes: gauge('bytes of a block'),
    blocks_per_segment: gauge('blocks of one file of a table'),
    wal_block_size_bytes: gauge('bytes of a WAL block'),
    wal_segment_size_bytes: gauge('bytes of a WAL file'),
    max_identifier_length: gauge('longest name, plus one'),
    max_index_columns: gauge('most columns of an index'),
    max_toast_chunk_size_bytes: gauge('bytes of a chunk of a TOASTed value'),
    data_page_checksum_version: gauge('version of the page checksums; 0 for none'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT c.database_block_size AS database_block_size_bytes, c.blocks_per_segment,
       c.wal_block_size AS wal_block_size_bytes, c.bytes_per_wal_segment AS wal_segment_size_bytes,
       c.max_identifier_length, c.max_index_columns, c.max_toast_chunk_size AS max_toast_chunk_size_bytes,
       c.data_page_checksum_version
  FROM pg_catalog.pg_control_init() AS c`,
    },
  ],
});
