import { describe, expect, test } from 'vitest';
import { candidate, definitionSql, keyOf } from '../../../../src/query/indexSuggest/candidates/candidate.js';
import { servedBy } from '../../../../src/query/indexSuggest/candidates/served.js';
import type { Catalog, Index, Relation } from '../../../../src/query/indexSuggest/catalog/catalog.js';
import { loopsOf } from '../../../../src/query/indexSuggest/judge/planScans.js';
import { askedBeside } from '../../../../src/query/indexSuggest/search/askedBeside.js';
import type { Predicate, TableUse, Term } from '../../../../src/query/indexSuggest/statement/usage.js';
import type { PlanNode } from '../../../../src/query/plan/planNode.js';
import { shopCatalog } from './shopCatalog.js';

const catalog: Catalog = shopCatalog();
const orders = catalog.relations.get(1) as Relation;

function index(columns: readonly string[], more: Partial<Index> = {}): Index {
  return {
    name: 'known',
    method: 'btree',
    unique: false,
    needed: false,
    valid: true,
    keys: columns.map((column) => ({
      column,
      expression: null,
      descending: false,
      nulls_first: false,
      default_opclass: true,
      opclass: 'int4_ops',
    })),
    include: [],
    predicate: null,
    pages: 1,
    ...more,
  };
}

function term(name: string): Term {
  const column = orders.columns.find((known) => known.name === name) ?? null;
  return { sql: name, column, columns: [name], category: 'N' };
}

function on(
  relation: Relation,
  names: readonly string[],
  include: readonly string[] = [],
): ReturnType<typeof candidate> {
  return candidate({
    relation,
    method: 'btree',
    keys: names.map((name) => keyOf(term(name))),
    include,
    where: null,
  });
}

const open: Predicate = {
  shape: 'null',
  term: term('shipped_at'),
  operator: 'IS NULL',
  values: null,
  count: 1,
  partner: null,
  inOr: false,
  sql: 'shipped_at IS NULL',
};
const use = (predicates: readonly Predicate[]): TableUse => ({ predicates }) as unknown as TableUse;

describe('what an existing index serves', () => {
  const relation = { ...orders, indexes: [index(['customer_id'], { predicate: '(shipped_at IS NULL)' })] };

  test('a partial one serves the statements of its condition, and no others', () => {
    expect(servedBy(on(relation, ['customer_id']), use([open]))?.name).toBe('known');
    expect(servedBy(on(relation, ['shipped_at', 'customer_id']), use([open]))?.name).toBe('known');
    expect(servedBy(on(relation, ['customer_id']), use([]))).toBeNull();
    expect(servedBy(on(relation, ['customer_id']), use([{ ...open, inOr: true }]))).toBeNull();
    expect(servedBy(on(relation, ['id']), use([open]))).toBeNull();
  });

  test('a whole one does not serve an order that begins with another column', () => {
    const keyed = { ...orders, indexes: [index(['id'])] };
    const started = { ...open, term: term('placed_at'), sql: `placed_at > '2024-01-01'` };
    expect(servedBy(on(keyed, ['placed_at', 'id']), use([started]))).toBeNull();
  });
});

describe('what an index must spare beside others', () => {
  test('more where it only repeats the first keys of another', () => {
    const longer = on(orders, ['customer_id', 'placed_at']);
    expect(askedBeside(on(orders, ['customer_id'], ['note']), [longer])).toBe(0.5);
    expect(askedBeside(longer, [on(orders, ['customer_id'])])).toBe(0);
    const known = { ...orders, indexes: [index(['customer_id'])] };
    expect(askedBeside(on(known, ['customer_id', 'id']), [])).toBe(0.2);
    expect(askedBeside(on(known, ['placed_at']), [])).toBe(0);
  });
});

describe('how often a scan is run', () => {
  const node = (type: string, cost: number, planRows: number, children: PlanNode[] = []): PlanNode => {
    const made = {
      type,
      cost,
      planRows,
      children,
      parent: null,
      relationship: 'Outer',
    } as unknown as PlanNode;
    for (const child of children) (child as { parent: PlanNode | null }).parent = made;
    return made;
  };

  test('once a row where a sort is made anew, once where it is kept', () => {
    const anew = node('Seq Scan', 90, 1);
    node('Nested Loop', 10_100, 100, [
      node('Seq Scan', 100, 100),
      node('Limit', 100, 1, [node('Sort', 100, 1, [anew])]),
    ]);
    expect(loopsOf(anew)).toBe(100);
    const kept = node('Seq Scan', 90, 1);
    node('Nested Loop', 300, 100, [node('Seq Scan', 100, 100), node('Sort', 100, 1, [kept])]);
    expect(loopsOf(kept)).toBe(2);
  });

  test('once a step of a recursion, though its rows are hashed', () => {
    const scan = node('Seq Scan', 400, 1);
    const step = node('Hash Join', 500, 70, [node('WorkTable Scan', 1, 10), node('Hash', 400, 1, [scan])]);
    node('Recursive Union', 5010, 700, [node('Index Scan', 10, 1), step]);
    expect(loopsOf(scan)).toBe(10);
  });
});

describe('an expression as a key', () => {
  test.each([
    [`(body ->> 'k')`, `USING btree ((body ->> 'k'))`],
    ['(placed_at)::date', 'USING btree (((placed_at)::date))'],
    [`(body ->> ')') || (body ->> 'k')`, `USING btree (((body ->> ')') || (body ->> 'k')))`],
    ['lower(note)', 'USING btree (lower(note))'],
  ])('%s', (sql, written) => {
    const key = keyOf({ sql, column: null, columns: ['body'], category: 'S' });
    expect(
      definitionSql(candidate({ relation: orders, method: 'btree', keys: [key], include: [], where: null })),
    ).toBe(written);
  });
});
