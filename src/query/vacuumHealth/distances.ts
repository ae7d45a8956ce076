import { levelOf, WRAPAROUND_LEVELS, type Milestones, type WraparoundLevel } from './wraparoundLimits.js';

/** How far the milestones are; all null where there is nothing to freeze. */
export interface Distances {
  readonly age: number | null;
  readonly to_forced_autovacuum: number | null;
  readonly to_failsafe: number | null;
  readonly to_warn: number | null;
  readonly to_stop: number | null;
}

/** How far an age is from each milestone; negative: passed. */
export function distancesOf(age: number | null, milestones: Milestones): Distances {
  const to = (limit: number | null): number | null =>
    age === null || limit === null || !Number.isFinite(limit) ? null : limit - age;
  return {
    age,
    to_forced_autovacuum: to(milestones.forced_autovacuum),
    to_failsafe: to(milestones.failsafe),
    to_warn: to(milestones.warn),
    to_stop: to(milestones.stop),
  };
}

/** The worst level of some ages with their milestones. */
export function worstLevel(...ages: readonly (readonly [number | null, Milestones])[]): WraparoundLevel {
  const levels = ages.map(([age, milestones]) => (age === null ? 'none' : levelOf(age, milestones)));
  return levels.reduce((worst, level) =>
    WRAPAROUND_LEVELS.indexOf(level) > WRAPAROUND_LEVELS.indexOf(worst) ? level : worst,
  );
}
