import { maskText } from '../../analyze/maskPlan.js';
import type { Candidate } from '../candidates/candidate.js';
import { type Names, ddlOf } from '../candidates/ddl.js';
import { type BareForeignKey, deletesCost, servesKey } from '../candidates/foreignKeys.js';
import type { Judged } from '../judge/judge.js';
import { madeRedundant } from '../candidates/served.js';
import type { Advice } from './adviceParts.js';
import type { HelpedQuery, Suggestion } from '../suggestData.js';
import { writePenalty } from '../search/writes.js';
import { costAfter, ratio, rounded, totalCost } from './totalCost.js';
import { targetOf } from './target.js';

/** A pick as it is told, with what speaks for it. */
export function chosenSuggestion(advice: Advice, one: Candidate, names: Names): Suggestion {
  const { catalog, choice, judge, sizes, weight, checks } = advice;
  const helped = advice.judged.filter(
    (statement) => choice.costs.get(statement.at)?.used.includes(one.id) === true,
  );
  const all = totalCost(advice, ({ cost }) => cost);
  const sum = (cost: (statement: Judged) => number): number =>
    helped.reduce((total, statement) => total + weight(statement) * cost(statement), 0);
  const [before, after] = [sum(({ cost }) => cost), sum((statement) => costAfter(advice, statement))];
  const bare = advice.foreignKeys.find(({ candidate }) => servesKey(one, candidate));
  if (bare !== undefined && helped.length === 0) return keySuggestion(advice, bare, one, names);
  return {
    reasons: bare === undefined ? ['workload'] : ['workload', 'foreign_key'],
    ...targetOf(one),
    ddl: ddlOf(one, catalog, names),
    size_bytes: Math.round(sizes.get(one.id) ?? 0),
    judged_by: judge.judges(one) ? judge.method : 'statistics',
    cost_before: rounded(before),
    cost_after: rounded(after),
    gain_ratio: ratio(before - after, all),
    queries: helped
      .map((statement) => helpedQuery(advice, statement, all))
      .sort((a, b) => b.share_ratio - a.share_ratio || (a.query < b.query ? -1 : 1)),
    write_penalty: penaltyOf(advice, one),
    confidence: confidenceOf(advice, one),
    checks: [...(checks.get(one.id) ?? [])],
    foreign_key: bare === undefined ? null : keyEvidence(advice, bare),
    makes_redundant: madeRedundant(one).map(({ name }) => name),
  };
}

/** high: the planner itself said so; low: something that it hopes for could not be checked, or it has no statistics. */
function confidenceOf({ judge, checks }: Advice, one: Candidate): Suggestion['confidence'] {
  const unchecked = (checks.get(one.id) ?? []).some(({ result }) => result === 'not_checked');
  const blind = one.keys.some(({ term }) => term.column !== null && term.column.n_distinct === null);
  if (unchecked || blind) return 'low';
  // Of an expression nobody keeps statistics before its index is built: the planner guesses.
  const guessed = one.keys.some(({ term }) => term.column === null);
  return judge.method === 'hypopg' && judge.judges(one) && !guessed ? 'high' : 'medium';
}

function penaltyOf({ catalog, judged, prices }: Advice, one: Candidate): Suggestion['write_penalty'] {
  const { cost, ...counts } = writePenalty(one, catalog, judged, prices);
  return { cost: rounded(cost), ...counts };
}

function helpedQuery(advice: Advice, statement: Judged, all: number): HelpedQuery {
  const { entry, cost } = statement;
  return {
    queryid: entry.queryid,
    query: maskText(entry.text, advice.wish.redactLiterals),
    calls: entry.calls,
    cost_before: rounded(cost),
    cost_after: rounded(costAfter(advice, statement)),
    share_ratio: ratio(advice.weight(statement) * cost, all),
  };
}

function keySuggestion(advice: Advice, bare: BareForeignKey, one: Candidate, names: Names): Suggestion {
  const { catalog, prices } = advice;
  const { key } = bare;
  const before = deletesCost(bare, catalog, prices);
  const after = key.to_deleted * 2 * prices.randomPage;
  return {
    reasons: ['foreign_key'],
    ...targetOf(one),
    ddl: ddlOf(one, catalog, names),
    size_bytes: Math.round(advice.sizes.get(one.id) ?? 0),
    judged_by: 'statistics',
    cost_before: rounded(before),
    cost_after: rounded(after),
    gain_ratio: ratio(before - after, totalCost(advice, ({ cost }) => cost) + before),
    queries: [],
    write_penalty: penaltyOf(advice, one),
    confidence: 'medium',
    checks: [],
    foreign_key: keyEvidence(advice, bare),
    makes_redundant: madeRedundant(one).map(({ name }) => name),
  };
}

function keyEvidence({ catalog }: Advice, { key, joinedBy }: BareForeignKey): Suggestion['foreign_key'] {
  const to = catalog.relations.get(key.to);
  return {
    name: key.name,
    references: to === undefined ? '' : `${to.schema}.${to.name}`,
    deletes: key.to_deleted,
    joined_by: joinedBy,
  };
}
