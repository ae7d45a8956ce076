import { beforeAll, describe, expect, test } from 'vitest';
import { definitionSql } from '../../../../src/query/indexSuggest/candidates/candidate.js';
import { candidatesOf } from '../../../../src/query/indexSuggest/candidates/candidates.js';
import { loadParser, type Parsed } from '../../../../src/query/indexSuggest/statement/parser.js';
import { readStatement } from '../../../../src/query/indexSuggest/statement/readStatement.js';
import type { StatementUses } from '../../../../src/query/indexSuggest/statement/usage.js';
import { shopCatalog } from './shopCatalog.js';

let parse: (text: string) => Parsed;
beforeAll(async () => {
  parse = await loadParser();
});

function read(sql: string): StatementUses {
  const parsed = parse(sql);
  if ('refused' in parsed) throw new Error(parsed.refused);
  return readStatement(parsed.tree, shopCatalog(), parse);
}

/** What a statement looks for, as `table: shape term` and, for joins, the other side. */
function told(sql: string): string[] {
  return read(sql).uses.flatMap(({ relation, predicates, sort, limited }) => [
    ...predicates.map(({ shape, term, partner, inOr }) =>
      [
        `${relation.name}: ${inOr ? 'or ' : ''}${shape} ${term.sql}`,
        ...(partner === null
          ? []
          : [
              partner.relation === null
                ? '= computed'
                : `= ${partner.relation.name}.${String(partner.term?.sql)}`,
            ]),
      ].join(' '),
    ),
    ...(sort.length === 0
      ? []
      : [
          `${relation.name}: ${limited ? 'first by' : 'by'} ${sort.map(({ term, descending }) => `${term.sql}${descending ? ' desc' : ''}`).join(', ')}`,
        ]),
  ]);
}

