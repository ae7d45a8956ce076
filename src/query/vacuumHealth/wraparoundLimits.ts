/**
 * Ages at which something happens, in transactions or multixacts. Source: the limits that SetTransactionIdLimit() and
 * SetMultiXactIdLimit() of each major compute from the oldest id of the cluster; docs/query-vacuum-health.md has them.
 */
export interface WraparoundLimits {
  /** The server begins to warn with every new id. */
  readonly warn: number;
  /** It refuses to give out another one. */
  readonly stop: number;
}

/** Half of the 32-bit circle: an id that lies further back would be in the future. */
const WRAP = 2 ** 31 - 1;
const MILLION = 1_000_000;

/** The limits of a major, for transaction ids and for multixact ids. */
export function wraparoundLimits(major: number): {
  readonly xid: WraparoundLimits;
  readonly mxid: WraparoundLimits;
} {
  if (major >= 14) {
    const warnBefore = major >= 19 ? 100 * MILLION : 40 * MILLION;
    const both = { warn: WRAP - warnBefore, stop: WRAP - 3 * MILLION };
    return { xid: both, mxid: both };
  }
  return {
    xid: { warn: WRAP - 11 * MILLION, stop: WRAP - MILLION },
    mxid: { warn: WRAP - 100 - 10 * MILLION, stop: WRAP - 100 },
  };
}

/** From the harmless to the end. */
export const WRAPAROUND_LEVELS = ['none', 'forced_autovacuum', 'failsafe', 'warn', 'stop'] as const;
export type WraparoundLevel = (typeof WRAPAROUND_LEVELS)[number];

/** Ages of all that can happen to one thing; null where this version has no such thing. */
export interface Milestones extends WraparoundLimits {
  /** autovacuum_freeze_max_age as it applies: beyond it autovacuum comes whether it is on or not. */
  readonly forced_autovacuum: number;
  /** Since 14: a running VACUUM drops all delays and leaves indexes out. */
  readonly failsafe: number | null;
}

/** The furthest milestone that an age has passed. */
export function levelOf(age: number, milestones: Milestones): WraparoundLevel {
  const passed = (limit: number | null): boolean => limit !== null && age > limit;
  if (age >= milestones.stop) return 'stop';
  if (age >= milestones.warn) return 'warn';
  if (passed(milestones.failsafe)) return 'failsafe';
  return passed(milestones.forced_autovacuum) ? 'forced_autovacuum' : 'none';
}

/** vacuum_failsafe_age and its twin count as at least this share of the freeze_max_age (vacuum.c). */
export const FAILSAFE_LEAST = 1.05;
