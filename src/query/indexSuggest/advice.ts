import { maskText } from '../analyze/maskPlan.js';
import { limited } from '../truncated.js';
import { antiRecommendations } from './antiRecommendations.js';
import { type Candidate, keySql } from './candidate.js';
import type { Relation } from './catalog.js';
import { ddlOf, takenNames, type Names } from './ddl.js';
import { type BareForeignKey, deletesCost, servesKey } from './foreignKeys.js';
import type { Judged } from './judge.js';
import { madeRedundant } from './served.js';
import type { Advice } from './adviceParts.js';
import {
  type HelpedQuery,
  type NearMiss,
  type Suggestion,
  type SuggestData,
  UNEXPLAINED,
  type Unexplained,
} from './suggestData.js';
import { writePenalty } from './writes.js';

/** A text that is told, but not shown whole. */
const LONGEST_SHOWN = 300;

/** The answer, from all that was found. */
export function adviceOf(advice: Advice): SuggestData {
  const { wish, workload, judge, choice } = advice;
  const names = takenNames(advice.catalog);
  const chosen = choice.chosen.map((one) => chosenSuggestion(advice, one, names));
  const missed = advice.foreignKeys.filter(
    ({ candidate }) => !choice.chosen.some((one) => servesKey(one, candidate)),
  );
  const suggestions = chosen.sort(bySuggestion);
  const lists = {
    suggestions: limited(suggestions, wish.limit),
    anti_recommendations: limited(antiRecommendations(advice), wish.limit),
    near_misses: limited([...nearMisses(advice), ...missed.map(barelyMissed)], wish.limit),
    unexplained: limited(unexplained(advice), wish.limit),
    unexplained_scans: limited(unexplainedScans(advice), wish.limit),
  };
  return {
    judged_by: judge.method,
    workload: {
      source: workload.source,
      stats_reset: workload.statsReset,
      statements: workload.entries.length,
      judged: advice.judgedCount,
      cost_before: rounded(totalCost(advice, ({ cost }) => cost)),
      cost_after: rounded(totalCost(advice, (statement) => costAfter(advice, statement))),
      planner_calls: advice.plannerCalls,
    },
    suggestions: lists.suggestions.rows,
    anti_recommendations: lists.anti_recommendations.rows,
    near_misses: lists.near_misses.rows,
    unexplained: lists.unexplained.rows,
    unexplained_scans: lists.unexplained_scans.rows,
    truncated: {
      suggestions: lists.suggestions.truncated,
      anti_recommendations: lists.anti_recommendations.truncated,
      near_misses: lists.near_misses.truncated,
      unexplained: lists.unexplained.truncated,
      unexplained_scans: lists.unexplained_scans.truncated,
    },
    limitations: advice.limitations,
  };
}

/** Low confidence comes last; then whatever spares most. */
function bySuggestion(a: Suggestion, b: Suggestion): number {
  const last = (one: Suggestion): number => (one.confidence === 'low' ? 1 : 0);
  return last(a) - last(b) || b.gain_ratio - a.gain_ratio || (a.ddl < b.ddl ? -1 : 1);
}

function totalCost({ judged, weight }: Advice, cost: (statement: Judged) => number): number {
  return judged.reduce((sum, statement) => sum + weight(statement) * cost(statement), 0);
}

function costAfter({ choice }: Advice, statement: Judged): number {
  return choice.costs.get(statement.at)?.cost ?? statement.cost;
}

/** Two digits behind the point say enough of an estimate. */
function rounded(cost: number): number {
  return Math.round(cost * 100) / 100;
}

function targetOf({
  relation,
  keys,
  include,
  where,
  method,
}: Candidate): Pick<Suggestion, 'schema' | 'table' | 'columns' | 'include' | 'where' | 'method'> {
  return {
    schema: relation.schema,
    table: relation.name,
    columns: keys.map(({ term }) => term.column?.name ?? term.sql),
    include: [...include],
    where: where?.sql ?? null,
    method,
  };
}

