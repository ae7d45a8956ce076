import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  apply,
  autoConfOf,
  type Changes,
  changesetOf,
  outcomesOf,
  rollback,
  setLines,
  sharedHome,
  shown,
} from '../support/changes.js';
import { MAJORS } from '../support/cluster.js';
import { startServer, startStandby, type TestServer } from '../support/servers.js';

/** Lines of all kinds: a list, quotes and backslashes, a name in other letters, an extension’s, one for a restart. */
const CHANGES: Changes = {
  WORK_MEM: '64MB',
  search_path: '"$user", app, "select", "Mixed Case"',
  log_line_prefix: "%t \\\\ 'quoted' ü ",
  max_connections: '90',
  log_connections: 'on',
  'pg_stat_statements.max': null,
  random_page_cost: '1.10',
};
const NEW = {
  work_mem: '64MB',
  search_path: '"$user", app, "select", "Mixed Case"',
  log_line_prefix: "%t \\\\ 'quoted' ü ",
  max_connections: '90',
  log_connections: 'on',
  random_page_cost: '1.10',
};

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  let server: TestServer;
  let home: Awaited<ReturnType<typeof sharedHome>>;
  beforeAll(async () => {
    server = await startServer({ major });
    home = await sharedHome();
  });
  afterAll(async () => {
    await server.stop();
    await home.remove();
  });

  test('applies, and rolls back to the very lines', async () => {
    await setLines(server, { work_mem: '5MB', 'pg_stat_statements.max': '1234' });
    await server.query(`ALTER SYSTEM SET log_line_prefix = '%m it''s \\ %p '`);
    await server.query('SELECT pg_reload_conf()');
    const before = await autoConfOf(server);
    expect(before).toEqual({
      work_mem: '5MB',
      log_line_prefix: "%m it's \\ %p ",
      'pg_stat_statements.max': '1234',
    });

    const dry = await apply(server.dsn(), CHANGES, ['--dry-run'], home);
    expect(dry.envelope.error).toBeNull();
    expect(dry.data).toMatchObject({ dry_run: true, changed: false, changeset: { status: 'planned' } });
    expect(await autoConfOf(server)).toEqual(before);

    const applied = await apply(server.dsn(), CHANGES, [], home);
    expect(applied.envelope.error).toBeNull();
    expect(applied.data).toMatchObject({ dry_run: false, changed: true, changeset: { status: 'applied' } });
    expect(new Set(Object.values(outcomesOf(applied)))).toEqual(new Set(['applied']));
    expect(await autoConfOf(server)).toEqual(NEW);
    expect(await shown(server, 'work_mem')).toBe('64MB');
    expect(await shown(server, 'random_page_cost')).toBe('1.1');
    expect(await shown(server, 'log_line_prefix')).toBe(NEW.log_line_prefix);
    expect(await shown(server, 'max_connections')).toBe('60');
    expect(applied.data?.pending_restart).toMatchObject([
      { name: 'max_connections', current: '60', pending: '90' },
    ]);

    const { id } = changesetOf(applied);
    const back = await rollback(server.dsn(), id, [], home);
    expect(back.envelope.error).toBeNull();
    expect(back.data).toMatchObject({ changed: true, changeset: { status: 'rolled_back' } });
    expect(new Set(Object.values(outcomesOf(back)))).toEqual(new Set(['reverted']));
    expect(await autoConfOf(server)).toEqual(before);
    expect(await shown(server, 'work_mem')).toBe('5MB');

    const again = await rollback(server.dsn(), id, [], home);
    expect([again.result.exitCode, again.data?.changed]).toEqual([0, false]);
    expect(again.envelope.warnings).toContainEqual(expect.objectContaining({ code: 'already_rolled_back' }));
    expect(await autoConfOf(server)).toEqual(before);
  });
});

describe('a standby', () => {
  let primary: TestServer;
  let standby: TestServer;
  beforeAll(async () => {
    primary = await startServer({ major: 15 });
    standby = await startStandby(primary);
  });
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  test('is changed by itself, and named', async () => {
    const home = await sharedHome();
    const before = await autoConfOf(standby);
    const applied = await apply(standby.dsn(), { work_mem: '33MB' }, [], home);
    expect(applied.envelope.error).toBeNull();
    expect(applied.envelope.cluster?.role).toBe('standby');
    expect(changesetOf(applied).node).toMatchObject({
      port: standby.port,
      data_directory: standby.dataDirectory,
    });
    expect(await autoConfOf(standby)).toEqual({ ...before, work_mem: '33MB' });
    expect(await autoConfOf(primary)).toEqual({});

    const { id } = changesetOf(applied);
    const elsewhere = await rollback(primary.dsn(), id, [], home);
    expect([elsewhere.result.exitCode, elsewhere.envelope.error?.code]).toEqual([7, 'node_mismatch']);
    expect((await rollback(standby.dsn(), id, [], home)).envelope.error).toBeNull();
    expect(await autoConfOf(standby)).toEqual(before);
    await home.remove();
  });
});
