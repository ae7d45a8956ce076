import { closedObject } from '../../core/schema.js';
import { named } from '../exclusivelyLocked.js';
import { flag, gauge, id, label, numberKey } from '../column.js';
import { defineSection, type Shortfall } from '../section.js';

/*
 * pg_sequence_last_value() locks the sequence (RowExclusiveLock) until the end of the transaction, in the lock table
 * that all sessions share: reading 10,000 sequences at once, as the view pg_sequences does, can exhaust it ("out of
 * shared memory") for everybody. So values are read of the 500 sequences that are the nearest to their end by the row
 * count of the table that owns them, and never of one that another session has locked against it.
 * has_sequence_privilege() is null for one that was dropped after our snapshot was taken: reading that would raise.
 */

const CHOSEN = /* sql */ `
WITH locked AS MATERIALIZED (
  SELECT coalesce(pg_catalog.array_agg(DISTINCT l.relation), '{}') AS oids
    FROM pg_catalog.pg_locks AS l
   WHERE l.locktype = 'relation'
     AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
     AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())),
known AS MATERIALIZED (
  SELECT s.seqrelid AS oid, s.seqstart, s.seqincrement, o.refobjid AS owner_table, o.refobjsubid AS owner_column,
         o.deptype = 'i' AS is_identity, a.atttypid AS owner_type,
         CASE WHEN s.seqincrement > 0
              THEN least(s.seqmax, CASE a.atttypid WHEN 'pg_catalog.int2'::pg_catalog.regtype THEN 32767
                                                   WHEN 'pg_catalog.int4'::pg_catalog.regtype THEN 2147483647 END)
              ELSE greatest(s.seqmin, CASE a.atttypid WHEN 'pg_catalog.int2'::pg_catalog.regtype THEN -32768
                                                      WHEN 'pg_catalog.int4'::pg_catalog.regtype THEN -2147483648 END)
         END AS end_value,
         coalesce(greatest(t.reltuples, 0), 0) AS owner_rows
    FROM pg_catalog.pg_sequence AS s
    LEFT JOIN pg_catalog.pg_depend AS o
           ON o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.objid = s.seqrelid AND o.objsubid = 0
          AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refobjsubid > 0
          AND o.deptype IN ('a', 'i')
    LEFT JOIN pg_catalog.pg_class AS t ON t.oid = o.refobjid
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid),
ranked AS MATERIALIZED (
  SELECT k.oid, k.seqstart, k.seqincrement, k.owner_table, k.owner_column, k.is_identity, k.owner_type, k.end_value,
         pg_catalog.row_number() OVER (
           ORDER BY k.owner_rows / NULLIF(abs(k.end_value::float8 - k.seqstart + k.seqincrement), 0) DESC NULLS LAST,
                    abs(k.end_value::float8 - k.seqstart), k.oid) AS rank
    FROM known AS k),
candidates AS MATERIALIZED (
  SELECT r.oid,
         CASE WHEN p.may_read IS NULL THEN 'dropped' WHEN NOT p.may_read THEN 'no_privilege'
              WHEN r.oid = ANY (l.oids) THEN 'exclusively_locked'
              WHEN pg_catalog.pg_is_other_temp_schema(c.relnamespace) THEN 'other_session'
              WHEN c.relpersistence <> 'p' AND pg_catalog.pg_is_in_recovery() THEN 'not_on_standby' END AS unreadable
    FROM ranked AS r
    JOIN pg_catalog.pg_class AS c ON c.oid = r.oid
   CROSS JOIN locked AS l
   CROSS JOIN LATERAL (
         SELECT pg_catalog.has_sequence_privilege(r.oid, 'SELECT, USAGE') AS may_read OFFSET 0) AS p
   WHERE r.rank <= 500),`;

const READ = /* sql */ `
read AS MATERIALIZED (
  SELECT c.oid, pg_catalog.pg_sequence_last_value(c.oid) AS last_value
    FROM candidates AS c
   WHERE c.unreadable IS NULL)`;

const NOT_READ = /* sql */ `
read AS (
  SELECT NULL::oid AS oid, NULL::int8 AS last_value WHERE false)`;

