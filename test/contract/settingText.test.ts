import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type pg from 'pg';
import { quoteIdentifier } from '../../src/core/identifier.js';
import { splitList } from '../../src/core/setting/lists.js';
import type { SettingSpec } from '../../src/core/setting/spec.js';
import { sameSetting } from '../../src/core/setting/value.js';
import { MAJORS, sharedServer } from '../support/cluster.js';

/** Texts of string settings, the accepted ones among them shown in the server's own spelling. */
const OFFERED: readonly (readonly [string, readonly string[]])[] = [
  [
    'DateStyle',
    [
      ...[
        'iso',
        'ISO,DMY',
        'dmy',
        ' European , sql',
        'postgresql',
        'us',
        'german',
        'german, ymd',
        'ymd,german',
      ],
      ...[
        '"ISO", MDY',
        'iso,iso',
        'dmy,dmy',
        'iso, sql',
        'dmy,ymd',
        'usa',
        'iso,',
        'isox',
        'noneuropean,sql',
      ],
    ],
  ],
  [
    'TimeZone',
    [
      ...['utc', 'europe/berlin', 'EST5EDT', 'foo5bar', 'zulu', '<+03>-03', '3', '+02', '-5.5', '5.75', '0'],
      ...['0x3', '1e1', '-0.001', '12.3456', 'nowhere/land'],
    ],
  ],
  ['client_encoding', ['utf-8', 'UTF8', 'unicode', 'sql_ascii', 'SQL-ASCII', 'latin1', 'koi8r', 'klingon']],
  ['default_text_search_config', ['english', 'pg_catalog.English', 'SIMPLE', 'pg_catalog.simple']],
];

/** Pairs that no server tells apart, or does; the first of each pair is the form that the server keeps. */
const PAIRS: readonly (readonly [string, string, string, boolean])[] = [
  ['search_path', 'public,pg_catalog', ' "public" , PG_CATALOG', true],
  ['search_path', 'public,pg_catalog', 'pg_catalog, public', false],
  ['search_path', 'public', '"Public"', false],
  ['search_path', '', 'public', false],
  ['search_path', 'public', 'public, information_schema', false],
];

/** Lists of key words: that the server takes them in capitals and with spaces shows that it does not mind either. */
const KEY_WORD_LISTS: readonly (readonly [string, number, string, string])[] = [
  ['wal_consistency_checking', 12, 'heap,btree', ' HEAP , "BTree"'],
  ['restrict_nonsystem_relation_kind', 12, 'view,foreign-table', 'VIEW , Foreign-Table'],
  ['createrole_self_grant', 16, 'set,inherit', 'SET , inherit'],
];

const LISTS = [
  ...[
    '',
    ' ',
    'public',
    '"$user", public',
    'a,b',
    ' a , B ',
    '"a,b", c',
    '"a""b"',
    '""',
    'a b',
    'a,',
    ',a',
    'a,,b',
  ],
  ...['"a', '"a" b', 'a"b', 'a""', '"Foo",Foo', '\ta\n,\u00a0b', 'Ä', '"" , ""', "it's"],
];

function textSpec(name: string): SettingSpec {
  return { name, vartype: 'string', unit: null, min_val: null, max_val: null, enumvals: null };
}

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  let client: pg.Client;

  beforeAll(async () => {
    client = await server.client();
  });
  afterAll(async () => {
    await client.end();
  });

  /** What SHOW says after the value was set in a transaction that never was; null when the server refuses it. */
  const shownAfter = async (name: string, text: string, question?: string): Promise<string | null> => {
    await client.query('BEGIN');
    try {
      await client.query('SELECT set_config($1, $2, true)', [name, text]);
      const { rows } = await client.query<{ answer: string }>(
        question ?? `SELECT current_setting('${name}') AS answer`,
      );
      return rows[0]?.answer ?? null;
    } catch (error) {
      expect(String(error)).toMatch(/invalid value|invalid list|conversion between|does not exist/);
      return null;
    } finally {
      await client.query('ROLLBACK');
    }
  };

  test.each(OFFERED)('%s: a text is the same as what the server shows for it', async (name, texts) => {
    const shown = new Map<string, string>();
    for (const text of texts) {
      const answer = await shownAfter(name, text);
      if (answer !== null) shown.set(text, answer);
    }
    expect(shown.size).toBeGreaterThanOrEqual(4);
    const forms = [...new Set(shown.values())];
    for (const [text, own] of shown) {
      expect(sameSetting(textSpec(name), text, own), `${text} is ${own}`).toBe(true);
      for (const other of forms) {
        // A date style that leaves a part out is the same as every one that it would not change.
        const isPartial = name === 'DateStyle' && new Set(text.split(',')).size === 1 && text !== 'german';
        if (other === own || isPartial) continue;
        expect(sameSetting(textSpec(name), text, other), `${text} is not ${other}`).toBe(false);
      }
    }
  });

  test.each(PAIRS)('%s: %s and %s', async (name, a, b, same) => {
    const question = 'SELECT pg_catalog.current_schemas(false)::text AS answer';
    expect((await shownAfter(name, a, question)) === (await shownAfter(name, b, question))).toBe(same);
    expect(sameSetting(textSpec(name), a, b)).toBe(same);
  });

  test.each(KEY_WORD_LISTS.filter(([, since]) => since <= major))(
    '%s reads its key words without regard to case and space',
    async (name, _, a, b) => {
      expect(await shownAfter(name, a)).toBe(a);
      expect(await shownAfter(name, b)).toBe(b);
      expect(sameSetting(textSpec(name), a, b)).toBe(true);
    },
  );

  test('splits a list of names where the server splits it', async () => {
    for (const text of LISTS) {
      const items = splitList(text, 'identifiers');
      const accepted = (await shownAfter('search_path', text)) !== null;
      expect({ text, accepted: items !== null }).toEqual({ text, accepted });
      if (items === null) continue;
      // The schemas of the path are those with the items' names, letter by letter.
      await client.query('BEGIN');
      try {
        for (const item of new Set(
          items.filter((one) => one !== '' && one !== '$user' && one !== 'public'),
        )) {
          await client.query(`CREATE SCHEMA "${item.replaceAll('"', '""')}"`);
        }
        await client.query('SELECT set_config($1, $2, true)', ['search_path', text]);
        const { rows } = await client.query('SELECT pg_catalog.current_schemas(false)::text[] AS path');
        const path = items.filter((one) => one !== '' && one !== '$user');
        expect({ text, rows }).toEqual({ text, rows: [{ path: [...new Set(path)] }] });
      } finally {
        await client.query('ROLLBACK');
      }
    }
  });

  test('quotes every word that the server does not take as a plain name', async () => {
    const { rows } = await client.query<{ word: string; quoted: string }>(
      'SELECT word, pg_catalog.quote_ident(word) AS quoted FROM pg_catalog.pg_get_keywords() ORDER BY word',
    );
    expect(rows.length).toBeGreaterThan(400);
    const needed = rows.filter(({ word, quoted }) => word !== quoted).map(({ word }) => word);
    expect(needed.filter((word) => quoteIdentifier(word) === word)).toEqual([]);
    const plain = rows.map(({ word }) => word).filter((word) => quoteIdentifier(word) === word);
    expect(plain.length).toBeGreaterThan(200);
  });
});
