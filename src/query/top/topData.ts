import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';
import { VOID_REASONS } from '../../inspect/snapshot.js';
import { limitationsSchema } from '../limitation.js';
import { queryStateSchema } from '../queryText.js';
import { truncatedSchema } from '../truncated.js';
import { evictedSchema } from './evictions.js';
import { GROUPINGS } from './grouping.js';
import { SORT_KEYS } from './sorting.js';

const number = (description: string) => nullable(Type.Number({ description }));
const text = (description: string) => nullable(Type.String({ description }));
const texts = (description: string) => Type.Array(Type.String(), { description });

const CHANGES = ['grown', 'new', 'partly_void', 'void'] as const;

const statementSchema = closedObject(
  {
    queryid: text(
      'identifier of the query, as PostgreSQL counts it; of a group the one with the most time; null where this role may not see it',
    ),
    fingerprint: text('the same for a statement in any database and on any server; null without its text'),
    query: text('its text, with secrets masked; query_state tells why it is null'),
    query_state: queryStateSchema,
    database: text('null when it is of several, or of one that was dropped'),
    user: text('null when it is of several, or of one that was dropped'),
    databases: texts('of all its entries'),
    users: texts('of all its entries'),
    queryids: texts('of all its entries'),
    entries: Type.Integer({ description: 'entries of pg_stat_statements that are counted here' }),
    toplevel: nullable(
      Type.Boolean({
        description: 'whether clients ran it, not functions; since 1.9; null when it is both',
      }),
    ),
    visible: Type.Boolean({ description: 'false where this role may not see queryid and text' }),
    calls: number('executions'),
    total_time_ms: number('milliseconds executing, and planning where that is tracked'),
    mean_time_ms: number('total_time_ms of one call'),
    min_time_ms: number('shortest execution; null with --delta'),
    max_time_ms: number('longest execution since minmax_stats_since; null with --delta'),
    exec_time_ms: number('milliseconds executing'),
    plan_time_ms: number('milliseconds planning; null while pg_stat_statements.track_planning is off'),
    max_plan_time_ms: number('longest planning; null with --delta'),
    plans: number('times planned; null while pg_stat_statements.track_planning is off'),
    rows: number('rows returned or changed'),
    rows_per_call: number('rows of one call'),
    share_ratio: number('its part of total.total_time_ms, 0 to 1'),
    hit_ratio: number('shared_hit_bytes of all shared bytes asked for, 0 to 1'),
    shared_hit_bytes: number('bytes found in shared buffers'),
    shared_read_bytes: number('bytes read into shared buffers'),
    shared_dirtied_bytes: number('bytes made dirty in shared buffers'),
    shared_written_bytes: number('bytes written from shared buffers'),
    local_hit_bytes: number('bytes found in buffers of temporary tables'),
    local_read_bytes: number('bytes read into them'),
    local_dirtied_bytes: number('bytes made dirty in them'),
    local_written_bytes: number('bytes written from them'),
    temp_bytes: number('bytes read from and written to temporary files'),
    temp_read_bytes: number('bytes read from temporary files'),
    temp_written_bytes: number('bytes written to temporary files'),
    io_bytes: number('bytes read and written: shared, local and temporary'),
    io_time_ms: number('milliseconds reading and writing; null while track_io_timing is off'),
    shared_read_time_ms: number('milliseconds reading shared blocks (before 1.11 local ones too)'),
    shared_write_time_ms: number('milliseconds writing shared blocks (before 1.11 local ones too)'),
    local_read_time_ms: number('milliseconds reading local blocks, since 1.11'),
    local_write_time_ms: number('milliseconds writing local blocks, since 1.11'),
    temp_read_time_ms: number('milliseconds reading temporary files, since 1.10'),
    temp_write_time_ms: number('milliseconds writing temporary files, since 1.10'),
    wal_records: number('WAL records, since 1.8'),
    wal_fpi: number('full page images among them, since 1.8'),
    wal_bytes: number('bytes of WAL, since 1.8'),
    wal_buffers_full: number('times WAL was written because its buffers were full, since 1.12'),
    jit_functions: number('functions compiled, since 1.10'),
    jit_time_ms: number('milliseconds compiling, since 1.10'),
    parallel_workers_to_launch: number('parallel workers planned, since 1.12'),
    parallel_workers_launched: number('parallel workers started, since 1.12'),
    stats_since: text('when its youngest entry began, since 1.11'),
    minmax_stats_since: text('when its youngest minimum and maximum began, since 1.11'),
    change: nullable(
      oneOf(
        CHANGES,
        'with --delta: grown; new: first seen in the interval; partly_void: some of its entries are not counted; void: its numbers are null',
      ),
    ),
    calls_per_s: number('with --delta: calls in a second'),
    time_ms_per_s: number(
      'with --delta: milliseconds spent in a second of the interval: 1000 keeps one backend busy',
    ),
    rows_per_s: number('with --delta: rows in a second'),
  },
  'what a statement cost since stats_reset, or with --delta in the interval',
);

const totalSchema = closedObject(
  {
    statements: Type.Integer({
      description: 'before --min-calls and --limit; with --delta those that did something',
    }),
    entries: Type.Integer({ description: 'entries of pg_stat_statements' }),
    hidden_entries: Type.Integer({ description: 'entries whose queryid and text this role may not see' }),
    calls: number('executions of all of them'),
    total_time_ms: number('milliseconds of all of them: what share_ratio is a share of'),
  },
  'everything that --database and --user leave, hidden entries included',
);

/** `data` of `query top`. */
export const topData = closedObject({
  mode: oneOf(['instant', 'delta'], 'since stats_reset, or between two samples'),
  sort: oneOf(SORT_KEYS, 'what the rows are ranked by, most first'),
  group: nullable(oneOf(GROUPINGS, 'how entries were put together; null: each is a row')),
  extension_version: text('of pg_stat_statements in this database'),
  sampled_at: text('when it was read, by the server’s clock, ISO 8601 UTC'),
  stats_reset: text('when all entries were last reset, since 1.9; single entries may be younger'),
  interval_ms: number('with --delta: milliseconds between the samples, by the server’s clock'),
  total: totalSchema,
  evicted: evictedSchema,
  void: Type.Array(
    closedObject({
      reason: oneOf(VOID_REASONS, 'why numbers of the interval are null'),
      entries: Type.Integer({ description: 'how many entries it concerns' }),
      message: Type.String(),
    }),
    { description: 'with --delta: entries whose numbers between the samples mean nothing' },
  ),
  statements: Type.Array(statementSchema),
  truncated: truncatedSchema,
  limitations: limitationsSchema,
});
export type TopData = Static<typeof topData>;
export type TopStatement = Static<typeof statementSchema>;
