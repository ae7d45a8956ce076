import { parseSize } from '../../core/units.js';
import type { Chosen, RuleSource } from '../rule.js';
import type { Situation } from '../situation.js';
import { PGTUNE_RULES } from './pgtune.js';

/** PGTune's value for a parameter, as it prints it; null when it prints none for this machine. */
export function pgtuneValue(situation: Situation, chosen: Chosen, parameter: string): string | null {
  const rule = PGTUNE_RULES.find(({ parameters }) => parameters.includes(parameter));
  return rule?.propose(situation, chosen)[0]?.value ?? null;
}

/** The same in bytes. */
export function pgtuneBytes(situation: Situation, chosen: Chosen, parameter: string): number | null {
  const value = pgtuneValue(situation, chosen, parameter);
  return value === null ? null : parseSize(value);
}

/** `pgtune` for a value that is exactly PGTune's, which is where today's knowledge agrees with it. */
export function agreedSource(value: string, ofPgtune: string | null): RuleSource {
  return value === ofPgtune ? 'pgtune' : 'pgdba';
}
