import { maskSetting } from '../core/mask.js';
import { displaySetting, sameSetting } from '../core/setting/value.js';
import { Choices, type Choice, type Policy, type Rejected } from './choices.js';
import { cutToFit, memoryCheck, sharedTooLarge, type MemoryCheck } from './memory.js';
import type { Recommendation, RefusedProposal } from './recommendation.js';
import { dangersOf } from './refuseList.js';
import { CONFIDENCES, type Confidence, type Rule } from './rule.js';
import { inForce } from './rules/inForce.js';
import type { Situation } from './situation.js';
import { roughSize, sizeText } from './sizeText.js';

/** A row of the answer, before anybody has looked which level of the configuration would beat it. */
export type Recommended = Omit<Recommendation, 'override'>;

/** Something to tell beside the rows. */
export interface TuneWarning {
  readonly code: string;
  readonly message: string;
  readonly subject?: string;
  readonly hint?: string;
}

export interface Recommendations {
  readonly rows: readonly Recommended[];
  readonly refused: readonly RefusedProposal[];
  readonly memory: MemoryCheck;
  readonly warnings: readonly TuneWarning[];
  /** Rows that are shown and never applied; only with the policy `verbatim`. */
  readonly notToApply: readonly string[];
  /** Rows whose value is in force already; only with the policy `verbatim`. */
  readonly unchanged: readonly string[];
}

/**
 * What the rules recommend for a server, each line sure to be accepted by it and all of them together within its memory.
 * Rules are asked in their order and build on each other; what changes nothing is no recommendation. With the policy
 * `verbatim` the rules' own answer stands as it is, whether the server has it already or should never have it.
 */
export function recommend(
  situation: Situation,
  rules: readonly Rule[],
  policy: Policy = 'checked',
): Recommendations {
  const choices = new Choices(situation.settings, policy);
  for (const rule of rules) {
    for (const proposal of rule.propose(situation, choices)) choices.take(proposal);
  }
  if (policy === 'checked') fitIntoMemory(situation, choices);
  const memory = memoryCheck(situation, numbersOf(choices));
  const shown = policy === 'verbatim' ? choices.all : choices.all.filter(changesSomething);
  const objected = shown.filter(({ objection }) => objection !== null);
  return {
    rows: shown.map((choice) => rowOf(choice, situation)),
    refused: choices.rejected.map(refusedOf),
    memory,
    warnings: [...objected.map(objectionWarning), ...memoryWarnings(memory), ...dangerWarnings(situation)],
    notToApply: objected.map(({ spec }) => spec.name),
    unchanged: shown.filter((choice) => !changesSomething(choice)).map(({ spec }) => spec.name),
  };
}

function numbersOf(choices: Choices): (parameter: string) => number | null {
  return (parameter) => choices.numberOf(parameter);
}

/** Settings that take shared memory, the one that takes most first. */
const SHARED = ['shared_buffers', 'max_connections'];

/** Takes back what would make the server fail to start or be killed, then cuts what a busy server could not have. */
function fitIntoMemory(situation: Situation, choices: Choices): void {
  const numberOf = numbersOf(choices);
  for (const parameter of SHARED) {
    const raised = (numberOf(parameter) ?? 0) > (inForce(situation, parameter) ?? Infinity);
    if (!raised || !sharedTooLarge(memoryCheck(situation, numberOf))) continue;
    const reason = 'with it shared memory would be more than 40 % of RAM';
    choices.reject(parameter, { code: 'boot_guard', reason });
  }
  const { budget_bytes: budget } = memoryCheck(situation, numberOf);
  const proposed = choices.all.map(({ spec }) => spec.name);
  for (const [parameter, bytes] of cutToFit(situation, numberOf, proposed)) {
    const before = choices.numberOf(parameter) ?? 0;
    const because = `Cut from ${roughSize(before)} so that all settings together stay within ${roughSize(budget ?? 0)}.`;
    if (bytes !== before) choices.revise(parameter, sizeText(bytes / 1024), because);
  }
}

function changesSomething({ spec, setting }: Choice): boolean {
  return setting === null || !sameSetting(spec, setting, spec.setting);
}

function rowOf({ spec, proposal }: Choice, { profile }: Situation): Recommended {
  return {
    parameter: spec.name,
    current: maskSetting(spec.name, displaySetting(spec, spec.setting)),
    recommended: proposal.value,
    unit: spec.unit,
    confidence: profile === 'remote-conservative' ? lower(proposal.confidence) : proposal.confidence,
    rationale: proposal.rationale,
    source: proposal.source,
    context: spec.context,
    needs_restart: spec.context === 'postmaster',
    evidence: proposal.evidence,
  };
}

function lower(confidence: Confidence): Confidence {
  return CONFIDENCES[CONFIDENCES.indexOf(confidence) + 1] ?? 'low';
}

function refusedOf({ proposal, objection }: Rejected): RefusedProposal {
  return { parameter: proposal.parameter, value: proposal.value, ...objection };
}

function objectionWarning({ spec, proposal, objection }: Choice): TuneWarning {
  return {
    code: 'recommendation_refused',
    message: `${spec.name} = ${proposal.value} is shown and never applied: ${objection?.reason ?? ''}`,
    subject: spec.name,
    hint: 'Leave the line out, or use --rules pgdba.',
  };
}

function memoryWarnings(memory: MemoryCheck): TuneWarning[] {
  const { peak_bytes: peak, budget_bytes: budget } = memory;
  const tooLarge: TuneWarning = {
    code: 'shared_memory_too_large',
    message: 'shared memory is more than 40 % of RAM',
    subject: 'shared_buffers',
    hint: 'Lower shared_buffers, max_connections or max_locks_per_transaction.',
  };
  const overBudget: TuneWarning = {
    code: 'memory_over_budget',
    message: `all settings together can take ${roughSize(peak)}, and ${roughSize(budget ?? 0)} is what they may take`,
    hint: 'Lower max_connections, and put a connection pooler in front of the server.',
  };
  return [...(sharedTooLarge(memory) ? [tooLarge] : []), ...(memory.fits === false ? [overBudget] : [])];
}

function dangerWarnings({ settings }: Situation): TuneWarning[] {
  return dangersOf(settings).map(({ parameter, message }) => ({
    code: 'dangerous_setting',
    message,
    subject: parameter,
    hint: `Set ${parameter} back to its default.`,
  }));
}
