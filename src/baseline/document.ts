import {
  closedObject,
  growingObject,
  nullable,
  oneOf,
  openObject,
  Type,
  type Static,
} from '../core/schema.js';
import { REASONS, STATUSES } from '../inspect/section.js';
import type { Computed, Sample, SectionResult } from '../inspect/snapshot.js';
import { ANALYSES, type Analysis } from './analyses.js';
import { GROUPS, type Group } from './groups.js';

export const BASELINE_VERSION = 'pgdba.baseline/1';

const at = (description: string) => Type.String({ description: `${description}, ISO 8601 UTC` });

/** What happened to the server between two baselines is told by these, never by clocks. */
export const momentSchema = growingObject(
  {
    started_at: at('when the postmaster started'),
    system_identifier: nullable(Type.String()),
    timeline: nullable(Type.Integer()),
    in_recovery: Type.Boolean(),
    server_version_num: Type.Integer(),
    extensions: openObject('version of each extension, by name', Type.String()),
  },
  'what tells a restart, failover or upgrade between two baselines',
);
export type BaselineMoment = Static<typeof momentSchema>;

const clusterSchema = growingObject(
  {
    name: nullable(Type.String()),
    fingerprint: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    identity: growingObject({
      config_host: nullable(Type.String()),
      config_port: nullable(Type.Integer()),
    }),
    server_version_num: Type.Integer(),
    role: oneOf(['primary', 'standby', 'unknown']),
    database: Type.String(),
    managed_by: Type.String(),
  },
  'the server, as in the envelope',
);

const viewSchema = growingObject(
  {
    status: oneOf(STATUSES),
    reason: nullable(oneOf(REASONS)),
    message: nullable(Type.String()),
    reads: oneOf(['catalog', 'statistics', 'live'], 'what moment the rows speak of'),
    duration_ms: Type.Number({ description: 'milliseconds, by the server’s clock' }),
    stats_reset: nullable(at('when its counters were last reset')),
    truncated: nullable(closedObject({ shown: Type.Integer(), total: Type.Integer() })),
  },
  'what became of one section of inspect',
);

const sampleSchema = growingObject({
  sampled_at: nullable(at('when it was read, by the server’s clock')),
  stats_reset: nullable(at('when its counters were last reset')),
  rows: Type.Array(openObject('a row, as inspect shows it')),
});

const groupSchema = growingObject({
  mode: oneOf(['instant', 'delta'], 'one sample, or two and the rates between them'),
  status: oneOf(
    STATUSES,
    'ok, and partial where any of its views is missing or incomplete; skipped or failed: none of them was read',
  ),
  stats_reset: nullable(at('the latest reset of its views’ counters')),
  views: openObject('what became of each section of inspect in it', viewSchema),
  sample1: openObject('rows of each view; with --delta those of the first sample', sampleSchema),
  sample2: nullable(openObject('with --delta the second sample of each view', sampleSchema)),
  computed: nullable(openObject('with --delta the rates of each view, as inspect --delta has them')),
});

const analysisSchema = closedObject({
  status: oneOf(['ok', 'failed', 'skipped'], 'skipped: its section was not asked for, or time was spent'),
  message: nullable(Type.String()),
  data: nullable(openObject('the command’s data')),
});

/** A baseline as it is stored: one JSON document, whole. A newer version may have put more into it. */
export const baselineSchema = growingObject({
  schema: oneOf([BASELINE_VERSION]),
  id: Type.String({ description: 'UUID' }),
  label: nullable(Type.String()),
  created_at: at('when pgdba made it, by its own clock'),
  collected_at: at('when collecting began, by the server’s clock'),
  version: Type.String({ description: 'version of pgdba' }),
  mode: oneOf(['instant', 'delta']),
  interval_ms: nullable(Type.Number({ description: 'milliseconds between the samples' })),
  redacted: Type.Boolean({ description: 'whether names are pseudonyms' }),
  cluster: clusterSchema,
  moment: momentSchema,
  sections: growingObject(
    Object.fromEntries(GROUPS.map((group) => [group, Type.Optional(groupSchema)])),
    'what was asked for, by name',
  ),
  analyses: growingObject(
    Object.fromEntries(Object.keys(ANALYSES).map((name) => [name, Type.Optional(analysisSchema)])),
    'what other commands said at that moment',
  ),
});

type Shape = Static<typeof baselineSchema>;
export type AnalysisResult = Static<typeof analysisSchema>;
export type ViewStatus = Static<typeof viewSchema>;

export interface GroupResult {
  readonly mode: 'instant' | 'delta';
  readonly status: SectionResult['status'];
  readonly stats_reset: string | null;
  readonly views: Readonly<Record<string, ViewStatus>>;
  readonly sample1: Readonly<Record<string, Sample>>;
  readonly sample2: Readonly<Record<string, Sample>> | null;
  readonly computed: Readonly<Record<string, Computed>> | null;
}

export interface Baseline extends Omit<Shape, 'sections' | 'analyses'> {
  readonly sections: Readonly<Partial<Record<Group, GroupResult>>>;
  readonly analyses: Readonly<Partial<Record<Analysis, AnalysisResult>>>;
}
