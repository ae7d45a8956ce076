import type { Section } from '../inspect/section.js';
import { pgSettings } from '../inspect/sections/pg_settings.js';
import { checkedOf } from './checked.js';
import type { CheckData } from './checkData.js';
import { evaluate, type Evaluation } from './evaluate.js';
import { shownFindings, summaryOf } from './findings.js';
import type { RuleOptions } from './options.js';
import type { Advice, CheckedHost, CheckRule } from './rule.js';
import type { SavedSnapshot } from './snapshotFile.js';

/** What `check` says of a snapshot, before anything is done with it. */
type Answer = Omit<CheckData, 'from' | 'known_file' | 'report'>;

/** Asks the rules about a snapshot, live or saved: the same snapshot gives the same answer. Pure. */
export function checkSnapshot(
  snapshot: SavedSnapshot,
  options: RuleOptions,
  told: { readonly host: CheckedHost; readonly advice: readonly Advice[] },
  known: ReadonlySet<string>,
): Answer {
  const { cluster, collectedAt, sections } = snapshot;
  const checked = checkedOf(cluster, collectedAt, sections, told);
  const resultOf = ({ id }: Section): SavedSnapshot['sections'][string] | undefined => sections[id];
  const evaluation = evaluate(options.rules, checked, resultOf, options.thresholds);
  const findings = shownFindings(evaluation.findings, options, known);
  return {
    checked_at: collectedAt,
    findings,
    not_evaluated: evaluation.notEvaluated.map(({ rule, ...why }) => ({ rule: rule.id, ...why })),
    passed: evaluation.passed.map(idOf),
    not_applicable: evaluation.notApplicable.map(idOf),
    summary: summaryOf(findings, counted(evaluation)),
  };
}

function counted({ passed, notEvaluated, notApplicable }: Evaluation): Parameters<typeof summaryOf>[1] {
  const unseen = new Set(notEvaluated.map(({ rule }) => rule.id));
  return { passed: passed.length, not_evaluated: unseen.size, not_applicable: notApplicable.length };
}

function idOf({ id }: CheckRule): string {
  return id;
}

/** The sections that rules look at, once each; settings are always among them. */
export function sectionsOf(rules: readonly CheckRule[]): Section[] {
  return [...new Set([pgSettings, ...rules.flatMap(({ reads, uses = [] }) => [...reads, ...uses])])];
}
