import type { Reason } from '../inspect/section.js';
import type { Computed, Sample, SectionResult, SectionResults } from '../inspect/snapshot.js';
import { latest } from '../inspect/collect.js';
import {
  BASELINE_VERSION,
  type Baseline,
  type BaselineMoment,
  type GroupResult,
  type ViewStatus,
} from './document.js';
import { sectionsOfGroup, type Group } from './groups.js';

/** What inspect says of a server, as far as a baseline keeps it. */
export interface Snapshot {
  readonly mode: 'instant' | 'delta';
  readonly collected_at: string;
  readonly interval_ms: number | null;
  readonly sections: SectionResults;
}

export interface BaselineParts {
  readonly id: string;
  readonly label: string | null;
  readonly createdAt: string;
  readonly version: string;
  readonly cluster: Baseline['cluster'];
  readonly moment: BaselineMoment;
  readonly groups: readonly Group[];
  readonly snapshot: Snapshot;
  readonly analyses: Baseline['analyses'];
}

/** The document of what was read. Pure. */
export function assembleBaseline(parts: BaselineParts): Baseline {
  const { mode, collected_at, interval_ms, sections } = parts.snapshot;
  const groups = parts.groups.map((group) => [group, groupResult(group, mode, sections)] as const);
  return {
    schema: BASELINE_VERSION,
    id: parts.id,
    label: parts.label,
    created_at: parts.createdAt,
    collected_at,
    version: parts.version,
    mode,
    interval_ms,
    redacted: false,
    cluster: parts.cluster,
    moment: parts.moment,
    sections: Object.fromEntries(groups),
    analyses: parts.analyses,
  };
}

/** The snapshot that a baseline holds, in inspect’s shape: of two samples the second. Pure. */
export function snapshotOf({ mode, collected_at, interval_ms, sections }: Baseline): Snapshot {
  const results = Object.values(sections).flatMap(({ views, sample1, sample2 }) =>
    Object.entries(views).map(([id, view]): [string, SectionResult] => {
      const sample = sample2?.[id] ?? sample1[id] ?? { sampled_at: null, stats_reset: null, rows: [] };
      return [id, { ...view, ...sample }];
    }),
  );
  return { mode, collected_at, interval_ms, sections: Object.fromEntries(results) };
}

function groupResult(group: Group, mode: Snapshot['mode'], results: SectionResults): GroupResult {
  const read = sectionsOfGroup(group).flatMap(({ id }) => {
    const result = results[id];
    return result === undefined ? [] : [[id, result] as const];
  });
  const of = <T>(pick: (result: SectionResult) => T | undefined): Readonly<Record<string, T>> =>
    Object.fromEntries(
      read.flatMap(([id, result]) => {
        const found = pick(result);
        return found === undefined ? [] : [[id, found] as const];
      }),
    );
  const isDelta = mode === 'delta';
  return {
    mode,
    status: statusOf(read.map(([, result]) => result)),
    stats_reset: latest(read.map(([, { stats_reset }]) => stats_reset)),
    views: of(viewStatus),
    sample1: of((result): Sample | undefined => (isDelta ? result.sample1 : sampleOf(result))),
    sample2: isDelta ? of(({ sample2 }): Sample | undefined => sample2) : null,
    computed: isDelta ? of(({ computed }): Computed | undefined => computed) : null,
  };
}

function sampleOf({ sampled_at, stats_reset, rows }: SectionResult): Sample {
  return { sampled_at, stats_reset, rows };
}

function viewStatus({
  status,
  reason,
  message,
  reads,
  duration_ms,
  stats_reset,
  truncated,
}: SectionResult): ViewStatus {
  return { status, reason, message, reads, duration_ms, stats_reset, truncated };
}

/** Why a view is missing on a server that cannot have it: no loss. */
const BY_NATURE: readonly (Reason | null)[] = [
  'server_too_old',
  'server_too_new',
  'not_primary',
  'not_standby',
];

function statusOf(results: readonly SectionResult[]): GroupResult['status'] {
  const possible = results.filter(({ reason }) => !BY_NATURE.includes(reason));
  if (possible.every(({ status }) => status === 'ok')) return 'ok';
  if (possible.some(({ status }) => status === 'ok' || status === 'partial')) return 'partial';
  return possible.some(({ status }) => status === 'failed') ? 'failed' : 'skipped';
}
