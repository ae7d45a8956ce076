import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alterSystemReset, alterSystemSet } from '../../src/core/setting/alterSystem.js';
import { isListQuoted, listKind, splitList } from '../../src/core/setting/lists.js';
import { isSettingName } from '../../src/core/setting/name.js';
import type { SettingSpec } from '../../src/core/setting/spec.js';
import { parseSetting, sameSetting } from '../../src/core/setting/value.js';
import { startServer, type TestServer } from '../support/servers.js';
import { settingSpecs } from '../support/settingSpecs.js';

/** Values that break a literal, a line of a file or both when they are quoted carelessly. */
const NASTY = [
  ...[
    '',
    ' ',
    ' x ',
    "it's",
    "''",
    "'",
    '\\',
    '\\\\',
    "\\'",
    "'\\",
    'C:\\dir\\',
    '\\n',
    '\\x41',
    '\\101',
    "E'x'",
  ],
  ...['$$', '$1', '#', 'a # b', '=', '"x"', '`', '%', '; DROP TABLE x; --', "'; ALTER SYSTEM RESET ALL; --"],
  ...['\t', '\r', '\u0001', '\u00e9', '\u{1f418}', '\u2028', 'x'.repeat(20_000), "\\'".repeat(3000)],
];

/** Names that PostgreSQL takes and then writes to a file that it cannot read; the last one on 12 only. */
const POISON = ['a.b.c', '"my$ext".x', 'ext."x$"'];

/** Lists and what the file holds of them after ALTER SYSTEM. */
const LISTS: readonly (readonly [string, string, string])[] = [
  ['search_path', '"$user", public', '"$user", public'],
  ['search_path', 'Foo,"Foo","a,b","a""b"', 'foo, "Foo", "a,b", "a""b"'],
  ['search_path', '""', '""'],
  ['search_path', "it's,\\", '"it\'s", "\\"'],
  ['temp_tablespaces', 'pg_default , PG_DEFAULT', 'pg_default, pg_default'],
  ['shared_preload_libraries', 'pg_stat_statements,auto_explain', 'pg_stat_statements, auto_explain'],
  ['Session_Preload_Libraries', '$libdir/Auto Explain , "x,y"', '"$libdir/Auto Explain", "x,y"'],
];

/** One literal that every list of words takes as two items; where 'a, b' is refused, words that it knows. */
const TWO_ITEMS: ReadonlyMap<string, string> = new Map([
  ['createrole_self_grant', 'set, inherit'],
  ['DateStyle', 'iso, mdy'],
  ['debug_io_direct', 'data, wal'],
  ['log_connections', 'receipt, authentication'],
  ['log_destination', 'stderr, csvlog'],
  ['plpgsql.extra_warnings', 'shadowed_variables, too_many_rows'],
  ['restrict_nonsystem_relation_kind', 'view, foreign-table'],
  ['wal_consistency_checking', 'heap, btree'],
]);

/** Values for settings that a session cannot change, and so only a reload shows. */
const RELOADED: readonly (readonly [string, readonly string[]])[] = [
  [
    'max_wal_size',
    ['1.5GB', '2TB', '1025MB', '100 MB', '1048577kB', '0x400', '1e3', '99999999B', '1kB', 'x', '5s'],
  ],
  ['log_rotation_age', ['90s', '1d', '150s', '210s', '1.5h', '61000ms', '0', '-1', '25000d', '1us', '1m']],
  [
    'checkpoint_timeout',
    ['1min', '0.5h', '90500ms', '29s', '2d', '1.00001d', '45', '61s', '1000000us', '1 min'],
  ],
  [
    'autovacuum_vacuum_cost_delay',
    ['1.5', '1500us', '0.0001s', '-1', '100.1', '1.23456789', '2e-3s', '-0.5', '0'],
  ],
  ['autovacuum_vacuum_scale_factor', ['0.90000001', '1e-2', '100', '100.1', '.5', '-0', '1%', '33.333333']],
  ['wal_writer_flush_after', ['100kB', '1MB', '1023kB', '8191B', '12289B', '20480B', '3', '-1', '4096B']],
  ['log_file_mode', ['0600', '384', '0x1ff', '0777', '0778', '1000', '0', '0640']],
  ['trace_recovery_messages', ['debug', 'INFO', 'log', 'fatal']],
  ['log_min_messages', ['debug', 'PANIC', 'info', 'trace']],
  ['client_min_messages', ['debug', 'info', 'ERROR', 'fatal']],
  ['wal_sync_method', ['FDATASYNC', 'fsync', 'none']],
  ['recovery_prefetch', ['yes', '0', 'TRY', 'maybe']],
  ['log_checkpoints', ['t', 'NO', '0', 'of', 'o', 'y', '']],
  ['log_timezone', ['utc', 'europe/paris', '3']],
  ['log_destination', ['STDERR , csvlog', 'stderr']],
];