describe('what a statement looks for', () => {
  test.each<[sql: string, found: string[]]>([
    ['SELECT * FROM orders WHERE customer_id = 5', ['orders: equal customer_id']],
    ['SELECT * FROM orders WHERE 5 = customer_id', ['orders: equal customer_id']],
    [
      'SELECT * FROM shop.orders AS o WHERE o.customer_id = $1 AND o.id > $2',
      ['orders: equal customer_id', 'orders: range id'],
    ],
    ['SELECT * FROM orders WHERE id IN ($1 /*, ... */)', ['orders: equal id']],
    ['SELECT * FROM orders WHERE id IN (1, 2, 3)', ['orders: in id']],
    ['SELECT * FROM orders WHERE id = ANY ($1)', ['orders: in id']],
    ['SELECT * FROM orders WHERE id BETWEEN 1 AND 2', ['orders: range id', 'orders: range id']],
    [`SELECT * FROM orders WHERE note LIKE 'ab%'`, ['orders: prefix note']],
    [`SELECT * FROM orders WHERE note LIKE '%ab'`, ['orders: infix note']],
    [`SELECT * FROM orders WHERE note ILIKE 'ab%'`, ['orders: infix note']],
    ['SELECT * FROM orders WHERE note LIKE $1', ['orders: pattern note']],
    ['SELECT * FROM orders WHERE note NOT LIKE $1', []],
    [`SELECT * FROM orders WHERE note ~* 'a.*b'`, ['orders: infix note']],
    ['SELECT * FROM orders WHERE shipped_at IS NULL', ['orders: null shipped_at']],
    ['SELECT * FROM orders WHERE NOT shipped_at IS NULL', ['orders: not_null shipped_at']],
    [`SELECT * FROM orders WHERE lower(note) = 'x'`, ['orders: equal lower(note)']],
    ['SELECT * FROM orders WHERE random() = id', []],
    ['SELECT * FROM orders WHERE now() > placed_at', ['orders: range placed_at']],
    [`SELECT * FROM orders WHERE body @> '{}'`, ['orders: contains body']],
    [`SELECT * FROM orders WHERE body->>'k' = 'v'`, [`orders: equal (body ->> 'k')`]],
    ['SELECT * FROM orders WHERE tags && $1', ['orders: contains tags']],
    ['SELECT * FROM orders WHERE $1 <@ tags', ['orders: contains tags']],
    [
      `SELECT * FROM orders WHERE to_tsquery('x') @@ to_tsvector('english', note)`,
      [`orders: text_search to_tsvector('english'::regconfig, note)`],
    ],
    [`SELECT * FROM orders WHERE to_tsvector(note) @@ to_tsquery('x')`, []],
    [
      'SELECT * FROM orders WHERE id = 1 OR customer_id = 2',
      ['orders: or equal id', 'orders: or equal customer_id'],
    ],
    [
      'SELECT * FROM orders WHERE (id, customer_id) = (1, 2)',
      ['orders: equal id', 'orders: equal customer_id'],
    ],
    ['SELECT * FROM orders WHERE id <> 1', []],
    [
      'SELECT 1 FROM orders o JOIN items i ON i.order_id = o.id',
      ['orders: equal id = items.order_id', 'items: equal order_id = orders.id'],
    ],
    [
      'SELECT 1 FROM orders o, items i WHERE i.order_id = o.id AND i.qty = 2',
      ['orders: equal id = items.order_id', 'items: equal order_id = orders.id', 'items: equal qty'],
    ],
    [
      'SELECT 1 FROM orders JOIN items USING (id)',
      ['orders: equal id = items.id', 'items: equal id = orders.id'],
    ],
    [
      'SELECT 1 FROM orders o WHERE EXISTS (SELECT 1 FROM items i WHERE i.order_id = o.id)',
      ['orders: equal id = items.order_id', 'items: equal order_id = orders.id'],
    ],
    [
      'SELECT 1 FROM orders WHERE id IN (SELECT order_id FROM items WHERE qty = 1)',
      ['orders: equal id = items.order_id', 'items: equal qty', 'items: equal order_id = orders.id'],
    ],
    ['WITH r AS (SELECT * FROM orders) SELECT * FROM r WHERE customer_id = 1', ['orders: equal customer_id']],
    ['SELECT * FROM (SELECT id AS n, note FROM orders) AS s (a, b) WHERE a = 1', ['orders: equal id']],
    ['SELECT * FROM (SELECT id AS n FROM orders LIMIT 5) AS s WHERE n = 1', []],
    ['SELECT * FROM open_orders WHERE number = 7', ['orders: equal status', 'orders: equal id']],
    [
      'SELECT * FROM "Mixed ""Case"".x" WHERE "A b" = 1 AND "Größe" > 2',
      ['Mixed "Case".x: equal "A b"', 'Mixed "Case".x: range "Größe"'],
    ],
    ['SELECT * FROM orders ORDER BY placed_at DESC LIMIT 3', ['orders: first by placed_at desc']],
    ['SELECT id, placed_at AS p FROM orders ORDER BY p, 1', ['orders: by placed_at, id']],
    [
      'SELECT max(placed_at) FROM orders WHERE customer_id = 1',
      ['orders: equal customer_id', 'orders: first by placed_at desc'],
    ],
    ['UPDATE orders SET note = $1 WHERE customer_id = $2', ['orders: equal customer_id']],
    [
      'DELETE FROM items USING orders o WHERE o.id = order_id',
      ['items: equal order_id = orders.id', 'orders: equal id = items.order_id'],
    ],
    ['INSERT INTO items SELECT id, id, 1 FROM orders WHERE customer_id = 9', ['orders: equal customer_id']],
    [
      'SELECT 1 FROM orders WHERE customer_id = 1 UNION SELECT 2 FROM items WHERE qty = 2',
      ['orders: equal customer_id', 'items: equal qty'],
    ],
    [
      'WITH RECURSIVE t AS (SELECT id FROM orders WHERE id = 1 UNION SELECT o.id FROM orders o JOIN t ON o.customer_id = t.id) SELECT * FROM t',
      ['orders: equal id', 'orders: equal customer_id = computed'],
    ],
    ['SELECT * FROM orders JOIN unnest($1::int[]) AS wanted ON id = wanted', ['orders: equal id = computed']],
    [
      'SELECT * FROM orders o JOIN (VALUES (1), (2)) AS v (number) ON v.number = o.id',
      ['orders: equal id = computed'],
    ],
    [
      'SELECT * FROM orders o JOIN (SELECT order_id, max(qty) AS most FROM items GROUP BY order_id) AS i ON i.most = o.id',
      ['orders: equal id = computed'],
    ],
    [
      'WITH c AS (SELECT count(*) AS n FROM items) SELECT n FROM c WHERE EXISTS (SELECT FROM orders WHERE id = c.n)',
      ['orders: equal id'],
    ],
  ])('%s', (sql, found) => {
    expect(told(sql).sort()).toEqual([...found].sort());
  });

  test('tells what no index serves as it is written, and writes down what is filtered', () => {
    const unserved = (sql: string): string[] =>
      read(sql).uses.flatMap((use) =>
        use.unserved.map(({ columns, detail }) => `${columns.join()}: ${detail.slice(0, 12)}`),
      );
    expect(unserved('SELECT 1 FROM orders WHERE $1 = ANY (tags)')).toEqual(['tags: value = ANY ']);
    expect(unserved('SELECT 1 FROM orders WHERE id IS NOT DISTINCT FROM 1')).toEqual(['id: IS NOT DISTI']);
    expect(unserved('SELECT 1 FROM orders WHERE body ->> $1 = $2')).toEqual(['body: no index can']);
    expect(unserved('SELECT 1 FROM orders WHERE id > customer_id AND id <> 4 AND note NOT LIKE $1')).toEqual(
      [],
    );
    const [use] = read('SELECT 1 FROM orders WHERE id > customer_id AND id <> 4').uses;
    expect(use?.filters).toEqual(['(id > customer_id)', '(id <> 4)']);
  });

  test('names what is missing, and tells columns that are read', () => {
    expect(read('SELECT * FROM nowhere.x, orders').missing).toEqual(['nowhere.x']);
    expect(read('SELECT id FROM orders WHERE customer_id = 1').uses[0]?.needed).toEqual([
      'customer_id',
      'id',
    ]);
    expect(read('SELECT o FROM orders o').uses[0]?.needed).toBeNull();
    expect(read('SELECT count(*) FROM orders o').uses[0]?.needed).toEqual([]);
  });
});

