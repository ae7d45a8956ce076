import type { ErrorCode } from '../core/codes.js';
import type { Setting, Settings } from '../core/setting/spec.js';
import { parseSetting } from '../core/setting/value.js';
import { refusalOf } from './refuseList.js';
import type { Proposal } from './rule.js';

/** Why a proposal is not recommended. */
export interface Objection {
  readonly code: ErrorCode;
  readonly reason: string;
}

/** A proposal, and what the server would make of it. */
export interface Judged {
  readonly proposal: Proposal;
  /** Null when the server shows no such parameter. */
  readonly spec: Setting | null;
  /** The value in the form of pg_settings.setting; null when the server would not take it. */
  readonly setting: string | null;
  /** Null when it may be recommended. */
  readonly objection: Objection | null;
}

/** Judges a proposal by what the server says of the parameter, and by the refuse list. */
export function judge(proposal: Proposal, settings: Settings): Judged {
  const spec = settings.get(proposal.parameter.toLowerCase()) ?? null;
  if (spec === null) {
    const reason = 'pg_settings shows no such parameter';
    return { proposal, spec, setting: null, objection: { code: 'parameter_unknown', reason } };
  }
  if (spec.context === 'internal') {
    const reason = 'it was fixed when the server was built or initialised';
    return { proposal, spec, setting: null, objection: { code: 'parameter_not_changeable', reason } };
  }
  const parsed = parseSetting(spec, proposal.value);
  if (!parsed.ok) {
    const reason = [parsed.message, parsed.hint].filter((text) => text !== null).join('; ');
    return { proposal, spec, setting: null, objection: { code: 'parameter_value_invalid', reason } };
  }
  const { setting } = parsed;
  const reason = refusalOf(spec, setting);
  return {
    proposal,
    spec,
    setting,
    objection: reason === null ? null : { code: 'recommendation_refused', reason },
  };
}
