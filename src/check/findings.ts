import type { RuleFinding } from './evaluate.js';
import type { CheckData, Finding } from './checkData.js';
import { SEVERITIES, type CheckedObject, type CheckRule, type Severity } from './rule.js';
import type { RuleOptions } from './options.js';

/** What a finding is known by from one run to the next. */
function findingId({ id }: CheckRule, { type, name }: CheckedObject): string {
  return `${id}:${type}:${name}`;
}

/**
 * The findings as they are shown: worst first, then by id; without those that the options leave out. Of several with
 * one id (two standbys that give themselves the same name) the worst stands for all.
 * @param known ids that somebody has taken note of
 */
export function shownFindings(
  findings: readonly RuleFinding[],
  options: RuleOptions,
  known: ReadonlySet<string>,
): Finding[] {
  const seen = new Set<string>();
  return findings
    .map((finding) => shown(finding, options, known))
    .filter(({ rule, object }) => !options.isIgnored(rule, object.name))
    .filter(({ severity }) => rank(severity) >= rank(options.leastSeverity))
    .sort((a, b) => rank(b.severity) - rank(a.severity) || (a.id < b.id ? -1 : 1))
    .filter(({ id }) => !seen.has(id) && seen.add(id));
}

/** 0 = info. */
export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

function shown(
  { rule, found, limit }: RuleFinding,
  options: RuleOptions,
  known: ReadonlySet<string>,
): Finding {
  const id = findingId(rule, found.object);
  const { name = null, ...threshold } =
    found.threshold === null ? {} : { name: found.threshold, ...rule.thresholds[found.threshold] };
  return {
    id,
    rule: rule.id,
    family: rule.family,
    severity: options.severityOf(rule, found.severity),
    title: rule.title,
    object: found.object,
    evidence: found.evidence,
    threshold:
      name === null || limit === null
        ? null
        : { name, value: limit, unit: threshold.unit ?? '', meaning: threshold.meaning ?? '' },
    remediation: found.remediation ?? rule.remediation,
    known: known.has(id),
  };
}

/** How many of each there are. */
export function summaryOf(
  findings: readonly Finding[],
  rules: { readonly passed: number; readonly not_evaluated: number; readonly not_applicable: number },
): CheckData['summary'] {
  const count = (severity: Severity): number => findings.filter((one) => one.severity === severity).length;
  const fresh = findings.filter(({ known }) => !known);
  return {
    worst: fresh[0]?.severity ?? null,
    critical: count('critical'),
    warning: count('warning'),
    info: count('info'),
    known: findings.length - fresh.length,
    new: fresh.length,
    ...rules,
  };
}