describe('candidates', () => {
  const candidates = (sql: string, extensions = {}): string[] =>
    read(sql).uses.flatMap((use) => candidatesOf(use, shopCatalog(extensions)).map(definitionSql));

  test.each<[sql: string, wanted: string, extensions?: Record<string, string>]>([
    ['SELECT * FROM orders WHERE customer_id = 1 AND placed_at > $1', 'USING btree (customer_id, placed_at)'],
    [
      'SELECT * FROM orders WHERE customer_id = 1 ORDER BY placed_at DESC LIMIT 1',
      'USING btree (customer_id, placed_at)',
    ],
    ['SELECT * FROM orders ORDER BY placed_at, id DESC LIMIT 1', 'USING btree (placed_at, id DESC)'],
    [
      'SELECT * FROM orders ORDER BY placed_at DESC NULLS LAST LIMIT 1',
      'USING btree (placed_at NULLS FIRST)',
    ],
    [
      `SELECT * FROM orders WHERE status = 'new' ORDER BY placed_at`,
      `USING btree (placed_at) WHERE status = 'new'`,
    ],
    ['SELECT id FROM orders WHERE customer_id = 1', 'USING btree (customer_id) INCLUDE (id)'],
    [`SELECT * FROM orders WHERE lower(note) = 'x'`, 'USING btree (lower(note))'],
    [`SELECT * FROM orders WHERE note LIKE 'x%'`, 'USING btree (note text_pattern_ops)'],
    [
      `SELECT * FROM orders WHERE note LIKE '%xyz%'`,
      'USING gin (note public.gin_trgm_ops)',
      { pg_trgm: 'public' },
    ],
    [`SELECT * FROM orders WHERE body @> '{}'`, 'USING gin (body jsonb_path_ops)'],
    [`SELECT * FROM orders WHERE body ? 'k'`, 'USING gin (body)'],
    ['SELECT * FROM orders WHERE tags @> $1', 'USING gin (tags)'],
    [
      `SELECT * FROM orders WHERE to_tsvector('english', note) @@ $1::tsquery`,
      `USING gin (to_tsvector('english'::regconfig, note))`,
    ],
    ['SELECT * FROM orders WHERE shipped_at IS NULL', 'USING btree (shipped_at) WHERE shipped_at IS NULL'],
  ])('%s', (sql, wanted, extensions) => {
    expect(candidates(sql, extensions)).toContain(wanted);
  });

  test('none for what finds most rows, or a pattern without trigrams', () => {
    expect(candidates(`SELECT * FROM orders WHERE status = 'done'`)).toEqual([]);
    expect(candidates(`SELECT * FROM orders WHERE note LIKE '%xyz%'`)).toEqual([]);
    expect(candidates(`SELECT * FROM orders WHERE note LIKE '%xy%'`, { pg_trgm: 'public' })).toEqual([]);
  });
});

describe('any text', () => {
  /** A generator of its own, so that the texts are the same in every run. */
  function* numbers(seed: number): Generator<number> {
    for (let state = seed; ;) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      yield state / 2_147_483_648;
    }
  }

  const WORDS =
    'SELECT FROM WHERE orders items id "A b" = $1 ( ) , AND OR NOT IN LIKE IS NULL ORDER BY LIMIT 1 WITH AS JOIN ON USING . * :: text UNION GROUP lower \'%\' UPDATE SET DELETE INSERT INTO VALUES CASE WHEN END ; -- 🐘'.split(
      ' ',
    );

  test('is parsed or refused, and never breaks the parser', () => {
    const random = numbers(42);
    for (let round = 0; round < 3000; round++) {
      const length = 1 + Math.floor((random.next().value ?? 0) * 25);
      const text = Array.from(
        { length },
        () => WORDS[Math.floor((random.next().value ?? 0) * WORDS.length)],
      ).join(' ');
      const parsed = parse(text);
      if ('tree' in parsed) readStatement(parsed.tree, shopCatalog(), parse);
    }
    const deep = [
      `SELECT ${'('.repeat(50_000)}1`,
      `SELECT ${'1 + '.repeat(20_000)}1`,
      `SELECT ${'NOT '.repeat(9000)}true`,
      'a\0b',
      '',
      ' ',
      '"',
      "'",
      '/*',
    ];
    for (const text of deep) expect(parse(text)).toHaveProperty('refused');
    expect(parse('SELECT 1')).toHaveProperty('tree');
  });
});
