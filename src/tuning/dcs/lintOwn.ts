import { parseSetting } from '../../core/setting/value.js';
import { DCS_ONLY, SET_BY_PATRONI } from '../../patroni/ownParameters.js';
import type { GuardFinding } from '../changeset/guards/guard.js';
import type { LintContext, LintRule } from './lintRule.js';
import { patroniMajors } from './lintMembers.js';

function setByPatroni({ changes }: LintContext): GuardFinding[] {
  return changes
    .filter(({ key }) => SET_BY_PATRONI.has(key))
    .map(({ name }) => ({
      severity: 'refuse',
      code: 'parameter_overridden',
      parameter: name,
      message: `${name}: Patroni sets it itself on each member, from its own file, and ignores the DCS`,
      hint: 'Change it in each member’s own Patroni file.',
    }));
}

function belowMinimum({ changes }: LintContext): GuardFinding[] {
  return changes.flatMap(({ key, name, spec, newValue }) => {
    const own = DCS_ONLY.get(key);
    if (own?.min == null || newValue === null || spec === null) return [];
    const parsed = parseSetting(spec, newValue);
    if (!parsed.ok || Number(parsed.setting) >= own.min) return [];
    return [
      {
        severity: 'refuse',
        code: 'parameter_value_invalid',
        parameter: name,
        message: `${name}: Patroni takes nothing below ${String(own.min)}${spec.unit ?? ''}, and would run with ${own.fallback} instead`,
      },
    ];
  });
}

function otherWords({ changes }: LintContext): GuardFinding[] {
  return changes.flatMap(({ key, name, newValue }) => {
    const own = DCS_ONLY.get(key);
    if (own?.words == null || newValue === null || own.words.includes(newValue.trim().toLowerCase()))
      return [];
    return [
      {
        severity: 'refuse',
        code: 'parameter_value_invalid',
        parameter: name,
        message: `${name}: Patroni takes only ${own.words.join(' or ')}, and would run with ${own.fallback} instead`,
      },
    ];
  });
}

function notYetOpen({ changes, members }: LintContext): GuardFinding[] {
  const oldest = Math.min(...patroniMajors(members));
  return changes
    .filter(({ key }) => (DCS_ONLY.get(key)?.since ?? 0) > oldest)
    .map(({ name, key }) => ({
      severity: 'refuse',
      code: 'parameter_overridden',
      parameter: name,
      message: `${name}: Patroni ${String(oldest)} keeps it ${DCS_ONLY.get(key)?.fallback ?? ''} whatever the DCS holds`,
    }));
}

function fallsBack({ changes }: LintContext): GuardFinding[] {
  return changes.flatMap(({ key, name, newValue, dcs }) => {
    const own = DCS_ONLY.get(key);
    if (own === undefined || newValue !== null || dcs.before === null) return [];
    return [
      {
        severity: 'warn',
        code: 'patroni_fallback',
        parameter: name,
        message: `${name}: without a value in the DCS Patroni runs it with its own ${own.fallback}, not with what was there before`,
      },
    ];
  });
}

function synchronousNames({ changes, config }: LintContext): GuardFinding[] {
  const mode = config['synchronous_mode'];
  const isOn = mode !== undefined && mode !== null && mode !== false && mode !== 'off';
  return changes
    .filter(({ key }) => isOn && key === 'synchronous_standby_names')
    .map(({ name }) => ({
      severity: 'refuse',
      code: 'parameter_overridden',
      parameter: name,
      message: `${name}: with synchronous_mode Patroni sets it itself`,
    }));
}

/** Parameters that Patroni makes its own business. */
export const OWN_RULES: readonly LintRule[] = [
  { id: 'own.set', silently: 'ignores the value', check: setByPatroni },
  { id: 'own.minimum', silently: 'stages its own default in its place', check: belowMinimum },
  { id: 'own.words', silently: 'stages its own default in its place', check: otherWords },
  { id: 'own.since', silently: 'ignores the value', check: notYetOpen },
  { id: 'own.fallback', silently: 'stages its own default, not the old value', check: fallsBack },
  { id: 'own.synchronous', silently: 'overwrites the value', check: synchronousNames },
];
