import { voidMessage } from '../../inspect/delta.js';
import type { Metric } from '../metric.js';
import type { NOT_COMPARED, Void } from '../diffData.js';
import { sourceId } from '../source.js';
import { countersOf } from './measure.js';
import type { Pairing } from './pairing.js';

type Reason = (typeof NOT_COMPARED)[number];

const OWN: Readonly<Partial<Record<Reason, string>>> = {
  other_cluster: 'the baselines are of different clusters',
  other_database: 'the baselines were taken from different databases',
  recreated: 'they were dropped and made anew under the same name',
  not_in_both: 'one of the baselines does not have it',
  restarted: 'the server was restarted between the baselines',
  reset: 'the statistics were reset between the baselines',
  failover: 'another server, timeline or role answered the second time',
  extension_upgraded: 'the extension was changed to another version between the baselines',
};

/** What of the counters of a source could not be compared, and why. New rows are no loss: they are told as such. */
export function voidsOf(metrics: readonly Metric[], pairing: Pairing): Void[] {
  const [metric] = metrics;
  if (metric === undefined || metrics.every((one) => countersOf(one).length === 0)) return [];
  const counts = new Map<Reason, number>();
  for (const { reason, earlier } of pairing.pairs) {
    if (reason === null || earlier === undefined) continue;
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, rows]) => voidTold(metric, reason, rows));
}

/** One line of `void`. */
export function voidTold({ group, source }: Metric, reason: Reason, rows: number, message?: string): Void {
  const known = OWN[reason] ?? voidMessage(reason as Parameters<typeof voidMessage>[0]);
  return { section: group, view: sourceId(source), reason, rows, message: message ?? known };
}
