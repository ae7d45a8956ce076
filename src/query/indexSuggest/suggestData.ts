import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';
import { limitationsSchema } from '../limitation.js';
import { truncatedSchema } from '../truncated.js';

const number = (description: string) => nullable(Type.Number({ description }));
const names = (description: string) => Type.Array(Type.String(), { description });

const querySchema = closedObject({
  queryid: nullable(Type.String({ description: 'as in pg_stat_statements; null for a text that was given' })),
  query: Type.String({ description: 'secrets masked' }),
  calls: Type.Integer(),
  cost_before: Type.Number({ description: 'of one execution, in the planner’s units' }),
  cost_after: Type.Number({ description: 'the same with all suggested indexes' }),
  share_ratio: Type.Number({ description: 'its share of the cost of the workload: calls × cost' }),
});
export type HelpedQuery = Static<typeof querySchema>;

const target = {
  schema: Type.String(),
  table: Type.String(),
  columns: names('keys in their order: names of columns, or expressions'),
  include: names('columns beside the key'),
  where: nullable(Type.String({ description: 'condition of a partial index' })),
  method: Type.String({ description: 'access method of the index: btree, gin or brin' }),
};

const CONFIDENCES = ['high', 'medium', 'low'] as const;

const checkSchema = closedObject(
  {
    assumption: oneOf(['independent_columns', 'limit_stops_early', 'pattern_is_a_prefix']),
    result: oneOf(['holds', 'fails', 'not_checked']),
    sample_rows: nullable(Type.Integer({ description: 'rows that were read for it' })),
    detail: Type.String(),
  },
  'what the gain rests on beside the planner’s cost',
);
export type Check = Static<typeof checkSchema>;

const suggestionSchema = closedObject({
  reasons: Type.Array(oneOf(['workload', 'foreign_key'])),
  ...target,
  ddl: Type.String({ description: 'statements in order, one a line' }),
  size_bytes: Type.Number({ description: 'estimated' }),
  judged_by: oneOf(['hypopg', 'statistics'], 'statistics also where HypoPG knows nothing of the method'),
  cost_before: Type.Number({
    description: 'of the queries that it helps, calls × cost, in the planner’s units',
  }),
  cost_after: Type.Number({ description: 'the same with all suggested indexes' }),
  gain_ratio: Type.Number({ description: 'share of the workload’s cost that it spares, in its turn' }),
  queries: Type.Array(querySchema, {
    description: 'that it helps, most cost first; of those that differ in constants alone the first few',
  }),
  write_penalty: closedObject({
    cost: Type.Number({
      description: 'what it would have cost the writers since the statistics began, in the planner’s units',
    }),
    inserts: Type.Integer(),
    updates: Type.Integer(),
    deletes: Type.Integer(),
    lost_hot_updates: Type.Integer({ description: 'updates that touched no index and would have to' }),
  }),
  confidence: oneOf(CONFIDENCES),
  checks: Type.Array(checkSchema),
  foreign_key: nullable(
    closedObject({
      name: Type.String(),
      references: Type.String(),
      deletes: Type.Integer({
        description: 'rows deleted from the referenced table since the statistics began',
      }),
      joined_by: Type.Integer({ description: 'queries of the workload that join along it' }),
    }),
  ),
  makes_redundant: names('existing indexes that serve nothing which it does not'),
});
export type Suggestion = Static<typeof suggestionSchema>;

const antiSchema = closedObject({
  schema: Type.String(),
  table: Type.String(),
  columns: names('that queries look by'),
  reason: oneOf([
    'small_table',
    'already_served',
    'low_selectivity',
    'most_rows_match',
    'write_cost',
    'foreign_table',
    'not_a_table',
    'not_indexable',
  ]),
  detail: Type.String(),
  queries: Type.Integer({ description: 'queries of the workload that it is about' }),
});
export type AntiRecommendation = Static<typeof antiSchema>;

const nearSchema = closedObject({
  ...target,
  reason: oneOf(['small_gain', 'write_cost', 'size_budget', 'max_indexes', 'gain_not_real', 'no_evidence']),
  detail: Type.String(),
  cost_before: number('of the queries that it would help'),
  cost_after: number('the same with it'),
});
export type NearMiss = Static<typeof nearSchema>;

export const UNEXPLAINED = [
  'exclusively_locked',
  'lock_timeout',
  'not_parsed',
  'relation_missing',
  'not_planned',
  'over_the_limit',
  'no_statistics',
  'own_sample',
  'system_only',
  'utility',
] as const;

const unexplainedSchema = closedObject({
  queryid: nullable(Type.String()),
  query: Type.String({ description: 'secrets masked; long texts are cut' }),
  calls: Type.Integer(),
  reason: oneOf(UNEXPLAINED),
  detail: Type.String(),
});
export type Unexplained = Static<typeof unexplainedSchema>;

const scanSchema = closedObject({
  schema: Type.String(),
  table: Type.String(),
  seq_scans: Type.Integer({ description: 'since the statistics began' }),
  rows_read: Type.Number(),
  table_rows: Type.Number(),
});

export const suggestData = closedObject({
  judged_by: oneOf(['hypopg', 'statistics']),
  workload: closedObject({
    source: oneOf(['pg_stat_statements', 'file', 'sql']),
    stats_reset: nullable(Type.String()),
    statements: Type.Integer({ description: 'in the workload' }),
    judged: Type.Integer({
      description:
        'that could be read and planned, some by one that differs in its constants alone; the others stand in unexplained',
    }),
    cost_before: Type.Number({ description: 'of what was judged: calls × cost, in the planner’s units' }),
    cost_after: Type.Number({ description: 'the same with all suggested indexes' }),
    planner_calls: Type.Integer(),
  }),
  suggestions: Type.Array(suggestionSchema, {
    description: 'most gain first; those of low confidence after the others',
  }),
  anti_recommendations: Type.Array(antiSchema, { description: 'what not to index, and why' }),
  near_misses: Type.Array(nearSchema, { description: 'what nearly made it, and why it did not' }),
  unexplained: Type.Array(unexplainedSchema, { description: 'queries that were left out, and why' }),
  unexplained_scans: Type.Array(scanSchema, {
    description: 'large tables read from end to end by no query of the workload',
  }),
  truncated: closedObject({
    suggestions: truncatedSchema,
    anti_recommendations: truncatedSchema,
    near_misses: truncatedSchema,
    unexplained: truncatedSchema,
    unexplained_scans: truncatedSchema,
  }),
  limitations: limitationsSchema,
});
export type SuggestData = Static<typeof suggestData>;
