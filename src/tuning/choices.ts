import type { Setting, Settings } from '../core/setting/spec.js';
import { displaySetting, parseSetting, sameSetting } from '../core/setting/value.js';
import { judge, type Judged, type Objection } from './acceptable.js';
import { numberOfSetting } from './numberOfSetting.js';
import type { Chosen, Proposal } from './rule.js';

/**
 * `checked`: what the server would not take and what nobody should run with is left out. `verbatim`: it stays, with the
 * objection to it, so that the answer is the rules' own.
 */
export type Policy = 'checked' | 'verbatim';

/** A proposal for a parameter that the server has. */
export interface Choice extends Judged {
  readonly spec: Setting;
}

/** A proposal that is not recommended. */
export interface Rejected {
  readonly proposal: Proposal;
  readonly objection: Objection;
}

/** What the rules have settled on so far. Of several proposals for one parameter the last that may stand does. */
export class Choices implements Chosen {
  readonly #byName = new Map<string, Choice>();
  readonly rejected: Rejected[] = [];

  constructor(
    private readonly settings: Settings,
    private readonly policy: Policy,
  ) {}

  /** In the order in which the parameters were first proposed. */
  get all(): readonly Choice[] {
    return [...this.#byName.values()];
  }

  settingOf(parameter: string): string | null {
    const name = parameter.toLowerCase();
    return this.#byName.get(name)?.setting ?? this.settings.get(name)?.setting ?? null;
  }

  numberOf(parameter: string): number | null {
    const setting = this.settingOf(parameter);
    const spec = this.settings.get(parameter.toLowerCase());
    return setting === null || spec === undefined ? null : numberOfSetting(spec, setting);
  }

  take(proposal: Proposal): void {
    const judged = judge(proposal, this.settings);
    const { spec, objection } = judged;
    const stands = spec !== null && (objection === null || this.policy === 'verbatim');
    if (!stands) {
      if (objection !== null) this.rejected.push({ proposal, objection });
      return;
    }
    const before = this.#byName.get(spec.name.toLowerCase());
    this.#byName.set(spec.name.toLowerCase(), {
      ...judged,
      spec,
      proposal: { ...proposal, evidence: { ...proposal.evidence, ...replaced(before, judged) } },
    });
  }

  /** Changes the value that was settled on for a parameter, and says why. */
  revise(parameter: string, value: string, because: string): void {
    const choice = this.#byName.get(parameter);
    if (choice === undefined) return;
    const parsed = parseSetting(choice.spec, value);
    if (!parsed.ok) return;
    const { proposal } = choice;
    this.#byName.set(parameter, {
      ...choice,
      setting: parsed.setting,
      proposal: { ...proposal, value, rationale: `${proposal.rationale} ${because}` },
    });
  }

  /** Takes back what was settled on for a parameter. */
  reject(parameter: string, objection: Objection): void {
    const choice = this.#byName.get(parameter);
    if (choice === undefined) return;
    this.#byName.delete(parameter);
    this.rejected.push({ proposal: choice.proposal, objection });
  }
}

/** What an earlier rule had said, where it said something else. */
function replaced(before: Choice | undefined, now: Judged): Proposal['evidence'] {
  if (before === undefined || now.setting === null || before.setting === null) return {};
  if (sameSetting(before.spec, before.setting, now.setting)) return {};
  return { instead_of: `${displaySetting(before.spec, before.setting)} (${before.proposal.source})` };
}
