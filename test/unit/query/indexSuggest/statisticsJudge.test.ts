import { beforeAll, describe, expect, test } from 'vitest';
import { candidate, type Candidate, keyOf } from '../../../../src/query/indexSuggest/candidates/candidate.js';
import type { Judged } from '../../../../src/query/indexSuggest/judge/judge.js';
import { estimatedSize } from '../../../../src/query/indexSuggest/judge/sizes.js';
import { statisticsJudge } from '../../../../src/query/indexSuggest/judge/statisticsJudge.js';
import { loadParser, type Parsed } from '../../../../src/query/indexSuggest/statement/parser.js';
import { readStatement } from '../../../../src/query/indexSuggest/statement/readStatement.js';
import { nodesOf } from '../../../../src/query/plan/planNode.js';
import { parsePlan } from '../../../../src/query/plan/planDocument.js';
import { shopCatalog } from './shopCatalog.js';

const catalog = shopCatalog();
const PRICES = { seqPage: 1, randomPage: 4, tuple: 0.01, indexTuple: 0.005, operator: 0.0025 };

let parse: (text: string) => Parsed;
beforeAll(async () => {
  parse = await loadParser();
});

/** A statement of shopCatalog and its plan, as EXPLAIN (FORMAT JSON) tells it. */
function judged(sql: string, plan: object): Judged {
  const parsed = parse(sql);
  if ('refused' in parsed) throw new Error(parsed.refused);
  const nodes = nodesOf(parsePlan(JSON.stringify([{ Plan: plan }])));
  const entry = { queryid: null, text: sql, calls: 1, totalMs: null, rows: null };
  const uses = readStatement(parsed.tree, catalog, parse);
  return { at: 0, entry, uses, nodes, cost: nodes[0]?.cost ?? 0, candidates: [] };
}

function index(table: string, column: string, more: { method?: 'gin'; opclass?: string } = {}): Candidate {
  const relation = [...catalog.relations.values()].find(({ name }) => name === table);
  const found = relation?.columns.find(({ name }) => name === column);
  if (relation === undefined || found === undefined) throw new Error(`no ${table}.${column}`);
  const term = { sql: column, column: found, columns: [column], category: found.category };
  return candidate({
    relation,
    method: more.method ?? 'btree',
    keys: [keyOf(term, more.opclass ?? null)],
    include: [],
    where: null,
  });
}

function scan(relation: string, alias: string, cost: number, rows: number, more: object = {}): object {
  return {
    'Node Type': 'Seq Scan',
    Schema: 'shop',
    'Relation Name': relation,
    Alias: alias,
    'Total Cost': cost,
    'Plan Rows': rows,
    ...more,
  };
}

const judge = statisticsJudge(catalog, PRICES);

describe('what statistics say of an index', () => {
  const correlated =
    'SELECT o.id FROM shop.orders AS o WHERE o.customer_id < (SELECT count(*) FROM shop.items AS i WHERE i.order_id = o.id)';
  const subplan = {
    'Node Type': 'Aggregate',
    'Parent Relationship': 'SubPlan',
    'Subplan Name': 'SubPlan 1',
    'Total Cost': 4000,
    'Plan Rows': 1,
    Plans: [scan('items', 'i', 4000, 100, { 'Parent Relationship': 'Outer' })],
  };

  test('a subquery that is asked for each row looks up that row', async () => {
    const statement = judged(correlated, scan('orders', 'o', 400_000_000, 30_000, { Plans: [subplan] }));
    const one = index('items', 'order_id');
    const { cost, used } = await judge.costWith(statement, [one]);
    expect(used).toEqual([one.id]);
    expect(cost / statement.cost).toBeLessThan(0.2);
  });

  test('what subqueries cost is not spared by an index on the table whose rows ask them', async () => {
    const sql = correlated.replace('WHERE', 'WHERE o.status = $1 AND');
    const statement = judged(sql, scan('orders', 'o', 400_000_000, 30_000, { Plans: [subplan] }));
    const { cost } = await judge.costWith(statement, [index('orders', 'customer_id'), index('orders', 'id')]);
    expect(cost / statement.cost).toBeGreaterThan(0.99);
  });

  test('a hashed subquery is run once', async () => {
    const sql =
      'SELECT o.id FROM shop.orders AS o WHERE o.id NOT IN (SELECT i.id FROM shop.items AS i WHERE i.qty = $1)';
    const filter = { Filter: '(NOT (hashed SubPlan 1))', Plans: [subplan] };
    const statement = judged(sql, scan('orders', 'o', 8_000, 30_000, filter));
    const { cost, used } = await judge.costWith(statement, [index('items', 'qty')]);
    expect(used).toHaveLength(1);
    expect(cost / statement.cost).toBeGreaterThan(0.5);
  });

  test('what a document is compared with finds as much as the plan says', async () => {
    const sql = `SELECT id FROM shop.orders AS o WHERE o.body @> '{"a": 1}'`;
    const one = index('orders', 'body', { method: 'gin' });
    const costs = [10, 100_000].map(
      async (rows) => (await judge.costWith(judged(sql, scan('orders', 'o', 4_000, rows)), [one])).cost,
    );
    const [few, many] = await Promise.all(costs);
    expect(few).toBeLessThan(100);
    expect(many).toBeGreaterThan(1000);
  });

  test('a join does not look up what finds the other side', async () => {
    const sql =
      'SELECT i.qty FROM shop.items AS i JOIN shop.orders AS o ON o.id = i.order_id WHERE i.qty = $1';
    const inner = {
      ...scan('orders', 'o', 8, 1, { 'Parent Relationship': 'Inner', 'Index Cond': '(id = i.order_id)' }),
      'Node Type': 'Index Scan',
    };
    const statement = judged(sql, {
      'Node Type': 'Nested Loop',
      'Total Cost': 4008,
      'Plan Rows': 1,
      Plans: [scan('items', 'i', 4000, 1, { 'Parent Relationship': 'Outer' }), inner],
    });
    expect((await judge.costWith(statement, [index('items', 'order_id')])).used).toEqual([]);
    const one = index('items', 'qty');
    expect((await judge.costWith(statement, [one])).used).toEqual([one.id]);
  });
});

// Measured on 100,000 rows of about these widths: 1.4 bytes a row of arrays of three kinds, 121 of trigrams of 42 letters.
test('the size of GIN goes by what it holds of a row', () => {
  const perRow = (one: Candidate): number => estimatedSize(one, catalog, 2000) / 100_000;
  expect(perRow(index('orders', 'tags', { method: 'gin' }))).toBeLessThan(6);
  expect(perRow(index('orders', 'body', { method: 'gin', opclass: 'jsonb_path_ops' }))).toBeLessThan(
    perRow(index('orders', 'body', { method: 'gin' })),
  );
  expect(perRow(index('orders', 'note', { method: 'gin', opclass: 'public.gin_trgm_ops' }))).toBeGreaterThan(
    40,
  );
});