function chosenSuggestion(advice: Advice, one: Candidate, names: Names): Suggestion {
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
  return judge.method === 'hypopg' && judge.judges(one) ? 'high' : 'medium';
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

function ratio(part: number, all: number): number {
  return all <= 0 ? 0 : Math.round((part / all) * 1e6) / 1e6;
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

function barelyMissed({ key, candidate, joinedBy }: BareForeignKey): NearMiss {
  const detail =
    key.to_deleted > 0
      ? `it serves the foreign key ${key.name}, but costs writers more than it spares ${String(key.to_deleted)} deletes`
      : `no index serves the foreign key ${key.name}, but nothing was deleted from the referenced table, and ${joinedBy === 0 ? 'no query joins' : 'the queries that join'} along it${joinedBy === 0 ? '' : ' would not get cheaper by it'}`;
  return {
    ...targetOf(candidate),
    reason: key.to_deleted > 0 ? 'write_cost' : 'no_evidence',
    detail,
    cost_before: null,
    cost_after: null,
  };
}

const NEAR: Readonly<Record<string, string>> = {
  small_gain: 'no query would get cheaper by 30 % beside what is suggested',
  write_cost: 'it would cost the writers of the table more than it spares the readers',
  size_budget: 'it does not fit into --size-budget beside what is suggested',
  max_indexes: '--max-indexes was reached',
};

/** What came near; of indexes that differ but in what they hold beside the key only the first is told. */
function nearMisses({ choice, checks, judged }: Advice): NearMiss[] {
  const told = new Set<string>();
  const failed: NearMiss[] = [...checks].flatMap(([id, results]) => {
    const wrong = results.find(({ result }) => result === 'fails');
    const one = judged.flatMap(({ candidates }) => candidates).find((known) => known.id === id);
    return wrong === undefined || one === undefined
      ? []
      : [
          {
            ...targetOf(one),
            reason: 'gain_not_real' as const,
            detail: wrong.detail,
            cost_before: null,
            cost_after: null,
          },
        ];
  });
  const passed = [...choice.passed]
    .sort((a, b) => b.before - b.after - (a.before - a.after) || (a.candidate.id < b.candidate.id ? -1 : 1))
    .filter(({ candidate: { relation, keys } }) => {
      const key = `${String(relation.oid)} ${keys.map(keySql).join(', ')}`;
      return !told.has(key) && told.add(key).size > 0;
    })
    .map(({ candidate, reason, before, after }): NearMiss => ({
      ...targetOf(candidate),
      reason,
      detail: NEAR[reason] ?? reason,
      cost_before: rounded(before),
      cost_after: rounded(after),
    }));
  return [...failed, ...passed];
}

function unexplained({ left, wish }: Advice): Unexplained[] {
  return [...left]
    .sort(
      (a, b) =>
        UNEXPLAINED.indexOf(a.reason) - UNEXPLAINED.indexOf(b.reason) ||
        (b.entry.totalMs ?? 0) - (a.entry.totalMs ?? 0) ||
        (a.entry.text < b.entry.text ? -1 : 1),
    )
    .map(({ entry, reason, detail }) => ({
      queryid: entry.queryid,
      query: maskText(entry.text, wish.redactLiterals).slice(0, LONGEST_SHOWN),
      calls: entry.calls,
      reason,
      detail: maskText(detail, wish.redactLiterals),
    }));
}

/** Large tables that are read from end to end, though no query that was judged does so. */
function unexplainedScans({ catalog, judged, wish }: Advice): SuggestData['unexplained_scans'] {
  const scanned = new Set(
    judged.flatMap(({ nodes }) =>
      nodes
        .filter(({ type }) => type === 'Seq Scan')
        .map(({ schema, relation }) => `${schema ?? ''}.${relation ?? ''}`),
    ),
  );
  return [...catalog.relations.values()]
    .filter(
      (relation) =>
        ['r', 'm'].includes(relation.kind) &&
        !relation.system &&
        (relation.rows ?? 0) >= wish.minRows &&
        !relation.locked &&
        isScanned(relation) &&
        !scanned.has(`${relation.schema}.${relation.name}`),
    )
    .sort((a, b) => b.seq_tup_read - a.seq_tup_read || a.oid - b.oid)
    .map(({ schema, name, seq_scan, seq_tup_read, rows }) => ({
      schema,
      table: name,
      seq_scans: seq_scan,
      rows_read: seq_tup_read,
      table_rows: rows ?? 0,
    }));
}

/** Building an index reads its table once, and so does whoever looks at what was loaded. */
function isScanned({ seq_tup_read, rows, indexes }: Relation): boolean {
  return seq_tup_read > (indexes.length + 1) * (rows ?? 0);
}
