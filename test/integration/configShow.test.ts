import { describe, expect, test } from 'vitest';
import { MAJORS, sharedServer } from '../support/cluster.js';
import { runCli } from '../support/runCli.js';
import { configShow } from './shownConfiguration.js';

/** What pgdba’s own connection asks for, and a test’s. */
const OF_THE_CONNECTION = new Set(['application_name', 'client_encoding']);

describe.each(MAJORS)('config show on PostgreSQL %i', (major) => {
  const server = sharedServer(major);

  test('tells every setting as any other new session sees it', async () => {
    const client = await server.client({ user: 'postgres' });
    const { rows } = await client.query<Record<string, unknown>>('SELECT * FROM pg_settings ORDER BY name');
    await client.end();
    const { data, of } = await configShow(server.dsn());
    expect([data.total, data.settings.length, data.complete]).toEqual([rows.length, rows.length, true]);
    for (const row of rows.filter(({ name }) => !OF_THE_CONNECTION.has(String(name)))) {
      const { setting: value, short_desc: _short, extra_desc: _extra, ...same } = row;
      expect(of(String(row['name']))).toMatchObject({ value, ...same });
    }
    expect(of('application_name')).toMatchObject({ value: '', source: 'default' });
  });

  test('shows values as SHOW does', async () => {
    const { data } = await configShow(server.dsn());
    const client = await server.client({ user: 'postgres' });
    const shown = await client.query<{ name: string; setting: string }>('SHOW ALL');
    await client.end();
    const displays = new Map(data.settings.map(({ name, display }) => [name, display]));
    for (const { name, setting } of shown.rows.filter((row) => !OF_THE_CONNECTION.has(row.name))) {
      expect(`${name} ${displays.get(name) ?? ''}`).toBe(`${name} ${setting}`);
    }
  });

  test('tells a role what it cannot see', async () => {
    for (const [user, complete] of [
      ['bare', false],
      ['monitor', true],
    ] as const) {
      const shown = await configShow(server.dsn({ user }));
      const [seen] = await server.query('SELECT count(*)::int AS n FROM pg_settings', { user });
      expect([shown.data.total, shown.data.complete, shown.data.files]).toEqual([
        seen?.['n'],
        complete,
        null,
      ]);
      expect(shown.warnings).toEqual(
        expect.arrayContaining([...(complete ? [] : ['settings_hidden']), 'files_hidden']),
      );
      expect(shown.of('work_mem')).toMatchObject({ pending: null, file_value: null });
    }
  });

  test('reads in two round trips', async () => {
    const { envelope } = await configShow(server.dsn());
    expect(envelope.meta.cost.round_trips).toBeLessThanOrEqual(3);
  });
});

describe('config show', () => {
  const server = sharedServer(17);

  // A role that may not see the files has nothing but the session to go by.
  test.each(['postgres', 'bare'])(
    'does not take the session options of %s for the server’s',
    async (user) => {
      const env = {
        PGOPTIONS: '-c work_mem=99MB -c statement_timeout=1234',
        PGGEQO: 'off',
        PGTZ: 'Asia/Tokyo',
      };
      const { of, warnings } = await configShow(server.dsn({ user }), [], { env });
      expect(of('work_mem')).toMatchObject({ display: '4MB', source: 'default' });
      expect(of('statement_timeout')).toMatchObject({ value: '0', source: 'default' });
      expect(of('geqo')).toMatchObject({ value: 'on', source: 'default' });
      expect(of('TimeZone').value).not.toBe('Asia/Tokyo');
      expect(warnings).toContain('session_options_ignored');
    },
  );

  test('still acts as the role that the options name', async () => {
    const shown = await configShow(server.dsn(), [], { env: { PGOPTIONS: '-c role=bare' } });
    expect(shown.data.complete).toBe(false);
    expect(shown.warnings).not.toContain('session_options_ignored');
  });

  test('takes a pattern, a category and a source', async () => {
    expect((await configShow(server.dsn(), ['*WORK_mem'])).names).toEqual([
      ...['autovacuum_work_mem', 'logical_decoding_work_mem', 'maintenance_work_mem', 'work_mem'],
    ]);
    const vacuum = await configShow(server.dsn(), [
      '--category',
      'autovacuum',
      '--source',
      'configuration file',
    ]);
    expect(vacuum.names).toEqual(['autovacuum_naptime']);
    expect((await configShow(server.dsn(), ['zz*'])).names).toEqual([]);
  });

  test('shows with --changed what \\dconfig of psql does', async () => {
    const changed = await server.query(
      'SELECT name FROM pg_settings WHERE source <> \'default\' AND setting IS DISTINCT FROM boot_val ORDER BY name COLLATE "C"',
    );
    const names = changed.map(({ name }) => String(name)).filter((name) => !OF_THE_CONNECTION.has(name));
    expect((await configShow(server.dsn(), ['--changed'])).names).toEqual(names);
  });

  test('warns of what nobody should run with', async () => {
    expect((await configShow(server.dsn(), ['work_mem'])).warnings).toContain('dangerous_setting fsync');
  });

  test.each([
    ['work_mm', /shows no parameter "work_mm"/, 'Parameters of an extension'],
    ['buffers', /shows no parameter "buffers"/, 'shared_buffers'],
  ])('a name that nobody has (%s) is a mistake', async (name, message, hint) => {
    const { exitCode, envelope } = await runCli(['config', 'show', name, '--dsn', server.dsn()]);
    expect([exitCode, envelope.error?.code]).toEqual([2, 'parameter_unknown']);
    expect(envelope.error?.message).toMatch(message);
    expect(envelope.error?.hint).toContain(hint);
  });

  test('a name that may be hidden from the role is told as that', async () => {
    const dsn = server.dsn({ user: 'bare' });
    const { exitCode, envelope } = await runCli(['config', 'show', 'data_directory', '--dsn', dsn]);
    expect([exitCode, envelope.error?.code]).toEqual([2, 'parameter_unknown']);
    expect(envelope.error?.hint).toContain('hidden from this role');
  });

  test('a source that PostgreSQL does not have is a mistake', async () => {
    const { exitCode } = await runCli(['config', 'show', '--source', 'heaven', '--dsn', server.dsn()]);
    expect(exitCode).toBe(2);
  });
});
