import type { Proposal, Rule } from '../rule.js';
import type { Situation } from '../situation.js';
import type { Formula } from './pgtune/formula.js';
import { machineOf, type Machine } from './pgtune/machine.js';
import { MEMORY } from './pgtune/memory.js';
import { PLANNER } from './pgtune/planner.js';
import { WAL } from './pgtune/wal.js';
import { WORKERS } from './pgtune/workers.js';

const REFERENCE = 'PGTune, github.com/le0pard/pgtune, commit 7caef27, for Linux';

/**
 * PGTune's answer, parameter by parameter: a rule for each of its lines. They look at nothing but what PGTune asks for,
 * neither at the server's settings nor at each other.
 */
export const PGTUNE_RULES: readonly Rule[] = [...PLANNER, ...MEMORY, ...WAL, ...WORKERS].map(ruleOf);

function ruleOf(formula: Formula): Rule {
  return {
    id: `pgtune.${formula.parameter}`,
    title: `${formula.parameter} as PGTune computes it`,
    parameters: [formula.parameter],
    reference: REFERENCE,
    propose: (situation) => proposals(formula, situation),
  };
}

function proposals(formula: Formula, situation: Situation): Proposal[] {
  const machine = machineOf(situation);
  if (machine === null || machine.major < (formula.since ?? 0)) return [];
  const value = formula.value(machine);
  if (value === null) return [];
  const { parameter, rationale } = formula;
  const evidence = evidenceOf(machine);
  return [{ parameter, value, confidence: 'medium', rationale, source: 'pgtune', evidence }];
}

/** What was put into the formula; nothing of it was observed on a server. */
function evidenceOf({ ramKb, cpus, storage, dbSize, connections }: Machine): Proposal['evidence'] {
  return { ram_bytes: ramKb * 1024, cpus, storage, db_size: dbSize, connections };
}
