import { parseSetting, sameSetting } from '../../core/setting/value.js';
import type { RequestedChange } from './changeSet.js';
import { isSameLine } from './executeStep.js';
import type { GuardFinding, PlannedChange } from './guards/guard.js';
import { holdsSecret } from './guards/secrets.js';

/**
 * What has changed since the plan was made: the value in force, or the line in postgresql.auto.conf. Nothing for what the
 * plan does not say.
 */
export function staleness(
  requested: RequestedChange,
  change: PlannedChange,
  known: { readonly major: number; readonly linesAreKnown: boolean },
): GuardFinding[] {
  const { name, spec, oldLine } = change;
  // Secrets are not compared: the plan holds them masked, and they are refused.
  if (holdsSecret(name, oldLine) || holdsSecret(name, spec?.setting ?? null)) return [];
  const { old_value, old_line } = requested;
  const valueMoved = typeof old_value === 'string' && spec !== null && !isInForce(change, old_value);
  const lineMoved =
    old_line !== undefined && known.linesAreKnown && !isSameLine(name, old_line, oldLine, known.major);
  return [
    ...(valueMoved ? [stale(name, `value ${old_value}`, `value is ${spec.setting}`)] : []),
    ...(lineMoved ? [stale(name, lineText(old_line), lineText(oldLine))] : []),
  ];
}

function isInForce({ spec }: PlannedChange, planned: string): boolean {
  if (spec === null) return false;
  const parsed = parseSetting(spec, planned);
  return parsed.ok && sameSetting(spec, parsed.setting, spec.setting);
}

function lineText(line: string | null): string {
  return line === null ? 'no line in postgresql.auto.conf' : `"${line}" in postgresql.auto.conf`;
}

function stale(name: string, then: string, now: string): GuardFinding {
  const message = `${name} has changed since the plan was made: there was ${then}, now ${now}`;
  return { severity: 'refuse', code: 'plan_stale', parameter: name, message };
}
