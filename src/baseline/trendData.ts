import { closedObject, nullable, oneOf, Type, type Static } from '../core/schema.js';
import { VOID_REASONS } from '../inspect/snapshot.js';
import { GROUPS } from './groups.js';

const time = (description: string) => Type.String({ description: `${description}, ISO 8601 UTC` });

/** Why a point has no value. */
const GAPS = [
  ...VOID_REASONS,
  'other_cluster',
  'recreated',
  'no_earlier',
  'absent',
  'not_in_baseline',
  'too_little',
  'unknown',
] as const;
export type Gap = (typeof GAPS)[number];

const pointSchema = closedObject({
  id: Type.String({ description: 'the baseline' }),
  at: time('when it was taken, by the server’s clock'),
  value: nullable(Type.Number({ description: 'null where it cannot be told: see gap' })),
  gap: nullable(
    oneOf(
      GAPS,
      'why value is null: what makes rates void, as in inspect --delta; no_earlier: the first of its kind; absent: the object was not there; not_in_baseline: its section was not read; too_little: it counted too little to mean something; unknown: the server could not tell',
    ),
  ),
});

export const seriesSchema = closedObject({
  section: oneOf(GROUPS),
  metric: Type.String(),
  object_type: Type.String(),
  object: Type.String(),
  database: nullable(Type.String()),
  unit: nullable(Type.String()),
  text: nullable(Type.String({ description: 'the query’s text, cut; else null' })),
  points: Type.Array(pointSchema),
  first: nullable(Type.Number({ description: 'first value that is known' })),
  last: nullable(Type.Number({ description: 'last value that is known' })),
  slope_per_day: nullable(Type.Number({ description: 'in the unit, by the Theil–Sen estimator' })),
  slope_low_per_day: nullable(Type.Number({ description: 'lower end of its 95 % interval' })),
  slope_high_per_day: nullable(Type.Number({ description: 'upper end' })),
  fit: closedObject({
    points: Type.Integer({ description: 'values that the line goes through' }),
    r_squared: nullable(Type.Number({ description: 'of that line' })),
    quality: oneOf(['good', 'poor', 'none'], 'whether a forecast can be believed; none: too few points'),
    message: Type.String(),
  }),
  forecast: nullable(
    closedObject({
      limit: Type.Number(),
      meaning: Type.String({ description: 'what happens there' }),
      at: nullable(time('when it is met; null when the line does not go there within 10 years')),
      earliest: nullable(time('by the steep end of the slope')),
      latest: nullable(time('by the flat end; null when that never goes there')),
      message: Type.String(),
    }),
  ),
});
export type TrendSeries = Static<typeof seriesSchema>;

/** data of `baseline trend`. */
export const baselineTrendData = closedObject({
  baselines: Type.Integer({ description: 'baselines that were looked at' }),
  skipped: Type.Integer({ description: 'baselines that could not be read; warnings name them' }),
  from: nullable(time('the first of them')),
  to: nullable(time('the last of them')),
  chosen: oneOf(['asked', 'changed_most'], 'why these series: --metric, or those that changed most'),
  message: Type.String({ description: 'what was looked at, and why there are no more series' }),
  series: Type.Array(seriesSchema, { description: 'those that changed most first' }),
  truncated: nullable(closedObject({ shown: Type.Integer(), total: Type.Integer() })),
});
export type BaselineTrend = Static<typeof baselineTrendData>;
