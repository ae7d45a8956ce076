import { closedObject, nullable, oneOf, openObject, Type, type Static } from '../../core/schema.js';
import { limitationsSchema } from '../limitation.js';
import { truncatedSchema } from '../truncated.js';
import { BLOCKERS } from './guards.js';

export const ISSUES = ['invalid', 'duplicate', 'redundant', 'unused', 'bloated', 'never_analyzed'] as const;
export const CONFIDENCES = ['high', 'medium', 'low'] as const;

const savedSchema = nullable(
  closedObject(
    {
      bytes: Type.Number({ description: 'bytes of the index' }),
      writes: nullable(
        Type.Number({
          description:
            'entries that inserts and updates (but HOT ones) of its table put into it since stats_reset; more than there were for a partial index',
        }),
      ),
      writes_per_day: nullable(
        Type.Number({ description: 'the same for each day; null where the time is unknown' }),
      ),
      deletes: nullable(Type.Number({ description: 'rows deleted since, whose entries VACUUM takes out' })),
    },
    'what dropping it saves; null where it is not to be dropped',
  ),
);

const findingSchema = closedObject({
  schema: Type.String(),
  table: Type.String(),
  index: Type.String({ description: 'of two alike the one to drop' }),
  issue: oneOf(ISSUES, 'stable'),
  size_bytes: nullable(Type.Number({ description: 'bytes; null for an index without storage of its own' })),
  confidence: oneOf(
    CONFIDENCES,
    'young statistics and replicas that were not seen lower it; they hide nothing',
  ),
  evidence: openObject('what shows it; keep is the index that stays'),
  ddl: nullable(
    Type.String({ description: 'what to run; null where something forbids it, or more is to be done' }),
  ),
  blocked_by: Type.Array(oneOf(BLOCKERS), {
    description: 'what forbids to drop it; evidence.blockers says more',
  }),
  saved: savedSchema,
});

const replicaSchema = closedObject({
  replica: Type.String({ description: 'as it was given, without secrets' }),
  reachable: Type.Boolean({ description: 'whether it told its use of indexes' }),
  stats_reset: nullable(Type.String({ description: 'since when it counts, ISO 8601 UTC' })),
  error: nullable(
    closedObject({
      code: Type.String({ description: 'stable; pgdba schema errors' }),
      message: Type.String(),
    }),
  ),
});

export const queryIndexHealthData = closedObject({
  indexes: Type.Array(findingSchema, {
    description: 'what can be done first, largest first; then what is blocked',
  }),
  window_s: Type.Number({ description: 'seconds without a scan after which an index counts as unused' }),
  stats_reset: nullable(Type.String({ description: 'since when scans are counted here, ISO 8601 UTC' })),
  replicas: Type.Array(replicaSchema, { description: 'other servers whose use of the indexes was asked' }),
  truncated: truncatedSchema,
  limitations: limitationsSchema,
});

export type IndexFinding = Static<typeof findingSchema>;
export type IndexHealthData = Static<typeof queryIndexHealthData>;
export type ReplicaTold = Static<typeof replicaSchema>;
export type Issue = (typeof ISSUES)[number];
export type Confidence = (typeof CONFIDENCES)[number];
