import type { Chosen, Proposal, Rule } from '../../../src/tuning/rule.js';
import type { Situation } from '../../../src/tuning/situation.js';

/** A proposal of which only what matters to the test is said. */
function proposal(parameter: string, value: string, more: Partial<Proposal> = {}): Proposal {
  return {
    parameter,
    value,
    confidence: 'high',
    rationale: 'Because the test says so.',
    source: 'pgdba',
    evidence: {},
    ...more,
  };
}

/** A rule that proposes what the test says. */
export function planted(propose: (situation: Situation, chosen: Chosen) => readonly Proposal[]): Rule {
  return { id: 'planted', title: 'planted by a test', parameters: [], reference: 'none', propose };
}

/** A rule that proposes one value, whatever the situation. */
export function proposing(parameter: string, value: string, more: Partial<Proposal> = {}): Rule {
  return planted(() => [proposal(parameter, value, more)]);
}
