import { closedObject, nullable, oneOf, scalar, Type, type Static } from '../core/schema.js';
import { VOID_REASONS } from '../inspect/snapshot.js';
import { GROUPS } from './groups.js';

/** What a change may be of: a group of the baseline, or what other commands said. */
export const DIFF_SECTIONS = [...GROUPS, 'findings', 'recommendations'] as const;

const time = (description: string) => Type.String({ description: `${description}, ISO 8601 UTC` });

const sideSchema = closedObject({
  id: nullable(Type.String({ description: 'UUID; null for a file that has none' })),
  label: nullable(Type.String()),
  path: Type.String(),
  collected_at: time('when it was taken, by the server’s clock'),
  fingerprint: Type.String(),
  role: oneOf(['primary', 'standby', 'unknown']),
  server_version_num: Type.Integer(),
  timeline: nullable(Type.Integer()),
  started_at: time('when the postmaster had started'),
});

/** What happened to the server between the two. */
const EVENTS = [
  'other_cluster',
  'other_database',
  'failover',
  'restarted',
  'upgraded',
  'extension_upgraded',
  'reset',
] as const;

const eventSchema = closedObject({
  kind: oneOf(EVENTS),
  subject: nullable(
    Type.String({ description: 'the view, extension or database; null for the whole server' }),
  ),
  before: nullable(Type.String({ description: 'what told it, before: a time, timeline, version …' })),
  after: nullable(Type.String()),
  message: Type.String(),
});

/** Why counters could not be compared. */
export const NOT_COMPARED = [
  ...VOID_REASONS,
  'other_cluster',
  'other_database',
  'recreated',
  'evicted',
  'not_in_both',
] as const;

const voidSchema = closedObject({
  section: oneOf(DIFF_SECTIONS),
  view: Type.String({ description: 'section of inspect, or analysis' }),
  reason: oneOf(NOT_COMPARED, 'stable'),
  rows: Type.Integer({ description: 'rows whose counters could not be compared; their rates are null' }),
  message: Type.String(),
});
export type Void = Static<typeof voidSchema>;

export const changeSchema = closedObject({
  section: oneOf(DIFF_SECTIONS),
  object_type: Type.String({
    description: 'table, index, query, setting, database, replication_slot, server …',
  }),
  object: Type.String({ description: 'as SQL writes it; of a query its queryid' }),
  database: nullable(Type.String({ description: 'database that the object is in' })),
  metric: Type.String({ description: 'name of the number or state; presence: whether it is there' }),
  unit: nullable(Type.String()),
  before: scalar('value in the earlier baseline, or the rate up to it; null where it cannot be told'),
  after: scalar('value in the later one, or the rate between the two'),
  change: nullable(Type.Number({ description: 'after − before; null where one of them is no number' })),
  factor: nullable(Type.Number({ description: 'after ÷ before; null where it makes no sense' })),
  unusual: nullable(
    Type.Boolean({
      description:
        'whether after is outside the cluster’s own usual spread; null with fewer than seven earlier baselines',
    }),
  ),
  usual: nullable(
    closedObject(
      {
        median: Type.Number(),
        mad: Type.Number({ description: 'median absolute deviation' }),
        samples: Type.Integer(),
        chosen: oneOf(['all', 'same_weekday_and_hour']),
      },
      'the earlier values that it was compared with',
    ),
  ),
  effect: oneOf(['worse', 'better', 'neutral'], 'which way it went'),
  regression: Type.Boolean({
    description:
      'worse, large enough to matter, and not known to be usual; --fail-on regression counts these',
  }),
  text: nullable(Type.String({ description: 'the query’s text, cut; else null' })),
  why: Type.String({ description: 'one sentence for people' }),
  by: nullable(
    closedObject(
      {
        changeset: Type.String(),
        at: time('when it was applied'),
        operation: Type.String(),
        who: nullable(Type.String({ description: 'operating system’s user at host' })),
      },
      'for a setting: the change of pgdba that did it, by the audit log',
    ),
  ),
  eta: nullable(
    closedObject({
      limit: Type.Number(),
      meaning: Type.String({ description: 'what happens there' }),
      at: nullable(time('when the limit is met at the present rate; null when it does not grow towards it')),
    }),
  ),
});
export type Change = Static<typeof changeSchema>;

const nearSchema = closedObject({
  section: oneOf(GROUPS),
  object_type: Type.String(),
  object: Type.String(),
  database: nullable(Type.String()),
  metric: Type.String(),
  unit: nullable(Type.String()),
  value: Type.Number({ description: 'in the later baseline' }),
  limit: Type.Number(),
  used_ratio: Type.Number({ description: 'value of limit' }),
  per_day: nullable(
    Type.Number({ description: 'what it grew by a day between the two; null where not known' }),
  ),
  at: nullable(time('when the limit is met at that rate; null when it does not grow')),
  meaning: Type.String({ description: 'what happens there' }),
});
export type Near = Static<typeof nearSchema>;

/** data of `baseline diff`. */
export const baselineDiffData = closedObject({
  before: sideSchema,
  after: sideSchema,
  interval_ms: Type.Number({ description: 'milliseconds between the two, by the server’s clock' }),
  basis: closedObject(
    {
      kind: oneOf(
        ['earlier_baseline', 'samples', 'reset', 'none'],
        'what the rates of `before` are of: an earlier baseline, the two samples of --delta, the time since the last reset, or nothing',
      ),
      id: nullable(Type.String()),
      from: nullable(time('begin of that time')),
      message: Type.String(),
    },
    'the time that `before` is the rate of',
  ),
  spread: closedObject(
    {
      baselines: Type.Integer({ description: 'earlier baselines of this cluster that could be used' }),
      needed: Type.Integer(),
      message: Type.String({ description: 'whether `unusual` can be told' }),
    },
    'what is known of the usual spread',
  ),
  events: Type.Array(eventSchema),
  void: Type.Array(voidSchema, { description: 'what could not be compared, and why' }),
  changes: Type.Array(changeSchema, { description: 'regressions first, then the unusual, then the largest' }),
  limits: Type.Array(nearSchema, {
    description:
      'what is nearest to a limit that ends something (wraparound, sequences, connections, retained WAL), changed or not',
  }),
  summary: closedObject({
    changes: Type.Integer(),
    regressions: Type.Integer(),
    unusual: Type.Integer(),
    sections: Type.Array(
      closedObject({ section: oneOf(DIFF_SECTIONS), changes: Type.Integer(), regressions: Type.Integer() }),
    ),
  }),
  truncated: nullable(closedObject({ shown: Type.Integer(), total: Type.Integer() })),
});
export type BaselineDiff = Static<typeof baselineDiffData>;
