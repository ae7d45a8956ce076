import { beforeAll, describe, expect, test } from 'vitest';
import { type Candidate, definitionSql } from '../../../../src/query/indexSuggest/candidates/candidate.js';
import { candidatesOf } from '../../../../src/query/indexSuggest/candidates/candidates.js';
import type { Judge, Judged } from '../../../../src/query/indexSuggest/judge/judge.js';
import { CostTable } from '../../../../src/query/indexSuggest/search/costTable.js';
import { simplify } from '../../../../src/query/indexSuggest/search/simplify.js';
import { loadParser, type Parsed } from '../../../../src/query/indexSuggest/statement/parser.js';
import { readStatement } from '../../../../src/query/indexSuggest/statement/readStatement.js';
import { shopCatalog } from './shopCatalog.js';

let parse: (text: string) => Parsed;
beforeAll(async () => {
  parse = await loadParser();
});

const catalog = shopCatalog();

function judged(sql: string, at: number): Judged {
  const parsed = parse(sql);
  if ('refused' in parsed) throw new Error(parsed.refused);
  const uses = readStatement(parsed.tree, catalog, parse);
  const entry = { text: sql, queryid: null, calls: 1, totalMs: null, rows: null };
  const candidates = uses.uses.flatMap((use) => candidatesOf(use, catalog));
  return { at, entry, uses, nodes: [], cost: 1000, candidates };
}

/** A judge to which each statement costs what stands here for the cheapest of its indexes. */
function judgeOf(costs: readonly Readonly<Record<string, number>>[]): Judge {
  return {
    method: 'hypopg',
    plannerCalls: 0,
    judges: () => true,
    sizeOf: () => Promise.resolve(1),
    costWith: ({ at, cost }, indexes) => {
      const known = indexes.flatMap((one) => {
        const told = costs[at]?.[definitionSql(one)];
        return told === undefined ? [] : [{ id: one.id, cost: told }];
      });
      const [best] = known.sort((a, b) => a.cost - b.cost);
      return Promise.resolve(best === undefined ? { cost, used: [] } : { cost: best.cost, used: [best.id] });
    },
  };
}

async function simplified(
  texts: readonly string[],
  chosen: readonly string[],
  costs: readonly Readonly<Record<string, number>>[],
): Promise<string[]> {
  const statements = texts.map(judged);
  const all = statements.flatMap(({ candidates }) => candidates);
  const picks = chosen.map((definition) => all.find((one) => definitionSql(one) === definition) as Candidate);
  const kept = await simplify(picks, {
    statements,
    table: new CostTable(judgeOf(costs)),
    sizeOf: () => Promise.resolve(1),
    options: { rejected: new Set(), first: [], standsFor: () => false, sizeBudget: null },
  });
  return kept.map(definitionSql);
}

describe('one index in the place of two', () => {
  const texts = [
    `SELECT * FROM orders WHERE customer_id = 5 AND status = 'new' ORDER BY placed_at LIMIT 5`,
    `SELECT count(*) FROM orders WHERE customer_id = 6 AND status = 'paid'`,
  ];
  const few = `USING btree (customer_id, placed_at) WHERE status = 'new'`;
  const counted = 'USING btree (status, customer_id)';
  const both = 'USING btree (customer_id, status, placed_at)';

  test('where it spares nearly all that they do', async () => {
    const costs = [
      { [few]: 40, [both]: 42 },
      { [counted]: 5, [both]: 50 },
    ];
    expect(await simplified(texts, [few, counted], costs)).toEqual([both]);
  });

  test('not where a statement would lose more', async () => {
    const costs = [
      { [few]: 40, [both]: 42 },
      { [counted]: 5, [both]: 60 },
    ];
    expect(await simplified(texts, [few, counted], costs)).toEqual([few, counted]);
  });
});

test('a key goes that spares little', async () => {
  const texts = [`SELECT * FROM orders WHERE customer_id = 5 AND status = 'paid' AND id > 9`];
  const [long, short] = ['USING btree (customer_id, id)', 'USING btree (customer_id)'];
  expect(await simplified(texts, [long], [{ [long]: 100, [short]: 120 }])).toEqual([short]);
  expect(await simplified(texts, [long], [{ [long]: 100, [short]: 140 }])).toEqual([long]);
});
