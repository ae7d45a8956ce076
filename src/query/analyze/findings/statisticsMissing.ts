import type { RelationFacts } from '../relationFacts.js';
import type { PlanRule } from './finding.js';

/** Rows from which a table without statistics is worth telling. */
const ROWS = 100;

export const statisticsMissing: PlanRule = {
  code: 'statistics_missing',
  about: 'the planner knows nothing about a table, because it was never analyzed',
  needsExecution: false,
  find: ({ nodes, factsOf }) => {
    const told = new Set<RelationFacts>();
    return nodes.flatMap((node) => {
      const facts = factsOf(node);
      if (facts === null || told.has(facts) || !isUnknown(facts)) return [];
      told.add(facts);
      const table = `${String(facts.schema)}.${String(facts.relation)}`;
      const evidence = { table, live_rows: facts.live_rows, analyzed_at: facts.analyzed_at };
      return [{ severity: 'warning', node, evidence, advice: `ANALYZE ${table}.` }];
    });
  },
};

/** Statistics of a table that the role may not read are not shown to it, so that the time of ANALYZE decides, too. */
function isUnknown({ analyzed_at, has_statistics, live_rows, relkind }: RelationFacts): boolean {
  return (
    (relkind === 'r' || relkind === 'm') &&
    analyzed_at === null &&
    has_statistics !== true &&
    (live_rows ?? 0) >= ROWS
  );
}
