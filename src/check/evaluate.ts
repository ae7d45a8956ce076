import type { Reason, Section } from '../inspect/section.js';
import { pgSettings } from '../inspect/sections/pg_settings.js';
import type { SectionResult } from '../inspect/snapshot.js';
import type { Checked, CheckRule, Found } from './rule.js';

/** Why a rule was not evaluated, or not on everything. */
export interface NotEvaluated {
  readonly rule: CheckRule;
  readonly reason: Reason;
  readonly message: string;
  /** Whether it was evaluated on what could be seen. */
  readonly partly: boolean;
}

/** A finding with the rule that made it, and the limit in force that it crossed. */
export interface RuleFinding {
  readonly rule: CheckRule;
  readonly found: Found;
  readonly limit: number | null;
}

export interface Evaluation {
  readonly findings: readonly RuleFinding[];
  readonly notEvaluated: readonly NotEvaluated[];
  /** Rules that were evaluated on everything and found nothing. */
  readonly passed: readonly CheckRule[];
  /** Rules for other versions, or another role of the server. */
  readonly notApplicable: readonly CheckRule[];
}

/** Values of thresholds, by rule and name, in place of the rule's own. */
export type ThresholdValues = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface Verdict {
  readonly findings: readonly RuleFinding[];
  readonly gaps: readonly NotEvaluated[];
}

/**
 * Asks every rule about a snapshot. A rule whose sections could not be read, or not in full, is told as such: what it
 * did not see has not passed. Pure.
 * @param resultOf what became of a section; undefined when the snapshot has none of that name
 */
export function evaluate(
  rules: readonly CheckRule[],
  checked: Checked,
  resultOf: (section: Section) => SectionResult | undefined,
  values: ThresholdValues,
): Evaluation {
  const applicable = rules.filter((rule) => applies(rule, checked));
  const verdicts = applicable.map((rule) => ({ rule, ...ask(rule, checked, resultOf, values) }));
  return {
    findings: verdicts.flatMap(({ findings }) => findings),
    notEvaluated: verdicts.flatMap(({ gaps }) => gaps),
    passed: verdicts
      .filter(({ findings, gaps }) => findings.length === 0 && gaps.length === 0)
      .map(({ rule }) => rule),
    notApplicable: rules.filter((rule) => !applies(rule, checked)),
  };
}

function applies({ since = 0, until = Infinity, only }: CheckRule, { major, role }: Checked): boolean {
  return major >= since && major <= until && (only === undefined || only === role);
}

function ask(
  rule: CheckRule,
  checked: Checked,
  resultOf: (section: Section) => SectionResult | undefined,
  values: ThresholdValues,
): Verdict {
  const gaps = [
    ...rule.reads.flatMap((section) => gapOf(rule, section, resultOf(section)) ?? []),
    ...settingGaps(rule, checked, resultOf(pgSettings)),
  ];
  const [unread] = gaps.filter(({ partly }) => !partly);
  if (unread !== undefined) return { findings: [], gaps: [unread] };
  const limit = (name: string): number => limitOf(rule, name, values);
  const told = rule.find(checked, limit);
  if ('cannotTell' in told) {
    const { cannotTell: message, reason } = told;
    return { findings: [], gaps: [{ rule, reason, message, partly: false }] };
  }
  const findings = told.map((found) => ({
    rule,
    found,
    limit: found.threshold === null ? null : limit(found.threshold),
  }));
  return { findings, gaps: gaps.slice(0, 1) };
}

/** @throws Error when the rule has no such threshold: a bug that its test finds */
function limitOf(rule: CheckRule, name: string, values: ThresholdValues): number {
  const threshold = rule.thresholds[name];
  if (threshold === undefined) throw new Error(`rule ${rule.id} has no threshold ${name}`);
  return values[rule.id]?.[name] ?? threshold.value;
}

/** Settings are missing as a whole, or one of them is hidden; that others are hidden is nothing to the rule. */
function settingGaps(rule: CheckRule, checked: Checked, result: SectionResult | undefined): NotEvaluated[] {
  const { settings = [] } = rule;
  if (settings.length === 0) return [];
  const whole = gapOf(rule, pgSettings, result);
  if (whole?.partly === false) return [whole];
  return settings
    .filter((name) => checked.setting(name) === null)
    .map((name) => ({
      rule,
      reason: 'no_privilege' as const,
      message: `the value of ${name} cannot be seen`,
      partly: false,
    }));
}

function gapOf(rule: CheckRule, { id }: Section, result: SectionResult | undefined): NotEvaluated | null {
  if (result === undefined) {
    return { rule, reason: 'section_excluded', message: `the snapshot holds no ${id}`, partly: false };
  }
  const { status, reason, message, truncated } = result;
  if (truncated !== null) {
    const seen = `${String(truncated.shown)} of ${String(truncated.total)} rows`;
    return { rule, reason: 'truncated', message: `${id}: the snapshot holds ${seen}`, partly: true };
  }
  if (status === 'ok') return null;
  return {
    rule,
    reason: reason ?? 'error',
    message: `${id}: ${message ?? status}`,
    partly: status === 'partial',
  };
}
