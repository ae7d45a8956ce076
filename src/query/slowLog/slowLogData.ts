import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';
import { REASONS, STATUSES } from '../../inspect/section.js';
import { limitationsSchema } from '../limitation.js';
import { queryStateSchema } from '../queryText.js';
import { evictedSchema } from '../top/evictions.js';
import { truncatedSchema } from '../truncated.js';
import { EVENTS } from './log/slowMessage.js';
import { LOG_FORMATS } from './log/logReader.js';

const number = (description: string) => nullable(Type.Number({ description }));
const text = (description: string) => nullable(Type.String({ description }));

const SOURCES = ['statements', 'running', 'log'] as const;

const statementSchema = closedObject(
  {
    source: oneOf(
      SOURCES,
      'statements: counted by pg_stat_statements; running: at this moment; log: one execution in the server’s log',
    ),
    over: oneOf(
      ['mean', 'max', 'running', 'execution'],
      'what is over the threshold. mean: it is slow as a rule; max: it was slow at least once; running: for so long until now; execution: this one',
    ),
    since: text(
      'statements: its maximum is not older than this; running: when it began; log: when it ended, ISO 8601 UTC; null when unknown',
    ),
    since_from: nullable(
      oneOf(
        ['minmax_stats_since', 'stats_reset'],
        'statements: where since comes from. stats_reset is the earliest it can be, before 1.11 of the extension',
      ),
    ),
    queryid: text('as in pg_stat_statements; null where unknown or hidden'),
    query: text('its text, with secrets masked; query_state tells why it is null'),
    query_state: queryStateSchema,
    database: text('null when unknown'),
    user: text('null when unknown'),
    duration_ms: number(
      'what is over the threshold: milliseconds of the mean, the maximum, so far, of this execution',
    ),
    calls: number('executions; 1 for one of the log'),
    total_time_ms: number('milliseconds of all executions'),
    mean_time_ms: number('milliseconds of one on average, planning not included'),
    max_time_ms: number('longest execution'),
    rows: number('rows returned or changed'),
    share_ratio: number('statements: its part of the time of all statements, 0 to 1'),
    shared_hit_bytes: number('bytes found in shared buffers'),
    shared_read_bytes: number('bytes read into shared buffers'),
    temp_bytes: number('bytes read from and written to temporary files'),
    wal_bytes: number('bytes of WAL, since 1.8'),
    pid: number('process; null for statements'),
    application_name: text('what the client calls itself'),
    client_addr: text('address or name of the client; [local] in a log for a Unix socket'),
    wait_event_type: text('running: what kind of thing it waits for'),
    wait_event: text('running: what it waits for'),
    event: nullable(
      oneOf(
        EVENTS,
        'log: what was timed; plan: auto_explain told it; null: log_duration told the time alone, and query is what the session had announced',
      ),
    ),
    logged_at: text('log: its time as it stands there'),
    parameters: nullable(
      oneOf(['withheld', 'absent'], 'log: whether values of $1 … were logged with it; they are never shown'),
    ),
  },
  'a statement over the threshold',
);

const sourceSchema = closedObject(
  {
    source: oneOf(SOURCES),
    status: oneOf(STATUSES, 'whether it was read, and in full'),
    reason: nullable(oneOf(REASONS, 'why it was not')),
    message: text('for people: what is missing'),
    found: Type.Integer({ description: 'statements over the threshold there, before --limit' }),
    truncated: truncatedSchema,
  },
  'one of the places where slow statements show',
);

const logSchema = closedObject(
  {
    place: oneOf(['server', 'file'], 'read over SQL, or a local file'),
    format: nullable(oneOf(LOG_FORMATS)),
    files: Type.Array(Type.String(), { description: 'read, oldest first' }),
    bytes_read: Type.Number(),
    bytes_skipped: Type.Number({ description: 'older bytes that --log-bytes left unread' }),
    unreadable_lines: Type.Integer({ description: 'lines that belong to no message of that format' }),
    executions: Type.Integer({ description: 'with a duration, slow or not' }),
    from: text('when the first of them ended, ISO 8601 UTC'),
    to: text('when the last of them ended, ISO 8601 UTC'),
  },
  'what was read of the log',
);

/** `data` of `query slow-log`. */
export const slowLogData = closedObject({
  threshold_ms: Type.Number({ description: 'milliseconds from which on a statement is slow' }),
  statements: Type.Array(statementSchema, {
    description:
      'running first, then what is slow as a rule, then what was slow once, then executions; each slowest first',
  }),
  sources: Type.Array(sourceSchema),
  log: nullable(logSchema),
  stats_reset: text('when all entries of pg_stat_statements were last reset, since 1.9'),
  evicted: nullable(evictedSchema),
  limitations: limitationsSchema,
});
export type SlowLogData = Static<typeof slowLogData>;
export type SlowStatement = Static<typeof statementSchema>;
export type SlowSource = Static<typeof sourceSchema>;
export type SlowLogRead = Static<typeof logSchema>;

/** A row of which nothing is known: what a source knows is written over it. */
export const UNKNOWN: Omit<SlowStatement, 'source' | 'over' | 'query_state'> = {
  since: null,
  since_from: null,
  queryid: null,
  query: null,
  database: null,
  user: null,
  duration_ms: null,
  calls: null,
  total_time_ms: null,
  mean_time_ms: null,
  max_time_ms: null,
  rows: null,
  share_ratio: null,
  shared_hit_bytes: null,
  shared_read_bytes: null,
  temp_bytes: null,
  wal_bytes: null,
  pid: null,
  application_name: null,
  client_addr: null,
  wait_event_type: null,
  wait_event: null,
  event: null,
  logged_at: null,
  parameters: null,
};
