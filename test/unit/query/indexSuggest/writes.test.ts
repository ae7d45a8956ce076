import { describe, expect, test } from 'vitest';
import { candidate, keyOf } from '../../../../src/query/indexSuggest/candidates/candidate.js';
import type { Relation } from '../../../../src/query/indexSuggest/catalog/catalog.js';
import type { Judged } from '../../../../src/query/indexSuggest/judge/judge.js';
import { writePenalty } from '../../../../src/query/indexSuggest/search/writes.js';
import { column, relation, shopCatalog } from './shopCatalog.js';

const PRICES = { seqPage: 1, randomPage: 4, tuple: 0.01, indexTuple: 0.005, operator: 0.0025 };
/** Half a random page and fifty operators. */
const ENTRY = 2.125;

function penaltyOf(counted: Partial<Relation>, statements: readonly Judged[] = []): number {
  const table = relation(9, 'written', [column('a', 1), column('b', 2)], { rows: 10_000, ...counted });
  const catalog = { ...shopCatalog(), relations: new Map([[9, table]]) };
  const term = { sql: 'a', column: table.columns[0] ?? null, columns: ['a'], category: 'N' };
  const one = candidate({ relation: table, method: 'btree', keys: [keyOf(term)], include: [], where: null });
  return Math.round(writePenalty(one, catalog, statements, PRICES).cost / ENTRY);
}

function written(kind: 'insert' | 'update', columns: readonly string[], calls: number, rows: number): Judged {
  const table = relation(9, 'written', []);
  return {
    at: 0,
    entry: { queryid: null, text: '', calls, totalMs: null, rows },
    uses: { uses: [], writes: [{ relation: table, kind, columns }], missing: [], relations: [], plain: true },
    nodes: [],
    cost: 0,
    candidates: [],
  };
}

describe('entries that an index would have cost the writers', () => {
  test.each<[what: string, entries: number, counted: Partial<Relation>, statements?: readonly Judged[]]>([
    ['what was loaded', 0, { inserted: 10_000 }],
    [
      'what was loaded by a statement that ran twice',
      0,
      { inserted: 10_000 },
      [written('insert', [], 2, 10_000)],
    ],
    ['what was loaded, and loaded again', 0, { inserted: 20_000 }],
    ['rows that come and go', 80_000, { inserted: 100_000 }],
    ['rows that come one by one', 10_000, { inserted: 10_000 }, [written('insert', [], 10_000, 10_000)]],
    ['one pass of UPDATE over what was loaded', 0, { inserted: 10_000, updated: 10_000, seq_scan: 3 }],
    ['five of them', 40_000, { inserted: 10_000, updated: 50_000, seq_scan: 7 }],
    ['updates one by one', 10_000, { inserted: 10_000, updated: 10_000, idx_scan: 10_000 }],
    [
      'updates that a statement shows',
      10_000,
      { updated: 10_000, seq_scan: 3 },
      [written('update', ['a'], 50, 10_000)],
    ],
    ['updates that were HOT', 10_000, { updated: 10_000, hot_updated: 10_000, idx_scan: 10_000 }],
    [
      'updates that were HOT, and set no column of it',
      0,
      { updated: 10_000, hot_updated: 10_000, idx_scan: 10_000 },
      [written('update', ['b'], 10_000, 10_000)],
    ],
    ['one pass of UPDATE that was HOT in part', 0, { updated: 10_000, hot_updated: 4000, seq_scan: 1 }],
  ])('%s: %i', (_, entries, counted, statements = []) => {
    expect(penaltyOf(counted, statements)).toBe(entries);
  });
});
