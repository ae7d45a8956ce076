import type { Row } from '../../inspect/section.js';
import type { Change } from '../diffData.js';
import type { MetricValue } from '../metric.js';
import { amount } from './amount.js';
import type { Candidate } from './candidate.js';

type Known = Pick<Change, 'unusual' | 'usual'> & { readonly object: string };

/** One sentence for people: what happened to what, how far, and whether that is usual. */
export function whyOf(candidate: Candidate, { object, unusual, usual }: Known): string {
  const { metric, note } = candidate;
  const what = metric.object.columns.length === 0 ? 'server' : `${words(metric.object.type)} ${object}`;
  const parts = [
    `${what}: ${happened(candidate)}`,
    ...(note === null ? [] : [note]),
    ...(unusual === null || usual === null
      ? []
      : [
          `${unusual ? 'outside' : 'within'} the usual spread (median ${amount(usual.median, metric.unit)}${metric.grows === true ? ' a day' : ''} of ${String(usual.samples)} earlier values)`,
        ]),
  ];
  return `${parts.join('; ')}.`;
}

/** Of a setting, whose value stands in a unit of the server’s. */
function unitIn(value: MetricValue, row: Row): string | null {
  const unit = value.kind === 'state' && value.unit !== undefined ? row[value.unit] : null;
  return typeof unit === 'string' ? unit : null;
}

/** `4096 kB`, and `512 × 8kB` where the unit is a number of bytes itself. */
function stated(value: string | number | boolean | null, unit: string | null): string {
  if (unit === null || value === null) return String(value);
  return `${String(value)} ${/^\d/.test(unit) ? '× ' : ''}${unit}`;
}

function happened({ metric, row, before, after }: Candidate): string {
  if (metric.value.kind === 'presence') return presence(metric.value.alive !== undefined, after === true);
  const name = words(metric.id);
  if (typeof before !== 'number' || typeof after !== 'number') {
    const unit = unitIn(metric.value, row);
    return `${name} went from ${stated(before, unit)} to ${stated(after, unit)}`;
  }
  const factor = factorOf(before, after);
  const times = factor === null || (factor < 1.5 && factor > 0.67) ? '' : ` (× ${shown(factor)})`;
  return `${name} ${after > before ? 'rose' : 'fell'} from ${amount(before, metric.unit)} to ${amount(after, metric.unit)}${times}`;
}

function presence(isUse: boolean, isThere: boolean): string {
  if (isUse) return isThere ? 'executed now and not before' : 'executed before and no more';
  return isThere ? 'new' : 'gone';
}

/** after ÷ before; null where it makes no sense. */
export function factorOf(before: number, after: number): number | null {
  return before > 0 && after >= 0 ? after / before : null;
}

function shown(factor: number): string {
  return String(Number(factor.toPrecision(factor < 0.01 ? 1 : 3)));
}

function words(id: string): string {
  return id.replaceAll('_', ' ').replace(/ (bytes|ms|per s|ratio|ms per s|bytes per s)$/, '');
}
