import { closedObject } from '../../core/schema.js';
import { gauge, key, label, time } from '../../inspect/column.js';
import { defineSection } from '../../inspect/section.js';

/** The files of the server's log folder. */
export const logFolder = defineSection({
  id: 'log files',
  title: 'Files of the log folder',
  scope: 'cluster',
  reads: 'live',
  parameters: [],
  order: 'by name',
  needs: [
    {
      kind: 'function',
      name: 'pg_catalog.pg_ls_logdir()',
      without: 'skipped',
      loses: 'the server’s log is not read over SQL',
    },
  ],
  row: closedObject({
    name: key('name of the file'),
    size_bytes: gauge('size'),
    modified_at: time('when it was last written'),
  }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT l.name, l.size AS size_bytes, l.modification AS modified_at
  FROM pg_catalog.pg_ls_logdir() AS l
 ORDER BY l.name`,
    },
  ],
});

/** A part of a file as bytes: a part may begin in the middle of a character, and a log may be in several encodings. */
export const logBytes = defineSection({
  id: 'log bytes',
  title: 'A part of a log file',
  scope: 'cluster',
  reads: 'live',
  parameters: ['given:file', 'given:offset', 'given:length'],
  order: 'one row',
  needs: [
    {
      kind: 'function',
      name: 'pg_catalog.pg_read_binary_file(text,int8,int8)',
      without: 'skipped',
      loses: 'the server’s log is not read over SQL',
    },
  ],
  row: closedObject({ content: label('in base64') }),
  variants: [
    {
      since: 12,
      sql: /* sql */ `
SELECT pg_catalog.encode(pg_catalog.pg_read_binary_file($1::text, $2::int8, $3::int8), 'base64') AS content`,
    },
  ],
});
