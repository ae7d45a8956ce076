import type { Baseline } from '../document.js';
import type { BaselineDiff } from '../diffData.js';
import type { BaselineHead } from '../head.js';
import type { Metric } from '../metric.js';
import { slimOf, type Slim } from '../slim.js';
import { sourceId } from '../source.js';
import { countersOf, zeros } from './measure.js';
import { isOtherCluster } from './otherCluster.js';
import { pairingOf, type Pair, type Pairing } from './pairing.js';

/** The time that rates up to the earlier baseline are of. */
export interface Basis {
  readonly told: BaselineDiff['basis'];
  /** Rows of a source in the earlier baseline beside what they were at the begin of that time. */
  readonly pairing: (metrics: readonly Metric[]) => Pairing | null;
}

/** Baselines older than the later one, of which one at a time is opened. */
export interface Earlier {
  /** Oldest first; those that are as new as the later baseline, and itself, left out. */
  readonly heads: readonly BaselineHead[];
  /** Null for one that cannot be read; whoever hands in the history tells why. */
  readonly slim: (head: BaselineHead) => Promise<Slim | null>;
}

/**
 * What the rates of the earlier baseline can be taken over: the time since another baseline before it, the one whose
 * distance is most like that of the two compared; else its own two samples; else the time since the last reset of each
 * view. A mean since the reset stands for that time, and is not taken for more.
 */
export async function basisOf(
  baseline: Baseline,
  slim: Slim,
  intervalMs: number,
  { heads, slim: read }: Earlier,
  metrics: readonly Metric[],
): Promise<Basis> {
  const usable = heads
    .filter(
      (head) =>
        isComparable(head, baseline) && Date.parse(head.collected_at) < Date.parse(baseline.collected_at),
    )
    .sort((a, b) => unlikeness(a, baseline, intervalMs) - unlikeness(b, baseline, intervalMs));
  for (const head of usable.slice(0, 3)) {
    const from = await read(head);
    if (from !== null) return fromEarlier(head, from, slim);
  }
  if (baseline.mode === 'delta') {
    return fromSamples(baseline, slimOf(baseline, metrics, 'first'), slim);
  }
  return sinceReset(slim);
}

/** Whether nothing happened between the two that makes all counters void. */
function isComparable(head: BaselineHead, { moment, cluster, id }: Baseline): boolean {
  const then = head.moment;
  return (
    head.id !== id &&
    !isOtherCluster(head, { moment, fingerprint: cluster.fingerprint }) &&
    head.database === cluster.database &&
    then.started_at === moment.started_at &&
    then.timeline === moment.timeline &&
    then.in_recovery === moment.in_recovery
  );
}

/** 0 for one that lies as far back as the two compared are apart. */
function unlikeness(head: BaselineHead, { collected_at }: Baseline, intervalMs: number): number {
  const distance = Date.parse(collected_at) - Date.parse(head.collected_at);
  return Math.abs(Math.log(Math.max(distance, 1) / Math.max(intervalMs, 1)));
}

function fromEarlier({ id, collected_at }: BaselineHead, from: Slim, to: Slim): Basis {
  return {
    told: {
      kind: 'earlier_baseline',
      id,
      from: collected_at,
      message: `rates before are those between the baseline of ${collected_at} and the earlier one`,
    },
    pairing: ([metric]) => (metric === undefined ? null : pairingOf(metric, from, to)),
  };
}

function fromSamples({ id, interval_ms }: Baseline, from: Slim, to: Slim): Basis {
  return {
    told: {
      kind: 'samples',
      id,
      from: Object.values(from.samples).find(({ sampled_at }) => sampled_at !== null)?.sampled_at ?? null,
      message: `rates before are those between the two samples of the earlier baseline, ${String((interval_ms ?? 0) / 1000)} s apart: no baseline before it can be compared with it`,
    },
    pairing: ([metric]) => (metric === undefined ? null : pairingOf(metric, from, to)),
  };
}

function sinceReset(slim: Slim): Basis {
  const times = Object.values(slim.samples).flatMap(({ stats_reset }) => stats_reset ?? []);
  if (times.length === 0) {
    return {
      told: {
        kind: 'none',
        id: null,
        from: null,
        message:
          'rates before are not known: there is no baseline before the earlier one, and no reset is recorded',
      },
      pairing: () => null,
    };
  }
  const from = times.reduce((a, b) => (Date.parse(a) < Date.parse(b) ? a : b));
  return {
    told: {
      kind: 'reset',
      id: null,
      from,
      message:
        'rates before are those of the whole time since the counters of each view were last reset: there is no baseline before the earlier one',
    },
    pairing: (metrics) => pairedWithZero(metrics, slim),
  };
}

function pairedWithZero(metrics: readonly Metric[], slim: Slim): Pairing | null {
  const source = metrics[0]?.source;
  const sample = source === undefined ? undefined : slim.samples[sourceId(source)];
  if (source === undefined || sample === undefined) return null;
  const { resetAt, bornAt }: { resetAt?: string; bornAt?: string } =
    source.kind === 'view' ? source.section : source.kind === 'derived' ? source : {};
  const none = zeros(metrics.flatMap(countersOf));
  const pairs = sample.rows.flatMap((row): Pair[] => {
    const began = timeOf(row, bornAt) ?? timeOf(row, resetAt);
    if (began === null || sample.sampled_at === null) return [];
    return [{ row, earlier: none, reason: null, elapsedMs: Date.parse(sample.sampled_at) - began }];
  });
  return { pairs, gone: [], isWhole: false };
}

function timeOf(row: Readonly<Record<string, unknown>>, column: string | undefined): number | null {
  const value = column === undefined ? undefined : row[column];
  return typeof value === 'string' ? Date.parse(value) : null;
}
