import { expect, test } from 'vitest';
import { candidate, type Candidate, keyOf } from '../../../../src/query/indexSuggest/candidates/candidate.js';
import { cutDown } from '../../../../src/query/indexSuggest/candidates/cutDown.js';
import type { Judge, Judged } from '../../../../src/query/indexSuggest/judge/judge.js';
import { CostTable } from '../../../../src/query/indexSuggest/search/costTable.js';
import { compareMoves, type Move } from '../../../../src/query/indexSuggest/search/move.js';
import { mergers } from '../../../../src/query/indexSuggest/search/merge.js';
import { poolOf } from '../../../../src/query/indexSuggest/search/pool.js';
import { shopCatalog } from './shopCatalog.js';

const orders = shopCatalog().relations.get(1);
if (orders === undefined) throw new Error('no orders');

function index(...columns: string[]): Candidate {
  const keys = columns.map((name) => {
    const column = orders?.columns.find((one) => one.name === name) ?? null;
    return keyOf({ sql: name, column, columns: [name], category: column?.category ?? 'U' });
  });
  return candidate({
    relation: orders as NonNullable<typeof orders>,
    method: 'btree',
    keys,
    include: [],
    where: null,
  });
}

function move(size: number, ...columns: string[]): Move {
  return { add: [index(...columns)], helped: [], before: 0, after: 0, felt: 0, net: 0, original: 0, size };
}

test('what is wider is better only where it is so much smaller', () => {
  const wide = [900, 300].map(
    (size) => compareMoves(move(size, 'status', 'placed_at'), move(1000, 'status')) < 0,
  );
  expect(wide).toEqual([false, true]);
});

test('the orders of equal columns that the planner did not take by chance are tried, too', async () => {
  const [taken, other] = [index('status', 'customer_id'), index('customer_id', 'status')];
  const judge: Judge = {
    method: 'hypopg',
    plannerCalls: 0,
    judges: () => true,
    costWith: () => Promise.resolve({ cost: 100, used: [taken.id] }),
    sizeOf: () => Promise.resolve(0),
  };
  const statement: Judged = {
    at: 0,
    entry: { queryid: null, text: '', calls: 1, totalMs: null, rows: null },
    uses: { uses: [], writes: [], missing: [], relations: [], plain: true },
    nodes: [],
    cost: 5000,
    candidates: [taken, other],
  };
  const { pool } = await poolOf([statement], new CostTable(judge), cutDown);
  expect(pool.map(({ keys }) => keys.map(({ term }) => term.sql).join(', '))).toEqual([
    'customer_id',
    'customer_id, status',
    'status',
    'status, customer_id',
  ]);
});

test('indexes that differ by INCLUDE alone become one, unless it is too wide', () => {
  const including = (...include: string[]): Candidate => {
    const { relation, method, keys, where } = index('customer_id');
    return candidate({ relation, method, keys, where, include });
  };
  const picks = [including('status'), index('status'), including('placed_at', 'status'), including()];
  const [merger, ...more] = mergers(picks);
  expect(more).toEqual([]);
  expect(merger?.parts).toEqual([picks[0], picks[2], picks[3]]);
  expect(merger?.whole.include).toEqual(['placed_at', 'status']);
  expect(mergers([including('status'), including('body', 'tags', 'note')])).toEqual([]);
});
