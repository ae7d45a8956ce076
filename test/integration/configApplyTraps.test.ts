import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  apply,
  autoConfOf,
  changesetOf,
  interfere,
  outcomesOf,
  rollback,
  setLines,
  sharedHome,
  shown,
} from '../support/changes.js';
import type { Major } from '../support/majors.js';
import { startServer, type TestServer } from '../support/servers.js';

/** "Applied" that is not: what a server says is done and is not, or the other way round. */
describe.concurrent.each([12, 18] as const)('PostgreSQL %i', (major) => {
  // The majors at the same time, what is done to one server in its order.
  describe('in turn', { concurrent: false }, () => {
    trapsOf(major);
  });
});

function trapsOf(major: Major): void {
  let server: TestServer;
  let home: Awaited<ReturnType<typeof sharedHome>>;
  /** postgresql.conf as it was. */
  let conf: string;
  beforeAll(async () => {
    server = await startServer({ major });
    home = await sharedHome();
    conf = await readFile(confFile(), 'utf8');
  });
  afterEach(async () => {
    await writeFile(confFile(), conf);
    await server.query('ALTER SYSTEM RESET ALL');
    await server.query('SELECT pg_reload_conf()');
  });
  afterAll(async () => {
    await server.stop();
    await home.remove();
  });

  const confFile = (): string => join(server.dataDirectory, 'postgresql.conf');
  const pendingFlag = async (name: string): Promise<unknown> =>
    (await server.query('SELECT pending_restart FROM pg_settings WHERE name = $1', { params: [name] }))[0]?.[
      'pending_restart'
    ];

  test('a syntax error that comes between plan and reload: nothing is applied, and nothing is left', async () => {
    const changed = await interfere(server, { work_mem: '64MB', random_page_cost: '1.5' }, () =>
      appendFile(confFile(), "\nwork_mem = 'no end\n"),
    );
    expect([changed.result.exitCode, changed.envelope.error?.code]).toEqual([6, 'apply_failed']);
    expect(changed.envelope.error?.message).toMatch(/postgresql\.conf line \d+: .*every step was taken back/);
    expect(outcomesOf(changed)).toEqual({ work_mem: 'reverted', random_page_cost: 'reverted' });
    await writeFile(confFile(), conf);
    expect(await autoConfOf(server)).toEqual({});
  });

  test('an unknown name that comes between, too', async () => {
    const changed = await interfere(server, { work_mem: '64MB', random_page_cost: '1.5' }, () =>
      appendFile(confFile(), '\nwork_memory = 4MB\n'),
    );
    expect([changed.result.exitCode, changed.envelope.error?.code]).toEqual([6, 'apply_failed']);
    expect(changed.envelope.error?.message).toContain('work_memory');
    expect(await autoConfOf(server)).toEqual({});
    expect(await shown(server, 'work_mem')).toBe('4MB');
  });

  test('a bad value elsewhere that was there before is told, and not held against the change', async () => {
    await appendFile(confFile(), '\ncheckpoint_timeout = banana\n');
    const changed = await apply(server.dsn(), { work_mem: '64MB' }, [], home);
    expect(changed.envelope.error).toBeNull();
    expect(changed.envelope.warnings).toContainEqual(
      expect.objectContaining({ code: 'configuration_error' }),
    );
    expect(await shown(server, 'work_mem')).toBe('64MB');
  });

  test('a parameter that sessions take at their beginning is in force in new ones', async () => {
    const old = await server.client();
    const changed = await apply(server.dsn(), { log_disconnections: 'on' }, [], home);
    expect(changed.envelope.error).toBeNull();
    expect(changed.envelope.warnings).toEqual([]);
    expect(await shown(server, 'log_disconnections')).toBe('on');
    expect((await old.query('SHOW log_disconnections')).rows).toEqual([{ log_disconnections: 'off' }]);
    await old.end();
  });

  test('options of the caller’s own session do not hide what the server has', async () => {
    const env = { PGOPTIONS: '-c work_mem=1MB' };
    const changed = await apply(server.dsn(), { work_mem: '64MB' }, [], { ...home, env });
    expect(changed.envelope.error).toBeNull();
    expect(changesetOf(changed).parameters[0]).toMatchObject({ old_value: '4MB', outcome: 'applied' });
    expect(changed.envelope.warnings).toContainEqual(
      expect.objectContaining({ code: 'session_options_ignored' }),
    );
  });

  test('sessions of a role or a database with values of their own are told', async () => {
    await server.query("ALTER ROLE postgres SET work_mem = '2MB'");
    await server.query("ALTER DATABASE postgres SET random_page_cost = '3'");
    const changed = await apply(server.dsn(), { work_mem: '64MB', random_page_cost: '1.5' }, [], home);
    expect(changed.envelope.error).toBeNull();
    const told = changed.envelope.warnings.filter(({ code }) => code === 'masked_for');
    expect(told.map(({ subject }) => subject)).toEqual(['work_mem', 'random_page_cost']);
    expect(changesetOf(changed).parameters.map(({ masked_by }) => masked_by[0]?.level)).toEqual([
      'role',
      'database',
    ]);
    expect(await shown(server, 'work_mem')).toBe('2MB');
    // Rolled back by a plan that could not warn: the values above still hide the old ones.
    const back = await rollback(server.dsn(), changesetOf(changed).id, [], home);
    expect(back.envelope.error).toBeNull();
    await server.query('ALTER ROLE postgres RESET work_mem');
    await server.query('ALTER DATABASE postgres RESET random_page_cost');
    expect(await shown(server, 'work_mem')).toBe('4MB');
  });

  test('restart-only: told with the next step; after a rollback before the restart nothing waits, whatever the flag says', async () => {
    const changed = await apply(server.dsn(), { max_locks_per_transaction: '96' }, [], home);
    expect(changed.envelope.error).toBeNull();
    expect(changed.data?.pending_restart).toEqual([
      {
        member: null,
        name: 'max_locks_per_transaction',
        current: '64',
        pending: '96',
        next_step: `pg_ctl restart -w -D ${server.dataDirectory}`,
        rescue: expect.stringContaining('-c max_locks_per_transaction=64') as string,
      },
    ]);
    const back = await rollback(server.dsn(), changesetOf(changed).id, [], home);
    expect(back.data?.pending_restart).toEqual([]);
    expect(await pendingFlag('max_locks_per_transaction')).toBe(true);
  });

  test('restart-only: a rollback after the restart waits for another', async () => {
    await setLines(server, { max_locks_per_transaction: '70' });
    await server.restart();
    const changed = await apply(server.dsn(), { max_locks_per_transaction: '96' }, [], home);
    expect(changed.data?.pending_restart).toMatchObject([{ current: '70', pending: '96' }]);
    await server.restart();
    expect(await shown(server, 'max_locks_per_transaction')).toBe('96');
    const { id } = changesetOf(changed);
    const dry = await rollback(server.dsn(), id, ['--dry-run'], home);
    expect(dry.data).toMatchObject({ dry_run: true, pending_restart: [{ current: '96', pending: '70' }] });
    const back = await rollback(server.dsn(), id, [], home);
    expect(back.data?.pending_restart).toMatchObject([{ current: '96', pending: '70' }]);
    expect(back.data?.pending_restart[0]?.rescue).toContain('ALTER SYSTEM SET max_locks_per_transaction');
    // Until then the server has a value of no line, which must not keep anybody from anything.
    await setLines(server, { max_locks_per_transaction: null });
    const next = await apply(server.dsn(), { work_mem: '64MB' }, [], home);
    expect(next.envelope.error).toBeNull();
    const gone = await rollback(server.dsn(), changesetOf(next).id, [], home);
    expect(gone.envelope.error).toBeNull();
    await server.restart();
  });

  test('wal_buffers = -1 is what it is, whatever the server makes of it', async () => {
    const changed = await apply(server.dsn(), { wal_buffers: '-1' }, [], home);
    expect(changed.envelope.error).toBeNull();
    expect(changed.data?.pending_restart).toEqual([]);
    expect(outcomesOf(changed)).toEqual({ wal_buffers: 'applied' });
  });

  test('values that the server writes in its own way are recognised', async () => {
    const changes = {
      datestyle: 'iso, dmy',
      timezone: 'utc',
      log_rotation_age: '90s',
      autovacuum_vacuum_cost_delay: '1500us',
    };
    const changed = await apply(server.dsn(), changes, [], home);
    expect(changed.envelope.error).toBeNull();
    expect(new Set(Object.values(outcomesOf(changed)))).toEqual(new Set(['applied']));
    expect(await shown(server, 'log_rotation_age')).toBe('2min');
  });

  test('postgresql.auto.conf beats include_dir; without its line the value falls back on that', async () => {
    await mkdir(join(server.dataDirectory, 'conf.d'), { recursive: true });
    await writeFile(join(server.dataDirectory, 'conf.d', '50.conf'), 'work_mem = 7MB\n');
    await appendFile(confFile(), "\ninclude_dir = 'conf.d'\n");
    await setLines(server, {});
    const changed = await apply(server.dsn(), { work_mem: '64MB' }, [], home);
    expect(changed.envelope.error).toBeNull();
    expect(changesetOf(changed).parameters[0]).toMatchObject({ old_value: '7MB', old_line: null });
    expect(await shown(server, 'work_mem')).toBe('64MB');
    const back = await rollback(server.dsn(), changesetOf(changed).id, [], home);
    expect(back.envelope.error).toBeNull();
    expect(await shown(server, 'work_mem')).toBe('7MB');
  });
}
