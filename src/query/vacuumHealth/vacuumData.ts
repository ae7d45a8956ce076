import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';
import { limitationsSchema } from '../limitation.js';
import { truncatedSchema } from '../truncated.js';
import { WRAPAROUND_LEVELS } from './wraparoundLimits.js';

const count = (what: string) => nullable(Type.Number({ description: what }));
const text = (what: string) => nullable(Type.String({ description: what }));
const remedy = Type.Array(Type.String(), { description: 'SQL that would help, for a person to run' });

const distance = (what: string) =>
  closedObject(
    {
      age: count(`${what} since the oldest one that is not frozen`),
      to_forced_autovacuum: count('left until autovacuum comes even where it is off; negative: overdue'),
      to_failsafe: count('left until a running VACUUM drops its delays, since 14'),
      to_warn: count('left until the server warns with each new one'),
      to_stop: count('left until the server refuses to give out another one'),
    },
    `distances in ${what}; null where there is nothing to freeze`,
  );
const wraparound = {
  wraparound_level: oneOf(
    WRAPAROUND_LEVELS,
    'the furthest milestone passed, by the worse of xid and multixact',
  ),
  xid: distance('transactions begun'),
  multixact: distance('multixacts made'),
};

const TABLE_ISSUES = [
  'wraparound',
  'autovacuum_off',
  'dead_tuples',
  'never_analyzed',
  'stale_statistics',
] as const;

const tableShape = closedObject({
  schema: Type.String({ description: 'schema' }),
  name: Type.String({ description: 'table' }),
  part: oneOf(['heap', 'toast'], 'the table itself, or its TOAST table, under its owner’s name'),
  kind: oneOf(['table', 'materialized_view'], 'what the owner is'),
  system: Type.Boolean({ description: 'of pg_catalog or information_schema; told only with an issue' }),
  issues: Type.Array(oneOf(TABLE_ISSUES), { description: 'what is wrong; empty for a healthy table' }),
  due: Type.Array(oneOf(['vacuum_dead', 'vacuum_inserts', 'vacuum_freeze', 'analyze']), {
    description: 'what autovacuum would do on its next visit, if it made one',
  }),
  size_bytes_estimated: Type.Number({ description: 'bytes of this part at the last VACUUM or ANALYZE' }),
  live_tuples: count('live rows, estimated'),
  dead_tuples: count('dead rows, estimated'),
  dead_threshold: Type.Number({
    description: 'dead rows beyond which autovacuum comes, by options and settings',
  }),
  dead_to_threshold_ratio: count('dead_tuples / dead_threshold'),
  dead_ratio: count('dead rows of all rows'),
  inserted_tuples: count('rows inserted since the last VACUUM, since 13'),
  insert_threshold: count('inserted rows beyond which autovacuum comes, since 13; null where switched off'),
  changed_tuples: count('rows changed since the last ANALYZE'),
  analyze_threshold: Type.Number({ description: 'changed rows beyond which autovacuum analyzes' }),
  autovacuum_enabled: Type.Boolean({
    description: 'by the storage options of the table; see also `settings`',
  }),
  options: Type.Array(Type.String(), { description: 'storage options that apply to this part' }),
  last_vacuum: text('last VACUUM by hand, ISO 8601 UTC'),
  last_autovacuum: text('last VACUUM by autovacuum'),
  last_analyze: text('last ANALYZE by hand'),
  last_autoanalyze: text('last ANALYZE by autovacuum'),
  vacuumed_by_pid: nullable(Type.Integer({ description: 'process that vacuums it now' })),
  ...wraparound,
  dead_per_s: count('with --delta: growth of dead_tuples per second; negative when they were removed'),
  dead_threshold_in_s: count('with --delta: seconds until dead_tuples passes the threshold at that rate'),
  remedy,
});
export type TableHealth = Static<typeof tableShape>;

const eta = closedObject(
  {
    forced_autovacuum_s: count('seconds until autovacuum is forced'),
    warn_s: count('seconds until the server warns'),
    stop_s: count('seconds until the server refuses'),
  },
  'with --delta: at the rate between the samples, the sooner of xid and multixact; null when not reached at that rate',
);

const databaseShape = closedObject({
  name: Type.String({ description: 'database' }),
  allows_connections: nullable(Type.Boolean({ description: 'false for template0' })),
  is_template: nullable(Type.Boolean({ description: 'whether others may clone it' })),
  issues: Type.Array(oneOf(['wraparound']), { description: 'what is wrong' }),
  ...wraparound,
  eta: nullable(eta),
  remedy,
});
export type DatabaseHealth = Static<typeof databaseShape>;

