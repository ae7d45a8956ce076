import { distance } from 'fastest-levenshtein';
import { PgdbaError } from '../../core/errors.js';
import { isNumber } from '../diff/measure.js';
import type { Group } from '../groups.js';
import type { Metric } from '../metric.js';

const SHOWN = 5;

/**
 * The metrics that a name means: `size_bytes` of every section that has it, or `tables.size_bytes`.
 * @param section null for all
 * @throws PgdbaError `usage` for a name that none has, with the nearest; for a state, which has no series
 */
export function metricsNamed(
  name: string | null,
  section: Group | null,
  metrics: readonly Metric[],
): readonly Metric[] {
  const own = metrics.filter(({ group }) => section === null || group === section);
  const numbers = own.filter(isNumber);
  if (name === null) return numbers;
  const asked = ({ id, group }: Metric): boolean => name === id || name === `${group}.${id}`;
  const found = numbers.filter(asked);
  if (found.length > 0) return found;
  if (own.some(asked)) {
    throw new PgdbaError('usage', `${name} is a state and no number, so that it has no series`, {
      hint: 'pgdba baseline diff tells when it changed.',
    });
  }
  throw new PgdbaError('usage', `no metric${section === null ? '' : ` of ${section}`} is called “${name}”`, {
    hint: `The nearest: ${nearest(name, numbers).join(', ')}. docs/metrics.md lists all.`,
  });
}

/** Names that hold the word come first, then those that take the fewest changes of a letter. */
function nearest(name: string, metrics: readonly Metric[]): string[] {
  const names = [...new Set(metrics.map(({ group, id }) => `${group}.${id}`))];
  const far = (candidate: string): number => {
    const bare = candidate.slice(candidate.indexOf('.') + 1);
    return bare.includes(name) ? 0 : Math.min(distance(name, candidate), distance(name, bare));
  };
  return names.sort((a, b) => far(a) - far(b)).slice(0, SHOWN);
}
