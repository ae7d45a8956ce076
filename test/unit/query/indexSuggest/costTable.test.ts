import { beforeAll, describe, expect, test } from 'vitest';
import { candidate, type Candidate, keyOf } from '../../../../src/query/indexSuggest/candidates/candidate.js';
import type { Judge, Judged } from '../../../../src/query/indexSuggest/judge/judge.js';
import { bounded } from '../../../../src/query/indexSuggest/search/bounded.js';
import { CostTable } from '../../../../src/query/indexSuggest/search/costTable.js';
import { usablePart } from '../../../../src/query/indexSuggest/search/usablePart.js';
import { loadParser, type Parsed } from '../../../../src/query/indexSuggest/statement/parser.js';
import { readStatement } from '../../../../src/query/indexSuggest/statement/readStatement.js';
import { shopCatalog } from './shopCatalog.js';

let parse: (text: string) => Parsed;
beforeAll(async () => {
  parse = await loadParser();
});

const catalog = shopCatalog();

function index(...columns: string[]): Candidate {
  const relation = catalog.relations.get(1);
  if (relation === undefined) throw new Error('no orders');
  const keys = columns.map((name) => {
    const column = relation.columns.find((one) => one.name === name) ?? null;
    return keyOf({ sql: name, column, columns: [name], category: column?.category ?? 'U' });
  });
  return candidate({ relation, method: 'btree', keys, include: [], where: null });
}

function judged(at: number, text: string, candidates: readonly Candidate[] = []): Judged {
  const parsed = parse(text);
  if ('refused' in parsed) throw new Error(parsed.refused);
  const entry = { queryid: null, text, calls: 1, totalMs: null, rows: null };
  return { at, entry, uses: readStatement(parsed.tree, catalog, parse), nodes: [], cost: 1000, candidates };
}

/** Says that the more keys, the less it costs, and remembers what it was asked. */
function judge(asked: string[]): Judge {
  return {
    method: 'hypopg',
    plannerCalls: 0,
    judges: () => true,
    costWith: ({ at }, indexes) => {
      const names = indexes.map(({ keys }) => keys.map(({ term }) => term.sql).join('+'));
      asked.push(`${String(at)}: ${names.join(' ')}`);
      const best = [...indexes].sort((a, b) => b.keys.length - a.keys.length)[0];
      return Promise.resolve({
        cost: 1000 / (1 + (best?.keys.length ?? 0)),
        used: best === undefined ? [] : [best.id],
      });
    },
    sizeOf: () => Promise.resolve(0),
  };
}

describe('of an index a statement has use for', () => {
  test.each([
    ['SELECT * FROM orders WHERE customer_id = 1', 'customer_id'],
    ['SELECT note FROM orders WHERE customer_id = 1', 'customer_id, placed_at, note'],
    ['SELECT * FROM orders WHERE customer_id = 1 ORDER BY placed_at', 'customer_id, placed_at'],
  ])('%s', (text, wanted) => {
    const part = usablePart(index('customer_id', 'placed_at', 'note'), judged(0, text).uses);
    expect(part.keys.map(({ term }) => term.sql).join(', ')).toBe(wanted);
  });
});

test('coarsely, each index is judged by itself, and what is the same to a statement once', async () => {
  const asked: string[] = [];
  const table = new CostTable(judge(asked));
  table.answerCoarsely();
  const statement = judged(0, 'SELECT * FROM orders WHERE customer_id = 1 AND status = $1');
  const [one, two, three] = [
    index('customer_id', 'placed_at'),
    index('customer_id', 'note'),
    index('customer_id', 'status'),
  ];
  expect(await table.costBeside(statement, [one, two], [three])).toEqual({
    cost: 1000 / 3,
    used: [three.id],
  });
  expect(asked).toEqual(['0: customer_id', '0: customer_id+status']);
  // An OR may take one index for each arm, and a join one for each table: these are asked together.
  const either = judged(1, 'SELECT * FROM orders WHERE customer_id = 1 OR status = $1');
  await table.cost(either, [one, index('status')]);
  expect(asked.at(-1)).toBe('1: customer_id+placed_at status');
});

test('a workload of too many pairs is cut to the indexes of what costs most, and says so', () => {
  const many = Array.from({ length: 320 }, (_, at) =>
    judged(at, `SELECT * FROM orders WHERE customer_id = 1 AND c${String(at)} = 1`, [
      index('customer_id', `c${String(at)}`),
    ]),
  );
  const pool = many.flatMap(({ candidates }) => candidates);
  const table = new CostTable(judge([]));
  const few = many.slice(0, 50);
  const whole = bounded({ pool: pool.slice(0, 50), sets: [] }, few, () => 1, table);
  expect([whole.pool.length, whole.limitations, table.isCoarse()]).toEqual([50, [], false]);
  const cut = bounded({ pool, sets: [] }, many, ({ at }) => at, table);
  expect(cut.pool.map(({ id }) => id)).toEqual(pool.slice(20).map(({ id }) => id));
  expect(cut.limitations.map(({ reason, message }) => [reason, message])).toEqual([
    ['truncated', '300 of 320 indexes were tried, for the statements that cost most, and each by itself'],
  ]);
  expect(table.isCoarse()).toBe(true);
});
