import { expect, test } from 'vitest';
import type { Baseline } from '../../../src/baseline/document.js';
import { pseudonymsWith } from '../../../src/baseline/pseudonyms.js';
import { redactNames } from '../../../src/baseline/redactNames.js';
import { redactQuery } from '../../../src/baseline/redactQuery.js';
import { documentOf } from './documents.js';

const pseudonym = pseudonymsWith(Buffer.alloc(32, 1));
const ID = '01900000-0000-7000-8000-000000000001';

/** A baseline that holds these rows of views and lists of analyses. */
function redactedRows(views: Record<string, unknown>, analysis: unknown = {}): Record<string, unknown> {
  const [tables] = Object.values(documentOf(ID).sections);
  const samples = Object.fromEntries(
    Object.entries(views).map(([id, row]) => [id, { sampled_at: null, stats_reset: null, rows: [row] }]),
  );
  const baseline = documentOf(ID, {
    sections: { tables: { ...tables, sample1: samples } } as Baseline['sections'],
    analyses: { check: { status: 'ok', message: null, data: { findings: [analysis] } } },
  });
  const { sections, analyses } = redactNames(baseline, pseudonym);
  const rows = Object.entries(sections.tables?.sample1 ?? {}).map(
    ([id, sample]) => [id, sample.rows[0]] as const,
  );
  return { ...Object.fromEntries(rows), finding: (analyses.check?.data?.['findings'] as unknown[])[0] };
}

test('a name has one pseudonym, alone, quoted and qualified; another key gives another', () => {
  const { pg_stat_user_tables: table, finding } = redactedRows(
    { pg_stat_user_tables: { schemaname: 'shop', relname: 'Odd "name"', size_bytes: 1 } },
    {
      id: 'dead_rows_overdue:table:shop."Odd ""name"""',
      rule: 'dead_rows_overdue',
      title: 'shop."Odd ""name""" is full of dead rows',
      object: { type: 'table', name: 'shop."Odd ""name"""' },
      evidence: { n_dead_tup: 5, last_vacuum: '2026-03-01T00:00:00.123456Z' },
    },
  );
  const [schema, name] = [pseudonym('shop'), pseudonym('Odd "name"')];
  expect(schema).toMatch(/^n_[0-9a-f]{12}$/);
  expect(table).toEqual({ schemaname: schema, relname: name, size_bytes: 1 });
  expect(finding).toEqual({
    id: `dead_rows_overdue:table:${schema}.${name}`,
    rule: 'dead_rows_overdue',
    title: '(redacted)',
    object: { type: 'table', name: `${schema}.${name}` },
    evidence: { n_dead_tup: 5, last_vacuum: '2026-03-01T00:00:00.123456Z' },
  });
  expect(pseudonymsWith(Buffer.alloc(32, 2))('shop')).not.toBe(schema);
});

test('settings keep their names, and values that are no texts', () => {
  const of = (name: string, vartype: string, setting: string): unknown =>
    redactedRows({ pg_settings: { name, vartype, setting, unit: 'kB', sourcefile: '/etc/secret.conf' } })[
      'pg_settings'
    ];
  const rest = { unit: 'kB', sourcefile: pseudonym('/etc/secret') + '.' + pseudonym('conf') };
  expect(of('work_mem', 'integer', '4096')).toEqual({
    name: 'work_mem',
    vartype: 'integer',
    setting: '4096',
    ...rest,
  });
  expect(of('wal_level', 'enum', 'logical')).toMatchObject({ setting: 'logical' });
  expect(of('archive_command', 'string', 'cp to-host')).toMatchObject({
    name: 'archive_command',
    setting: pseudonym('cp to-host'),
  });
  expect(of('archive_command', 'string', '')).toMatchObject({ setting: '' });
  expect(of('shared_preload_libraries', 'string', 'pg_stat_statements')).toMatchObject({
    setting: 'pg_stat_statements',
  });
  expect(of('acme.mode', 'string', 'fast')).toMatchObject({
    name: `${pseudonym('acme')}.${pseudonym('mode')}`,
  });
});

test('addresses, applications and what nobody has looked at go; numbers, positions and words of PostgreSQL stay', () => {
  const { pg_stat_activity: row } = redactedRows({
    pg_stat_activity: {
      client_addr: '10.1.2.3',
      application_name: 'acme-billing',
      a_new_column: 'somebody',
      state: 'idle in transaction',
      backend_start: '2026-03-01T00:00:00Z',
      sent_lsn: '16/B374D848',
      queryid: '-8123456789012345678',
      reloptions: ['fillfactor=80', 'user_catalog_table=maybe'],
      query: 'SELECT 1',
      waited: true,
      nothing: null,
    },
  });
  expect(row).toEqual({
    client_addr: expect.stringMatching(/^n_/) as string,
    application_name: pseudonym('acme-billing'),
    a_new_column: pseudonym('somebody'),
    state: 'idle in transaction',
    backend_start: '2026-03-01T00:00:00Z',
    sent_lsn: '16/B374D848',
    queryid: '-8123456789012345678',
    reloptions: ['fillfactor=80', pseudonym('user_catalog_table=maybe')],
    query: 'SELECT 0',
    waited: true,
    nothing: null,
  });
});

test('what tells the cluster and its events stays', () => {
  const before = documentOf(ID);
  const after = redactNames(before, pseudonym);
  expect(after).toMatchObject({ redacted: true, id: ID, moment: before.moment });
  expect(after.cluster).toEqual({
    ...before.cluster,
    database: pseudonym('app'),
    identity: { config_host: pseudonym('db1'), config_port: 5432 },
  });
});

test.each([
  ['SELECT a."B c" FROM shop.orders AS o WHERE o.id = $1', ['a', 'B c', 'shop', 'orders', 'o', 'id']],
  ["/* for acme */ UPDATE Orders SET note = 'acme' -- acme", ['orders', 'note']],
  ['SELECT count(*), acme_total(x) FROM pg_class', ['acme_total', 'x']],
  ['SELECT "cut off', ['cut off']],
])('of %s the names are gone', (sql, names) => {
  const shown = redactQuery(sql, pseudonym);
  for (const name of names) expect(shown).toContain(pseudonym(name));
  const words = shown.replace(/n_[0-9a-f]{12}/g, '').match(/\w+/g) ?? [];
  expect(
    words.map((word) => word.toLowerCase()).filter((word) => names.includes(word) || word === 'acme'),
  ).toEqual([]);
});
