import { closedObject, nullable, oneOf, openObject, scalar, Type, type Static } from '../../core/schema.js';
import { limitationsSchema } from '../limitation.js';
import { truncatedSchema } from '../truncated.js';
import { SEVERITIES } from './findings/finding.js';

const number = (description: string) => nullable(Type.Number({ description }));

const findingSchema = closedObject({
  code: Type.String({ description: 'stable; docs/query-analyze.md lists them' }),
  severity: oneOf(SEVERITIES),
  node_path: nullable(
    Type.String({ description: 'the node in plan[0], as jq writes it; null: the statement' }),
  ),
  node: nullable(Type.String({ description: 'the same node for people' })),
  evidence: openObject('numbers and names that the finding rests on'),
  advice: Type.String({ description: 'what to try' }),
});
export type AnalyzeFinding = Static<typeof findingSchema>;

const summarySchema = closedObject({
  node: Type.String({ description: 'the topmost node' }),
  nodes: Type.Integer(),
  total_cost: Type.Number({ description: 'in the planner’s units' }),
  plan_rows: Type.Number({ description: 'rows that were expected' }),
  rows: number('rows that came; null without --analyze'),
  planning_time_ms: number('milliseconds; null without --analyze'),
  execution_time_ms: number('milliseconds, triggers included; null without --analyze'),
  shared_hit_bytes: number('found in shared buffers; null without --analyze'),
  shared_read_bytes: number('read into shared buffers; null without --analyze'),
  temp_read_bytes: number('read from temporary files; null without --analyze'),
  temp_written_bytes: number('written to temporary files; null without --analyze'),
  wal_bytes: number('WAL written; null without --analyze, and before PostgreSQL 13'),
});
export type PlanSummary = Static<typeof summarySchema>;

const sideSchema = closedObject({
  cost: Type.Number(),
  plan_rows: Type.Number(),
  rows: number('of all loops'),
  time_ms: number('of all loops, with what is below'),
  read_bytes: number('shared buffers hit and read, with what is below'),
});
export type ComparedSide = Static<typeof sideSchema>;

const comparedNodeSchema = closedObject({
  change: oneOf(['same', 'changed', 'added', 'removed'], 'changed: another way to do the same'),
  before_path: nullable(Type.String()),
  after_path: nullable(Type.String()),
  before_node: nullable(Type.String()),
  after_node: nullable(Type.String()),
  before: nullable(sideSchema),
  after: nullable(sideSchema),
});
export type ComparedNode = Static<typeof comparedNodeSchema>;

const comparisonSchema = closedObject(
  {
    before: summarySchema,
    cost_ratio: number('total cost, after / before'),
    time_ratio: number('execution time, after / before; null unless both were executed'),
    same_shape: Type.Boolean({ description: 'no node was added, removed or done another way' }),
    nodes: Type.Array(comparedNodeSchema, {
      description: 'nodes matched by shape, in the order of the plan',
    }),
  },
  'this plan beside the one of --compare',
);
export type Comparison = Static<typeof comparisonSchema>;

const sourceSchema = closedObject(
  {
    queryid: Type.String(),
    user: nullable(Type.String()),
    database: nullable(Type.String()),
    calls: Type.Number(),
    others: Type.Array(
      closedObject({
        user: nullable(Type.String()),
        database: nullable(Type.String()),
        calls: Type.Number(),
      }),
      { description: 'further entries of this queryid' },
    ),
  },
  'the entry of pg_stat_statements that the text is from',
);
export type StatementSource = Static<typeof sourceSchema>;

/** `data` of `query analyze`. */
export const analyzeData = closedObject({
  sql: Type.String({ description: 'the text as given; passwords masked' }),
  planned_sql: Type.String({ description: 'the text as planned, after its rewrites' }),
  executed: Type.Boolean({ description: 'whether the statement was executed (--analyze)' }),
  plan_mode: oneOf(['custom', 'generic'], 'generic: as for any value of $1, $2 …'),
  tree: Type.String({ description: 'the plan drawn as a tree' }),
  plan: Type.Array(
    openObject('as PostgreSQL’s EXPLAIN (FORMAT JSON) wrote it; Query Identifier as a string'),
  ),
  summary: summarySchema,
  findings: Type.Array(findingSchema, { description: 'gravest first' }),
  truncated: truncatedSchema,
  parameters: Type.Array(
    closedObject({
      number: Type.Integer({ description: 'n of $n' }),
      type: Type.String({ description: 'as the server inferred it' }),
      value: scalar('as given with --param; null: NULL, or none was given'),
    }),
  ),
  rewrites: Type.Array(
    closedObject({
      rule: oneOf(['typed_constant', 'extract', 'ambiguous_operator', 'unknown_type']),
      from: Type.String(),
      to: Type.String(),
    }),
    { description: 'what was changed so that normalized text can be read again' },
  ),
  settings: openObject('settings of the role that decided the plan', Type.String()),
  side_effects: Type.Array(Type.String(), {
    description: 'what executing did, or may have done, that the rollback does not undo',
  }),
  source: nullable(sourceSchema),
  comparison: nullable(comparisonSchema),
  limitations: limitationsSchema,
});
export type AnalyzeData = Static<typeof analyzeData>;
