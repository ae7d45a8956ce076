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
  function withIndex(predicate: string): Catalog {
    const catalog = shopCatalog();
    const key = { expression: null, opclass: 'timestamp_ops', default_opclass: true };
    const index: Index = {
      name: 'open_orders',
      method: 'btree',
      unique: false,
      needed: false,
      valid: true,
      keys: [{ ...key, column: 'placed_at', descending: false, nulls_first: false }],
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

  function left(sql: string): string[] {
    const catalog = withIndex('(shipped_at IS NULL)');
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
