import type { Change } from '../../baseline/diffData.js';

/** What columns of their own tell: the two values, and whether the later one is usual. */
const TOLD_ELSEWHERE = [/ (?:rose|fell|went) from /, /^(?:outside|within) the usual spread /];

/**
 * What the sentence about a change says beyond what stands beside it in a table; null where nothing is left of it. Pure.
 */
export function reasonOf({ why, object_type, object }: Change): string | null {
  const kind = object_type.replaceAll('_', ' ');
  const name = [`${kind} ${object}: `, `${kind}: `].find((one) => why.startsWith(one)) ?? '';
  const left = why
    .slice(name.length)
    .split('; ')
    .filter((part) => !TOLD_ELSEWHERE.some((told) => told.test(part)))
    .join('; ')
    .replace(/\.$/, '');
  return left === '' ? null : `${left.charAt(0).toUpperCase()}${left.slice(1)}.`;
}
