import type { RuleFinding } from './evaluate.js';
import type { CheckData, Finding } from './checkData.js';
import { SEVERITIES, type Severity } from './rule.js';
import type { RuleOptions } from './options.js';

/** What a finding is known by from one run to the next. */
function findingId({ rule, found: { object, knownAs = object.name } }: RuleFinding): string {
  return `${rule.id}:${object.type}:${knownAs}`;
}

/**
 * The findings as they are shown: worst first, then by id; without those that the options leave out. Of several with
 * one id (two standbys that give themselves the same name) the worst stands for all, but for objects that are known by
 * something else than their name: those are counted (`…#2`).
 * @param known ids that somebody has taken note of
 */
export function shownFindings(
  findings: readonly RuleFinding[],
  options: RuleOptions,
  known: ReadonlySet<string>,
): Finding[] {
  const seen = new Map<string, number>();
  return findings
    .filter(({ rule, found: { object, knownAs = object.name } }) => !options.isIgnored(rule.id, knownAs))
    .map((finding) => ({ finding, id: findingId(finding), severity: severityIn(options, finding) }))
    .filter(({ severity }) => rank(severity) >= rank(options.leastSeverity))
    .sort((a, b) => rank(b.severity) - rank(a.severity) || (a.id < b.id ? -1 : Number(a.id > b.id)))
    .flatMap(({ finding, id, severity }) => {
      const count = (seen.get(id) ?? 0) + 1;
      seen.set(id, count);
      if (count === 1) return [shown(finding, id, severity, known)];
      if (finding.found.knownAs === undefined) return [];
      return [shown(finding, `${id}#${String(count)}`, severity, known)];
    });
}

function severityIn(options: RuleOptions, { rule, found }: RuleFinding): Severity {
  return options.severityOf(rule, found.severity);
}

/** 0 = info. */
export function rank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

function shown(
  { rule, found, limit }: RuleFinding,
  id: string,
  severity: Severity,
  known: ReadonlySet<string>,
): Finding {
  const { name = null, ...threshold } =
    found.threshold === null ? {} : { name: found.threshold, ...rule.thresholds[found.threshold] };
  return {
    id,
    rule: rule.id,
    family: rule.family,
    severity,
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
