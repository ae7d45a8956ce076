import { maskText } from '../../analyze/maskPlan.js';
import type { Advice } from './adviceParts.js';
import { UNEXPLAINED, type Unexplained } from '../suggestData.js';

/** A text that is told, but not shown whole. */
const LONGEST_SHOWN = 300;

/** The statements that were left out, by reason and then by time. */
export function unexplained({ left, wish }: Advice): Unexplained[] {
  return [...left]
    .sort(
      (a, b) =>
        UNEXPLAINED.indexOf(a.reason) - UNEXPLAINED.indexOf(b.reason) ||
        (b.entry.totalMs ?? 0) - (a.entry.totalMs ?? 0) ||
        (a.entry.text < b.entry.text ? -1 : 1),
    )
    .map(({ entry, reason, detail }) => ({
      queryid: entry.queryid,
      query: maskText(entry.text, wish.redactLiterals).slice(0, LONGEST_SHOWN),
      calls: entry.calls,
      reason,
      detail: maskText(detail, wish.redactLiterals),
    }));
}