const ROW = /* sql */ `,
chosen AS MATERIALIZED (
  SELECT r.oid, r.owner_table, r.owner_column, r.is_identity, r.owner_type, r.end_value, v.last_value, r.rank,
         CASE WHEN c.unreadable IS NOT NULL THEN c.unreadable WHEN v.oid IS NULL THEN 'not_read'
              WHEN v.last_value IS NULL THEN 'never_used' ELSE 'read' END AS value_source,
         CASE WHEN v.oid IS NULL THEN NULL WHEN v.last_value IS NULL THEN 0::float8
              ELSE (v.last_value::float8 - r.seqstart + r.seqincrement)
                   / NULLIF(r.end_value::float8 - r.seqstart + r.seqincrement, 0) END AS used_ratio,
         pg_catalog.count(*) OVER () AS total_count
    FROM ranked AS r
    LEFT JOIN candidates AS c ON c.oid = r.oid
    LEFT JOIN read AS v ON v.oid = r.oid
   ORDER BY used_ratio DESC NULLS LAST, r.rank
   LIMIT NULLIF($1::int8, 0))
SELECT x.oid AS seqrelid, n.nspname AS schemaname, c.relname AS sequencename,
       pg_catalog.pg_get_userbyid(c.relowner) AS sequenceowner,
       pg_catalog.format_type(s.seqtypid, NULL) AS data_type,
       s.seqstart::text AS start_value, s.seqmin::text AS min_value, s.seqmax::text AS max_value,
       s.seqincrement::text AS increment_by, s.seqcycle AS cycle, s.seqcache AS cache_size,
       CASE WHEN a.attnum IS NOT NULL THEN pg_catalog.format('%I.%I.%I', tn.nspname, t.relname, a.attname) END
         AS owned_by,
       pg_catalog.format_type(x.owner_type, NULL) AS owned_by_type, coalesce(x.is_identity, false) AS is_identity,
       x.end_value::text AS end_value, x.last_value::text AS last_value, x.value_source, x.used_ratio,
       x.total_count
  FROM chosen AS x
  JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = x.oid
  JOIN pg_catalog.pg_class AS c ON c.oid = x.oid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_class AS t ON t.oid = x.owner_table
  LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
  LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = x.owner_table AND a.attnum = x.owner_column
 ORDER BY x.used_ratio DESC NULLS LAST, x.rank`;

/** pg_sequences, with the column that draws from each and how much of that column's range is used. */
export const pgSequences = defineSection({
  id: 'pg_sequences',
  title: 'Sequences and how near they are to the end of their range or of the column they serve',
  scope: 'database',
  reads: 'live',
  parameters: ['limit'],
  order: 'the most used first among the 500 likeliest to be (their values are read), the others after them',
  needs: [
    {
      kind: 'select',
      name: 'SELECT on sequences',
      without: 'partial',
      loses: 'last values of the others are hidden',
    },
  ],
  row: closedObject({
    seqrelid: numberKey('oid of the sequence'),
    schemaname: label('its schema'),
    sequencename: label('its name'),
    sequenceowner: label('its owner'),
    data_type: label('its type'),
    start_value: id('first value'),
    min_value: id('smallest value'),
    max_value: id('largest value'),
    increment_by: id('step'),
    cycle: flag('whether it begins anew at its end'),
    cache_size: gauge('values a session takes at once'),
    owned_by: label('column it belongs to, as SQL writes it: schema.table.column'),
    owned_by_type: label('type of that column: an integer column ends before a bigint sequence'),
    is_identity: flag('whether that column is an identity column'),
    end_value: id('last value that both the sequence and its column can hold'),
    last_value: id('last value drawn (values cached by sessions included); null as value_source says'),
    value_source: label(
      'read; never_used; no_privilege: needs SELECT or USAGE on it; exclusively_locked; not_read: values are read of 500 at most; other_session: temporary; not_on_standby: unlogged; dropped: just now',
    ),
    used_ratio: gauge('share of the values from start_value to end_value that is drawn'),
  }),
  shortfall: (rows) => {
    const of = (...sources: string[]): [string | null, string | null][] =>
      rows
        .filter((row) => row.value_source !== null && sources.includes(row.value_source))
        .map((row) => [row.schemaname, row.sequencename]);
    return (
      missing(of('no_privilege'), 'no_privilege', 'last_value needs SELECT or USAGE on') ??
      missing(
        of('exclusively_locked'),
        'exclusively_locked',
        'last_value not read, since another session locks',
      ) ??
      missing(of('not_read'), 'truncated', 'last_value not read (of 500 sequences at most) of')
    );
  },
  variants: [{ since: 12, sql: [CHOSEN, READ, ROW].join('') }],
  withoutLocks: [{ since: 12, sql: [CHOSEN, NOT_READ, ROW].join('') }],
});

function missing(
  sequences: readonly [string | null, string | null][],
  reason: Shortfall['reason'],
  what: string,
): Shortfall | null {
  return sequences.length === 0 ? null : { reason, message: `${what} ${named(sequences)}` };
}
