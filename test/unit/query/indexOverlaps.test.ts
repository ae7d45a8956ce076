import { expect, test } from 'vitest';
import { findOverlaps } from '../../../src/query/indexHealth/overlaps.js';
import type { Suspect } from '../../../src/query/indexHealth/suspect.js';

let lastOid = 100;

/** A valid btree index of key columns `key` of one table, with nothing that hangs on it. */
function index(name: string, key: string, more: Partial<Suspect> = {}): Suspect {
  const columns = key.split(' ').length;
  const each = (value: string): string => Array.from({ length: columns }, () => value).join(' ');
  return {
    oid: lastOid++,
    relid: 1,
    schema: 's',
    table: 't',
    name,
    method: 'btree',
    is_partitioned: false,
    is_partition: false,
    key,
    key_columns: columns,
    classes: each('1978'),
    collations: each('0'),
    options: each('0'),
    expressions: null,
    predicate: null,
    class_options: null,
    storage_options: null,
    is_unique: false,
    is_primary: false,
    is_exclusion: false,
    is_immediate: true,
    is_valid: true,
    is_replica_identity: false,
    is_clustered: false,
    constraints: null,
    referenced_by: null,
    foreign_keys: null,
    parts: 0,
    parent: null,
    is_changing: false,
    is_locked: false,
    relpages: 10,
    table_pages: 10,
    table_rows: 10,
    scans: 0,
    last_scan: null,
    nulls_not_distinct: false,
    inserts: 0,
    updates: 0,
    deletes: 0,
    live_rows: 10,
    analyses: 1,
    is_of_partitioned: false,
    has_expression_statistics: null,
    has_table_statistics: null,
    is_readable: true,
    stats_reset: null,
    now: '2026-01-01T00:00:00Z',
    ...more,
  };
}

function found(...indexes: Suspect[]): string[] {
  return findOverlaps(indexes, ({ relpages }) => relpages).map(
    ({ issue, drop, keep }) => `${issue} ${drop.name} < ${keep.name}`,
  );
}

const constraint = { is_unique: true, constraints: ['c'] };
const expression = (text: string): Partial<Suspect> => ({
  expressions: `({FUNCEXPR :args ({VAR ${text}})})`,
});

test.each<[string, Suspect[], string[]]>([
  ['column 1 is no beginning of column 12', [index('a', '1'), index('b', '12 3')], []],
  ['a beginning', [index('a', '1'), index('b', '1 2')], ['redundant a < b']],
  ['not the same order', [index('a', '2'), index('b', '1 2')], []],
  ['another direction', [index('a', '1'), index('b', '1 2', { options: '3 0' })], []],
  ['another collation', [index('a', '1'), index('b', '1 2', { collations: '950 0' })], []],
  ['another operator class', [index('a', '1'), index('b', '1 2', { classes: '4217 1978' })], []],
  ['another predicate', [index('a', '1', { predicate: '{x}' }), index('b', '1 2')], []],
  ['another access method', [index('a', '1', { method: 'hash' }), index('b', '1')], []],
  ['another table', [index('a', '1'), index('b', '1', { relid: 2 })], []],
  [
    'options that queries see',
    [index('a', '1', { storage_options: 'pages_per_range=4' }), index('b', '1')],
    [],
  ],
  [
    'INCLUDE is no key',
    [
      index('a', '1 2'),
      index('b', '1 2', { key_columns: 1, classes: '1978', collations: '0', options: '0' }),
    ],
    ['redundant b < a'],
  ],
  ['a unique one is never redundant', [index('a', '1', { is_unique: true }), index('b', '1 2')], []],
  [
    'a deferrable one enforces less',
    [index('a', '1', { is_unique: true }), index('b', '1', { ...constraint, is_immediate: false })],
    [],
  ],
  [
    'NULLS NOT DISTINCT is another constraint',
    [index('a', '1', { is_unique: true }), index('b', '1', { ...constraint, nulls_not_distinct: true })],
    [],
  ],
  ['the smaller twin stays', [index('a', '1', { relpages: 20 }), index('b', '1')], ['duplicate a < b']],
  [
    'the constraint stays though it is larger',
    [index('a', '1'), index('b', '1', { ...constraint, relpages: 20 })],
    ['duplicate a < b'],
  ],
  [
    'the replica identity stays',
    [
      index('a', '1', { is_unique: true }),
      index('b', '1', { is_unique: true, is_replica_identity: true, relpages: 20 }),
    ],
    ['duplicate a < b'],
  ],
  ['an invalid one is nobody’s twin', [index('a', '1'), index('b', '1', { is_valid: false })], []],
  ['one being built is nobody’s twin', [index('a', '1'), index('b', '1', { is_changing: true })], []],
  [
    'the same expression first',
    [index('a', '0', expression('1')), index('b', '0 2', expression('1'))],
    ['redundant a < b'],
  ],
  ['another expression', [index('a', '0', expression('1')), index('b', '0 2', expression('2'))], []],
])('%s', (_what, indexes, expected) => {
  expect(found(...indexes)).toEqual(expected);
});

test('of three alike one stays, and what stands in for all is named', () => {
  const three = [index('a', '1'), index('b', '1'), index('c', '1 2')];
  expect(found(...three).sort()).toEqual(['duplicate b < a', 'redundant a < c']);
});