const runningShape = closedObject({
  pid: Type.Integer({ description: 'process' }),
  database: text('database'),
  relation: text('table as SQL writes it; null in other databases than the connected one'),
  relation_oid: nullable(Type.Integer({ description: 'its oid' })),
  kind: nullable(oneOf(['autovacuum', 'by_hand'], 'null where this role may not see it')),
  to_prevent_wraparound: nullable(Type.Boolean({ description: 'whether it gives way to nobody' })),
  running_ms: count('milliseconds since it began'),
  phase: text('what it is doing'),
  scanned_ratio: count('share of the heap scanned'),
  vacuumed_ratio: count('share of the heap vacuumed'),
  heap_total_bytes: count('bytes of the heap when it began'),
  index_passes: count('passes over all indexes that are done; more than one wants more memory'),
  dead_memory_ratio: count(
    'share of the memory for dead rows in use; at 1 another pass over the indexes begins',
  ),
  indexes_total: count('indexes to go over, since 17'),
  indexes_processed: count('indexes gone over in this pass, since 17'),
  delay_ms: count('milliseconds slept for the cost limit, since 18 with track_cost_delay_timing'),
});
export type RunningVacuum = Static<typeof runningShape>;

const holderShape = closedObject({
  kind: oneOf(['transaction', 'prepared_transaction', 'replication_slot', 'standby']),
  name: text('gid, slot, or what the standby calls itself'),
  pid: nullable(
    Type.Integer({ description: 'process; null for prepared transactions and slots nobody uses' }),
  ),
  database: text('the only database it holds back; null for all'),
  user: text('its role'),
  application_name: text('what the client calls itself'),
  state: text('state of the session; active or inactive for a slot'),
  catalogs_only: Type.Boolean({ description: 'holds back the system catalogs alone' }),
  since: text(
    'when its transaction began, it was prepared, its connection or its idleness began; ISO 8601 UTC',
  ),
  xid_age: Type.Number({ description: 'transactions begun since the oldest one it needs' }),
  affects_connected_database: Type.Boolean({ description: 'whether it holds back the tables told here' }),
  is_oldest: Type.Boolean({ description: 'whether nobody holds the connected database back further' }),
  query: text('the session’s running or last query, passwords masked, cut at 1,000 characters'),
  advice: Type.String({ description: 'what to do, for people' }),
});
export type HorizonHolder = Static<typeof holderShape>;

const workersShape = closedObject({
  running: nullable(Type.Integer({ description: 'autovacuum workers at work; null where hidden' })),
  max: Type.Integer({
    description: 'how many may be, by autovacuum_max_workers and, since 18, autovacuum_worker_slots',
  }),
  saturated: nullable(Type.Boolean({ description: 'whether all of them are busy' })),
  launcher_running: nullable(
    Type.Boolean({ description: 'whether the launcher is there; null where hidden' }),
  ),
  naptime_ms: Type.Number({ description: 'autovacuum_naptime' }),
  cost_delay_ms: Type.Number({ description: 'how long a worker sleeps when its limit is spent; 0 = never' }),
  cost_limit: Type.Number({ description: 'the limit, shared by all workers' }),
  max_read_bytes_per_s: count('limit / vacuum_cost_page_miss * block_size / delay, for all workers together'),
  max_dirty_bytes_per_s: count('the same with vacuum_cost_page_dirty; null without a delay'),
});
export type Workers = Static<typeof workersShape>;

const issueShape = closedObject({
  code: oneOf(['autovacuum_off', 'track_counts_off', 'workers_saturated']),
  message: Type.String({ description: 'for people' }),
  remedy,
});
export type ServerIssue = Static<typeof issueShape>;

export const queryVacuumHealthData = closedObject({
  tables: Type.Array(tableShape, {
    description: 'tables of the connected database, those with issues first, the worst first among them',
  }),
  tables_truncated: truncatedSchema,
  databases: Type.Array(databaseShape, { description: 'all databases, the oldest first' }),
  databases_truncated: truncatedSchema,
  running: Type.Array(runningShape, { description: 'VACUUMs at work in any database' }),
  workers: workersShape,
  horizon_holders: Type.Array(holderShape, {
    description: 'who keeps VACUUM from removing dead rows, the furthest back first',
  }),
  horizon_holders_truncated: truncatedSchema,
  issues: Type.Array(issueShape, { description: 'what is wrong with the server as a whole' }),
  totals: closedObject({
    tables: Type.Integer({ description: 'tables and TOAST tables looked at' }),
    tables_with_issues: Type.Integer({ description: 'of these, with an issue' }),
    databases_with_issues: Type.Integer({ description: 'databases with an issue' }),
  }),
  rates: nullable(
    closedObject(
      {
        interval_ms: Type.Number({ description: 'between the samples' }),
        xid_per_s: count('transaction ids taken per second'),
        multixact_per_s: count('multixact ids taken per second'),
      },
      'with --delta',
    ),
  ),
  limitations: limitationsSchema,
});
/** `data` of query vacuum-health. */
export type VacuumHealth = Static<typeof queryVacuumHealthData>;
