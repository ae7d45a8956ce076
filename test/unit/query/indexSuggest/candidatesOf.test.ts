import { beforeAll, describe, expect, test } from 'vitest';
import { definitionSql, type Candidate } from '../../../../src/query/indexSuggest/candidates/candidate.js';
import { candidatesOf } from '../../../../src/query/indexSuggest/candidates/candidates.js';
import { servedBy } from '../../../../src/query/indexSuggest/candidates/served.js';
import type { Catalog, Index } from '../../../../src/query/indexSuggest/catalog/catalog.js';
import { lookup } from '../../../../src/query/indexSuggest/judge/lookup.js';
import { loadParser, type Parsed } from '../../../../src/query/indexSuggest/statement/parser.js';
import { readStatement } from '../../../../src/query/indexSuggest/statement/readStatement.js';
import type { TableUse } from '../../../../src/query/indexSuggest/statement/usage.js';
import { shopCatalog } from './shopCatalog.js';

let parse: (text: string) => Parsed;
beforeAll(async () => {
  parse = await loadParser();
});

function useOf(sql: string, catalog: Catalog = shopCatalog()): TableUse {
  const parsed = parse(sql);
  if ('refused' in parsed) throw new Error(parsed.refused);
  const [use] = readStatement(parsed.tree, catalog, parse).uses;
  if (use === undefined) throw new Error('it uses no table');
  return use;
}

function candidates(sql: string): Candidate[] {
  return candidatesOf(useOf(sql), shopCatalog());
}

function definitions(sql: string): string[] {
  return candidates(sql).map(definitionSql);
}

describe('what is no key', () => {
  test('a condition that most rows fulfil', () => {
    expect(definitions(`SELECT * FROM orders WHERE customer_id = 5 AND status = 'done'`)).toEqual([
      'USING btree (customer_id)',
    ]);
    expect(definitions(`SELECT * FROM orders WHERE customer_id = 5 AND status = 'paid'`)).toContain(
      'USING btree (status, customer_id)',
    );
  });

  test('INCLUDE for rows that are locked, which are read whole', () => {
    const sql = `SELECT id FROM orders WHERE customer_id = 5 AND placed_at < '2024-01-01'`;
    expect(definitions(sql).some((one) => one.includes('INCLUDE'))).toBe(true);
    expect(definitions(`${sql} FOR UPDATE SKIP LOCKED`).some((one) => one.includes('INCLUDE'))).toBe(false);
  });
});

describe('what a partial index serves', () => {
  function withIndex(predicate: string | null, column = 'placed_at'): Catalog {
    const catalog = shopCatalog();
    const key = { expression: null, opclass: 'timestamp_ops', default_opclass: true };
    const index: Index = {
      name: 'open_orders',
      method: 'btree',
      unique: false,
      needed: false,
      valid: true,
      keys: [{ ...key, column, descending: false, nulls_first: false }],
      include: [],
      predicate,
      pages: 1,
    };
    return {
      ...catalog,
      relations: new Map(
        [...catalog.relations].map(([oid, relation]) => [
          oid,
          relation.name === 'orders' ? { ...relation, indexes: [index] } : relation,
        ]),
      ),
    };
  }

  function left(sql: string, catalog = withIndex('(shipped_at IS NULL)')): string[] {
    const use = useOf(sql, catalog);
    return candidatesOf(use, catalog)
      .filter((one) => servedBy(one, use) === null)
      .map(definitionSql);
  }

  test('every search among its rows', () => {
    const where = `placed_at BETWEEN '2024-01-01' AND '2024-01-02'`;
    expect(left(`SELECT * FROM orders WHERE shipped_at IS NULL AND ${where} ORDER BY placed_at`)).toEqual([]);
    expect(left(`SELECT * FROM orders WHERE ${where}`)).toEqual(['USING btree (placed_at)']);
    expect(left(`SELECT * FROM orders WHERE (shipped_at IS NULL OR id = 5) AND ${where}`)).toContain(
      'USING btree (placed_at)',
    );
    expect(left('SELECT * FROM orders WHERE shipped_at IS NULL AND customer_id = 5')).toContain(
      'USING btree (customer_id)',
    );
  });

  test('a whole index does not find the few rows of a condition', () => {
    const whole = withIndex(null, 'customer_id');
    const found = left(`SELECT * FROM orders WHERE customer_id = 5 AND status = 'new'`, whole);
    expect(found).toContain(`USING btree (customer_id) WHERE status = 'new'`);
    expect(found).not.toContain('USING btree (customer_id)');
  });
});

test('what inherits from a table is read by indexes of its own', () => {
  const shop = shopCatalog();
  const items = [...shop.relations.values()].find(({ name }) => name === 'items');
  if (items === undefined) throw new Error('no items');
  const old = { ...items, oid: 21, name: 'old_items', partitions: [22] };
  const older = { ...items, oid: 22, name: 'older_items' };
  const relations = [...shop.relations.values(), { ...items, partitions: [21] }, old, older];
  const used = (major: number, sql: string): string[] => {
    const catalog = { ...shop, major, relations: new Map(relations.map((one) => [one.oid, one])) };
    const parsed = parse(sql);
    if ('refused' in parsed) throw new Error(parsed.refused);
    return readStatement(parsed.tree, catalog, parse).uses.map(
      ({ relation, alias, predicates: [first] }) => `${relation.name} ${alias} ${first?.term.sql ?? ''}`,
    );
  };
  const sql = 'SELECT * FROM items WHERE order_id = 5';
  expect(used(16, sql)).toEqual([
    'items items order_id',
    'old_items items order_id',
    'older_items items order_id',
  ]);
  // Before 13 the plan calls each by its own name.
  expect(used(12, sql)).toEqual([
    'items items order_id',
    'old_items old_items order_id',
    'older_items older_items order_id',
  ]);
  expect(used(12, 'SELECT * FROM items AS i WHERE order_id = 5')).toEqual([
    'items i order_id',
    'old_items i order_id',
    'older_items i order_id',
  ]);
  expect(used(16, 'SELECT * FROM ONLY items WHERE order_id = 5')).toEqual(['items items order_id']);
});

test('how well the values of a column lie in order says nothing of its NULLs', () => {
  const catalog = shopCatalog();
  const prices = { seqPage: 1, randomPage: 4, tuple: 0.01, indexTuple: 0.005, operator: 0.0025 };
  const cost = (correlation: number): number => {
    const use = useOf('SELECT * FROM orders WHERE shipped_at IS NULL');
    const [one] = candidatesOf(use, catalog).filter(({ where }) => where === null);
    const [key] = one?.keys ?? [];
    if (one === undefined || key?.term.column == null) throw new Error('no candidate');
    const term = { ...key.term, column: { ...key.term.column, correlation } };
    return lookup(use, { ...one, keys: [{ ...key, term }] }, { catalog, prices }, null).cost;
  };
  expect(cost(1)).toBe(cost(0));
});

test('a list of 150,000 values is read', () => {
  const values = Array.from({ length: 150_000 }, (_, at) => String(at)).join(',');
  expect(useOf(`SELECT * FROM orders WHERE id IN (${values})`).predicates[0]?.count).toBe(150_000);
});
