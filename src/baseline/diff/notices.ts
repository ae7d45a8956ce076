import type { Baseline } from '../document.js';
import type { Change } from '../diffData.js';

/** What of the findings of `check` is looked at; a newer pgdba may say more. */
interface Finding {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly title: string;
  readonly object: { readonly type: string; readonly name: string };
}

const NONE = 'none';
const SEVERITIES = [NONE, 'info', 'warning', 'critical'];

type Told = Pick<
  Change,
  'section' | 'object_type' | 'object' | 'metric' | 'before' | 'after' | 'effect' | 'why'
> & {
  readonly regression: boolean;
};

/**
 * Findings of `check` that are new, gone, or of another severity. One that names a session by its process id stands for
 * all sessions of its rule: which process it is, is chance. A rule that could not see what it needs says nothing.
 */
export function changedFindings(before: Baseline, after: Baseline): Change[] {
  const [was, is] = [findingsOf(before), findingsOf(after)];
  if (was === null || is === null) return [];
  const ids = [...new Set([...was.found.keys(), ...is.found.keys()])].sort();
  return ids.flatMap((id) => {
    const finding = is.found.get(id) ?? was.found.get(id);
    if (finding === undefined || was.blind.has(finding.rule) || is.blind.has(finding.rule)) return [];
    const severity = [was, is].map(({ found }) => found.get(id)?.severity ?? NONE) as [string, string];
    return severity[0] === severity[1] ? [] : [notice(findingTold(finding, severity))];
  });
}

function findingTold({ rule, title, object }: Finding, [was, is]: readonly [string, string]): Told {
  const rose = SEVERITIES.indexOf(is) > SEVERITIES.indexOf(was);
  const how =
    was === NONE ? `found now (${is})` : is === NONE ? `no longer found (was ${was})` : `${is}, was ${was}`;
  return {
    section: 'findings',
    object_type: object.type,
    object: object.name,
    metric: rule,
    before: was,
    after: is,
    effect: rose ? 'worse' : 'better',
    regression: rose && is !== 'info',
    why: `${title}: ${object.type} ${object.name}; ${how}.`,
  };
}

interface Findings {
  readonly found: ReadonlyMap<string, Finding>;
  /** Rules that were not evaluated, or only in part. */
  readonly blind: ReadonlySet<string>;
}

function findingsOf({ analyses }: Baseline): Findings | null {
  const data = analyses.check?.data as
    { findings?: readonly Finding[]; not_evaluated?: readonly { rule: string }[] } | null | undefined;
  if (data?.findings === undefined) return null;
  const found = new Map<string, Finding>();
  for (const finding of data.findings.map(withoutProcess)) {
    const known = found.get(finding.id);
    if (known === undefined || isWorse(finding, known)) found.set(finding.id, finding);
  }
  return { found, blind: new Set((data.not_evaluated ?? []).map(({ rule }) => rule)) };
}

function withoutProcess(finding: Finding): Finding {
  const { rule, object } = finding;
  if (object.type !== 'session' && !/^\d+$/.test(object.name)) return finding;
  if (object.type === 'query') return finding;
  return { ...finding, id: `${rule}:${object.type}`, object: { type: object.type, name: 'any' } };
}

function isWorse(a: Finding, b: Finding): boolean {
  return SEVERITIES.indexOf(a.severity) > SEVERITIES.indexOf(b.severity);
}

interface Recommendation {
  readonly parameter: string;
  readonly recommended: string;
  readonly current: string;
}

/** Settings that `config tune` recommends another value for than before, anew, or no more. */
export function changedRecommendations(before: Baseline, after: Baseline): Change[] {
  const [was, is] = [recommendedBy(before), recommendedBy(after)];
  if (was === null || is === null) return [];
  const names = [...new Set([...was.keys(), ...is.keys()])].sort();
  return names.flatMap((name) => {
    const values = [was, is].map((one) => one.get(name)?.recommended ?? NONE) as [string, string];
    return values[0] === values[1] ? [] : [notice(recommendationTold(name, values))];
  });
}

function recommendationTold(parameter: string, [was, is]: readonly [string, string]): Told {
  return {
    section: 'recommendations',
    object_type: 'setting',
    object: parameter,
    metric: 'recommended',
    before: was,
    after: is,
    effect: 'neutral',
    regression: false,
    why: `setting ${parameter}: config tune recommends ${is === NONE ? 'nothing any more' : is}, before ${was === NONE ? 'nothing' : was}.`,
  };
}

function recommendedBy({ analyses }: Baseline): ReadonlyMap<string, Recommendation> | null {
  const list = analyses.tune?.data?.['recommendations'];
  if (!Array.isArray(list)) return null;
  return new Map((list as Recommendation[]).map((one) => [one.parameter, one]));
}

function notice(told: Told): Change {
  return {
    database: null,
    unit: null,
    change: null,
    factor: null,
    unusual: null,
    usual: null,
    text: null,
    by: null,
    eta: null,
    ...told,
  };
}
