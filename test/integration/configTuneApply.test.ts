import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';
import { tune } from '../support/tuned.js';

const HOST = ['--ram', '2GB', '--cpus', '2', '--storage', 'ssd'];
const LINES = "SELECT name, setting FROM pg_file_settings WHERE sourcefile ~ 'auto.conf$' ORDER BY name";

let server: TestServer;
let home: string;

beforeAll(async () => {
  // Debian's settings for tests would stand in postgresql.conf and be beaten like any others.
  server = await startServer({ major: 17, name: 'tune-apply' });
});
afterAll(() => server.stop());
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-tune-'));
});
afterEach(async () => {
  await server.query('ALTER SYSTEM RESET ALL');
  await server.query('SELECT pg_reload_conf()');
  await rm(home, { recursive: true, force: true });
});

const lines = async (): Promise<Record<string, unknown>> =>
  Object.fromEntries((await server.query(LINES)).map((row) => [String(row['name']), row['setting']]));

describe('--apply', () => {
  test('writes what is recommended, tells what waits for a restart, and changes nothing when run again', async () => {
    const asked = ['--dsn', server.dsn(), '--workload', 'oltp', ...HOST, '--apply'];
    const first = await tune(asked, { home });
    expect(first.envelope.error).toBeNull();
    expect(first.exitCode).toBe(0);
    expect(first.data).toMatchObject({ dry_run: false, changed: true, changeset: { status: 'applied' } });
    expect(await lines()).toEqual(first.values);
    expect(first.data.pending_restart?.map(({ name }) => name)).toContain('shared_buffers');
    await server.restart();
    const second = await tune(asked, { home });
    expect(second.exitCode).toBe(0);
    expect(second.data).toMatchObject({ dry_run: false, changed: false, pending_restart: [] });
    expect(second.data.recommendations).toEqual([]);
    expect(await lines()).toEqual(first.values);
  });

  test('with --dry-run writes nothing', async () => {
    const { data, exitCode } = await tune(['--dsn', server.dsn(), ...HOST, '--apply', '--dry-run'], { home });
    expect(exitCode).toBe(0);
    expect(data).toMatchObject({ dry_run: true, changed: false, changeset: { status: 'planned' } });
    expect(await lines()).toEqual({});
  });

  test('refuses PGTune’s plan as a whole when a line of it is never applied', async () => {
    const { data, exitCode, envelope } = await tune(
      ['--dsn', server.dsn(), '--rules', 'pgtune', '--workload', 'desktop', ...HOST, '--apply'],
      { home },
    );
    expect(exitCode).toBe(5);
    expect(envelope.error).toMatchObject({
      code: 'recommendation_refused',
      details: { parameters: expect.arrayContaining(['wal_level', 'huge_pages']) as string[] },
    });
    expect(data).toMatchObject({ dry_run: false, changed: false, pending_restart: [] });
    expect(data.recommendations.length).toBeGreaterThan(10);
    expect(await lines()).toEqual({});
  });

  test('refuses what this build does not know, as PGTune’s lz4', async () => {
    const [known] = await server.query(
      "SELECT enumvals::text FROM pg_settings WHERE name = 'wal_compression'",
    );
    const { warned, exitCode } = await tune(
      [
        '--dsn',
        server.dsn(),
        '--rules',
        'pgtune',
        '--workload',
        'web',
        '--ram',
        '16GB',
        '--apply',
        '--dry-run',
      ],
      { home },
    );
    const isKnown = String(known?.['enumvals']).includes('lz4');
    expect(warned.includes('recommendation_refused wal_compression')).toBe(!isKnown);
    expect(exitCode).toBe(isKnown ? 0 : 5);
  });
});

test('a changeset for a planned server can be applied to a real one', async () => {
  const planned = await tune(['--offline', '--pg-version', '17', ...HOST, '--workload', 'mixed']);
  const changes =
    planned.data.changeset?.parameters.filter(({ name }) => !name.includes('compression')) ?? [];
  const file = join(home, 'plan.json');
  await writeFile(file, JSON.stringify({ ...planned.data.changeset, parameters: changes }));
  const { exitCode, envelope } = await runCli(['config', 'apply', '--dsn', server.dsn(), '--file', file], {
    home,
  });
  expect(envelope.error).toBeNull();
  expect(exitCode).toBe(0);
  expect(await lines()).toEqual(Object.fromEntries(changes.map(({ name, new_value }) => [name, new_value])));
});

test('the changeset that tune prints for a server is one that apply takes', async () => {
  const { envelope, values } = await tune(['--dsn', server.dsn(), '--workload', 'web', ...HOST], { home });
  const applied = await runCli(['config', 'apply', '--dsn', server.dsn(), '--file', '-'], {
    home,
    input: JSON.stringify(envelope),
  });
  expect(applied.envelope.error).toBeNull();
  expect(await lines()).toEqual(values);
});
