import type { Baseline } from '../../../src/baseline/document.js';

/** When night 0 is, a Sunday; the others follow every 24 hours. */
export const FIRST_NIGHT = Date.parse('2026-03-01T03:00:00.000Z');
export const DAY_MS = 86_400_000;

/**
 * Baselines that were taken within seconds, as if they had been taken night by night. Every time in them is moved: what
 * happened while baseline N was taken happens at the same speed from 03:00 of night N on; the time between two of them
 * is stretched to what is left of the 24 hours, and what was
 * before the script began is as far before that, a day before night 0. So equal times stay
 * equal, earlier ones earlier, and it does not matter how fast the machine is. Ages are numbers and stay.
 * @param began when the script began, in milliseconds
 */
export function movedInTime(baselines: readonly Baseline[], began: number): Baseline[] {
  const move = mover([
    [began, began],
    ...baselines.map(({ collected_at, sections }) => [Date.parse(collected_at), endOf(sections)] as const),
  ]);
  const moved = (_name: string, value: unknown): unknown =>
    typeof value === 'string' && ISO_TIME.test(value)
      ? new Date(move(Date.parse(value))).toISOString()
      : value;
  return baselines.map((baseline) => JSON.parse(JSON.stringify(baseline), moved) as Baseline);
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** When the last section of a baseline was read. */
function endOf(sections: Baseline['sections']): number {
  const samples = Object.values(sections).flatMap(({ sample1 }) => Object.values(sample1));
  return Math.max(...samples.map(({ sampled_at: at }) => (at === null ? 0 : Date.parse(at))));
}

/** Where a time lies among the nights. @param taken begin and end of the script’s begin and of each baseline, in order */
function mover(taken: readonly (readonly [begin: number, end: number])[]): (time: number) => number {
  const night = (at: number): number => FIRST_NIGHT + (at - 1) * DAY_MS;
  return (time) => {
    const next = taken.findIndex(([, end]) => time <= end);
    const at = next < 0 ? taken.length - 1 : next;
    const [begin = 0] = taken[at] ?? [];
    const before = taken[at - 1];
    if (time >= begin || before === undefined) return night(at) + (time - begin);
    const [beginBefore, endBefore] = before;
    const from = night(at - 1) + (endBefore - beginBefore);
    return from + ((time - endBefore) / (begin - endBefore)) * (night(at) - from);
  };
}