/** Settings of a start: only whether the server takes the value shows. */
const AT_START: readonly (readonly [string, readonly string[]])[] = [
  ['wal_level', ['archive', 'hot_standby', 'LOGICAL', 'minimal', 'full', 'on']],
  ['archive_mode', ['true', '0', 'ALWAYS', 'sometimes']],
  ['huge_pages', ['yes', '1', 'try', 't', 'of']],
  ['shared_buffers', ['128kB', '127kB', '1GB', '131072', '8TB', '1.3MB', '16x']],
  ['wal_buffers', ['-1', '-2', '16MB', '2GB', '3GB']],
];

/** Those between which something changes: 13 and 14 quote different lists; 12 checks names least. */
const SERVERS = [12, 13, 14, 18] as const;

describe.each(SERVERS)('PostgreSQL %i', (major) => {
  let server: TestServer;
  let client: pg.Client;
  let specs: ReadonlyMap<string, SettingSpec>;

  beforeAll(async () => {
    server = await startServer({ major, name: `alter-system-${String(major)}` });
    client = await server.client();
    specs = new Map((await settingSpecs(server)).map((spec) => [spec.name.toLowerCase(), spec]));
  });
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  const fileText = async (name: string): Promise<unknown> => {
    const { rows } = await client.query<{ setting: string }>(
      `SELECT setting FROM pg_catalog.pg_file_settings
       WHERE lower(name) = lower($1) AND sourcefile LIKE '%postgresql.auto.conf' ORDER BY seqno DESC LIMIT 1`,
      [name],
    );
    return rows[0]?.setting;
  };
  const accepts = async (name: string, value: string): Promise<boolean> =>
    client.query(alterSystemSet(name, value, major)).then(
      () => true,
      (error: unknown) => {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(22023|42601)$/) as string });
        return false;
      },
    );
  const known = (names: readonly string[]): SettingSpec[] =>
    names.flatMap((name) => specs.get(name.toLowerCase()) ?? []);

  test.each(['on', 'off'])(
    'writes any value as it is, standard_conforming_strings %s',
    async (conforming) => {
      await client.query(`SET standard_conforming_strings = ${conforming}`);
      await client.query(`SET nasty.value = ''`);
      for (const value of NASTY) {
        await client.query(alterSystemSet('nasty.value', value, major));
        expect(await fileText('nasty.value')).toBe(value);
      }
      const text = fc.string({ unit: 'binary', maxLength: 30 }).map((value) => value.replace(/[\n\0]/g, ''));
      const property = fc.asyncProperty(text, async (value) => {
        await client.query(alterSystemSet('nasty.value', value, major));
        expect(await fileText('nasty.value')).toBe(value);
      });
      await fc.assert(property, { seed: 7, numRuns: 40 });
      await client.query('RESET standard_conforming_strings');
      await client.query(alterSystemReset('nasty.value'));
      expect(await fileText('nasty.value')).toBeUndefined();
    },
  );

  test('a line break is refused by the server, and by us before', async () => {
    await expect(client.query("ALTER SYSTEM SET log_line_prefix = E'a\\nb'")).rejects.toMatchObject({
      code: '22023',
    });
    expect(() => alterSystemSet('log_line_prefix', 'a\nb', major)).toThrow(
      expect.objectContaining({ code: 'parameter_value_invalid' }) as Error,
    );
  });

  test('names of key words and in capitals reach the server as they are', async () => {
    for (const name of ['user.table', 'MyExt.Default', '_x1.select', 'include.include_dir']) {
      await client.query(
        `SET ${name
          .split('.')
          .map((part) => `"${part}"`)
          .join('.')} = ''`,
      );
      await client.query(alterSystemSet(name, '1', major));
      expect(await fileText(name)).toBe('1');
      await client.query(alterSystemReset(name));
      expect(await fileText(name)).toBeUndefined();
    }
    await client.query(alterSystemSet('datestyle', 'iso, dmy', major));
    await expect(client.query(alterSystemReset('all'))).rejects.toMatchObject({ code: '42704' });
    expect(await fileText('datestyle')).toBe('iso, dmy');
  });

  test.each(POISON)('the name %s would break the file, and is refused', async (name) => {
    await client.query(`SET ${name} = '1'`);
    await client.query(`ALTER SYSTEM SET ${name} = '1'`);
    const { rows } = await client.query(
      'SELECT error FROM pg_catalog.pg_file_settings WHERE error IS NOT NULL',
    );
    expect(rows).toEqual([{ error: 'syntax error' }]);
    await client.query('ALTER SYSTEM RESET ALL');
    const plain = name.replaceAll('"', '');
    expect(isSettingName(plain)).toBe(false);
    expect(() => alterSystemSet(plain, '1', major)).toThrow(
      expect.objectContaining({ code: 'parameter_unknown' }) as Error,
    );
  });

  test('knows which lists the server quotes item by item', async () => {
    const strings = [...specs.values()].filter(({ vartype }) => vartype === 'string');
    const quoted: string[] = [];
    for (const { name } of strings) {
      const value = TWO_ITEMS.get(name) ?? 'safe, warn';
      await client.query(`ALTER SYSTEM SET ${name} = '${value}'`).catch(() => undefined);
      const text = await fileText(name);
      if (TWO_ITEMS.has(name)) expect([name, text]).toEqual([name, value]);
      if (text === `"${value}"`) quoted.push(name);
      if (text !== undefined) await client.query(alterSystemReset(name));
    }
    expect(quoted.length).toBeGreaterThanOrEqual(5);
    expect(strings.map(({ name }) => name).filter((name) => isListQuoted(name, major))).toEqual(quoted);
  });

  test.each(LISTS)('%s = %s is written item by item', async (name, value, text) => {
    await client.query(alterSystemSet(name, value, major));
    expect(await fileText(name)).toBe(text);
    expect(splitList(text, listKind(name))).toEqual(splitList(value, listKind(name)));
    expect(alterSystemSet(name, text, major)).toBe(alterSystemSet(name, value, major));
    await client.query(alterSystemReset(name));
  });

  test('values that only a reload shows are what the server then has', async () => {
    await client.query('ALTER SYSTEM RESET ALL');
    const names = known(RELOADED.map(([name]) => name));
    const longest = Math.max(...RELOADED.map(([, values]) => values.length));
    for (let wave = 0; wave < longest; wave++) {
      const written: { name: string; setting: string }[] = [];
      for (const spec of names) {
        const text = RELOADED.find(([name]) => name === spec.name)?.[1][wave];
        if (text === undefined) continue;
        const parsed = parseSetting(spec, text);
        expect({ name: spec.name, text, ok: parsed.ok }).toEqual({
          name: spec.name,
          text,
          ok: await accepts(spec.name, text),
        });
        if (parsed.ok) written.push({ name: spec.name, setting: parsed.setting });
      }
      await client.query('SELECT pg_catalog.pg_reload_conf()');
      await expectSettings(written);
    }
  });

  test('values for the next start are accepted where the server accepts them', async () => {
    for (const [name, texts] of AT_START) {
      const [spec] = known([name]);
      if (spec === undefined) throw new Error(`no ${name}`);
      for (const text of texts) {
        const ok = await accepts(name, text);
        expect({ name, text, ok: parseSetting(spec, text).ok }).toEqual({ name, text, ok });
      }
      await client.query(alterSystemReset(name));
    }
  });

  test('starts with the libraries of a list', async () => {
    await client.query('ALTER SYSTEM RESET ALL');
    await client.query(alterSystemSet('shared_preload_libraries', 'auto_explain, pg_stat_statements', major));
    await client.query(alterSystemSet('huge_pages', 'no', major));
    await client.query(alterSystemSet('archive_mode', 'yes', major));
    await client.query(alterSystemSet('wal_level', 'hot_standby', major));
    await client.end();
    await server.restart();
    client = await server.client();
    await expectSettings([
      { name: 'shared_preload_libraries', setting: 'auto_explain, pg_stat_statements' },
      { name: 'archive_mode', setting: 'on' },
      { name: 'huge_pages', setting: 'off' },
      { name: 'wal_level', setting: 'replica' },
    ]);
  });

  /** Waits until the session has seen the reload, and fails with the differences when that never comes. */
  const expectSettings = async (wanted: readonly { name: string; setting: string }[]): Promise<void> => {
    await expect
      .poll(
        async () => {
          const { rows } = await client.query<{ name: string; setting: string }>(
            'SELECT name, setting FROM pg_catalog.pg_settings WHERE name = ANY ($1)',
            [wanted.map(({ name }) => name)],
          );
          return wanted.filter(({ name, setting }) => {
            const row = rows.find((one) => one.name === name);
            const spec = specs.get(name.toLowerCase());
            if (row === undefined || spec === undefined) return true;
            return spec.vartype === 'string'
              ? !sameSetting(spec, row.setting, setting)
              : row.setting !== setting;
          });
        },
        { timeout: 10_000, interval: 20 },
      )
      .toEqual([]);
  };
});
