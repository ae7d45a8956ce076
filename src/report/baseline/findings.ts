import type { BaselineDiff } from '../../baseline/diffData.js';
import type { Baseline } from '../../baseline/document.js';
import { compared, type Compared } from './compared.js';
import { numberIn, objectIn, rowsIn, textIn, textsIn, type Stored } from './field.js';
import { analysisOf } from './view.js';

/** What `check` found at the time of a baseline. */
export interface ReportFinding {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly title: string;
  readonly object: string;
  readonly advice: string;
  readonly sql: string | null;
}

const SEVERITIES = ['critical', 'warning', 'info'];

/**
 * What was found by `check`, worst first; null where the later baseline did not ask. New and gone is only what the diff
 * calls so: a rule that could not see what it needs has found nothing new, and sessions come and go.
 */
export function findingsOf(
  before: Baseline | null,
  after: Baseline,
  diff: BaselineDiff | null,
): Compared<ReportFinding> | null {
  const [earlier, later] = [analysisOf(before, 'check'), analysisOf(after, 'check')];
  if (later === null) return null;
  const found = compared(earlier && findingsIn(earlier), findingsIn(later), ({ id }) => id);
  const told = diff?.changes.filter(({ section }) => section === 'findings') ?? [];
  const cameOrWent = (side: 'before' | 'after') => (finding: ReportFinding) =>
    told.some((change) => change.metric === finding.rule && change[side] === 'none');
  const isNew = cameOrWent('before');
  return {
    new: found.new?.filter(isNew) ?? null,
    gone: found.gone?.filter(cameOrWent('after')) ?? null,
    still: [...found.still, ...(found.new?.filter((finding) => !isNew(finding)) ?? [])].sort(worstFirst),
  };
}

function worstFirst(a: ReportFinding, b: ReportFinding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}

function findingsIn(check: Stored): readonly ReportFinding[] {
  return rowsIn(check, 'findings').map(findingOf).sort(worstFirst);
}

function findingOf(row: Stored): ReportFinding {
  const [object, remediation] = [objectIn(row, 'object'), objectIn(row, 'remediation')];
  return {
    id: textIn(row, 'id') ?? '',
    rule: textIn(row, 'rule') ?? '',
    severity: textIn(row, 'severity') ?? 'info',
    title: textIn(row, 'title') ?? textIn(row, 'rule') ?? '',
    object: [textIn(object, 'type')?.replaceAll('_', ' '), textIn(object, 'name')]
      .filter((part) => part !== undefined && part !== null)
      .join(' '),
    advice: textIn(remediation, 'text') ?? '',
    sql: textIn(remediation, 'sql'),
  };
}

/** What `query index-health` said about an index. */
export interface ReportIndexIssue {
  readonly index: string;
  readonly table: string;
  readonly issue: string;
  readonly sizeBytes: number | null;
  readonly confidence: string;
  readonly ddl: string | null;
  readonly blockedBy: readonly string[];
}

/** What is wrong with indexes; null where the later baseline did not ask. */
export function indexIssuesOf(before: Baseline | null, after: Baseline): Compared<ReportIndexIssue> | null {
  const [earlier, later] = [analysisOf(before, 'index_health'), analysisOf(after, 'index_health')];
  if (later === null) return null;
  const idOf = ({ index, issue }: ReportIndexIssue): string => `${issue} ${index}`;
  return compared(earlier && indexIssuesIn(earlier), indexIssuesIn(later), idOf);
}

function indexIssuesIn(health: Stored): readonly ReportIndexIssue[] {
  return rowsIn(health, 'indexes').map((row) => ({
    index: `${textIn(row, 'schema') ?? ''}.${textIn(row, 'index') ?? ''}`,
    table: textIn(row, 'table') ?? '',
    issue: textIn(row, 'issue') ?? '',
    sizeBytes: numberIn(row, 'size_bytes'),
    confidence: textIn(row, 'confidence') ?? '',
    ddl: textIn(row, 'ddl'),
    blockedBy: textsIn(row, 'blocked_by'),
  }));
}

/** What `config tune` recommended at the time of a baseline. */
export interface ReportRecommendation {
  readonly parameter: string;
  readonly current: string;
  readonly recommended: string;
  readonly confidence: string;
  readonly why: string;
  readonly needsRestart: boolean;
}

/** What `config tune` recommended; null where the later baseline did not ask. */
export function recommendationsOf(
  before: Baseline | null,
  after: Baseline,
): Compared<ReportRecommendation> | null {
  const [earlier, later] = [analysisOf(before, 'tune'), analysisOf(after, 'tune')];
  if (later === null) return null;
  const idOf = ({ parameter, recommended }: ReportRecommendation): string => `${parameter} ${recommended}`;
  return compared(earlier && recommendationsIn(earlier), recommendationsIn(later), idOf);
}

function recommendationsIn(tune: Stored): readonly ReportRecommendation[] {
  return rowsIn(tune, 'recommendations').map((row) => ({
    parameter: textIn(row, 'parameter') ?? '',
    current: textIn(row, 'current') ?? '',
    recommended: textIn(row, 'recommended') ?? '',
    confidence: textIn(row, 'confidence') ?? '',
    why: textIn(row, 'rationale') ?? '',
    needsRestart: row['needs_restart'] === true,
  }));
}
