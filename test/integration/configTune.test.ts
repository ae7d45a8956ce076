import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Major } from '../support/cluster.js';
import { startServer, type TestServer } from '../support/servers.js';
import { tune } from '../support/tuned.js';

const WORKLOADS = ['oltp', 'olap', 'mixed', 'web', 'desktop'] as const;
const HOST = ['--ram', '24GB', '--cpus', '8', '--storage', 'ssd'];

/** Errors that the server finds in its files, but for what waits for a restart. */
const FILE_ERRORS = `
SELECT f.name, f.setting, f.error
  FROM pg_file_settings AS f LEFT JOIN pg_settings AS s ON s.name = f.name
 WHERE f.error IS NOT NULL AND NOT COALESCE(s.pending_restart, false)`;

describe.each([12, 15, 18] as const satisfies readonly Major[])('a server of PostgreSQL %i', (major) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ major, name: `tune${String(major)}` });
    await server.query('CREATE ROLE bare LOGIN');
  });
  afterAll(() => server.stop());

  test.each(WORKLOADS)('takes every line that is recommended for %s', async (workload) => {
    const { data, exitCode } = await tune(['--dsn', server.dsn(), '--workload', workload, ...HOST]);
    expect(exitCode).toBe(0);
    expect(data.recommendations.length).toBeGreaterThan(5);
    const statements = data.changeset?.dry_run_result?.parameters.map(({ sql }) => sql ?? '') ?? [];
    expect(statements).toHaveLength(data.recommendations.length);
    for (const statement of statements) await server.query(statement);
    await server.query('SELECT pg_reload_conf(), pg_sleep(0.2)');
    expect(await server.query(FILE_ERRORS)).toEqual([]);
    await server.query('ALTER SYSTEM RESET ALL');
    await server.query('SELECT pg_reload_conf()');
  });

  test('is described by what it has in force', async () => {
    const { data } = await tune(['--dsn', server.dsn(), ...HOST]);
    expect(data.server_version).toBe(major);
    expect(data.host).toMatchObject({
      ram_bytes: { value: 25769803776, origin: 'flag' },
      local: { value: true, origin: 'local' },
    });
    for (const { parameter, current, unit, context, needs_restart } of data.recommendations) {
      const [shown] = await server.query(
        'SELECT current_setting(name) AS current, unit, context FROM pg_settings WHERE name = $1',
        { params: [parameter] },
      );
      expect(shown, parameter).toEqual({ current, unit, context });
      expect(needs_restart).toBe(context === 'postmaster');
    }
  });

  test('has a changeset that is ready to apply', async () => {
    const { data, envelope } = await tune(['--dsn', server.dsn(), '--workload', 'oltp', ...HOST]);
    expect(data.changeset).toMatchObject({
      status: 'planned',
      fingerprint: envelope.cluster?.fingerprint,
      node: { port: server.port },
    });
    const buffers = data.changeset?.parameters.find(({ name }) => name === 'shared_buffers');
    expect(buffers).toMatchObject({
      old_value: '16MB',
      new_value: '6GB',
      needs_restart: true,
      permission: { allowed: true },
      patroni_override: 'not_managed',
    });
  });

  test('of which the role sees little is tuned by what it does see', async () => {
    const { data, warned, exitCode } = await tune([
      '--dsn',
      server.dsn({ user: 'bare' }),
      '--workload',
      'oltp',
      ...HOST,
    ]);
    expect(exitCode).toBe(0);
    expect(warned).toContain('settings_hidden');
    expect(data.recommendations.map(({ parameter }) => parameter)).toContain('shared_buffers');
    expect(data.changeset?.parameters.map(({ permission }) => permission.allowed)).not.toContain(true);
    expect(warned).toContain('insufficient_privilege shared_buffers');
  });

  test('is not changed by any of this', async () => {
    const before = await server.query('SELECT * FROM pg_file_settings');
    await tune(['--dsn', server.dsn(), '--workload', 'oltp', ...HOST]);
    expect(await server.query('SELECT * FROM pg_file_settings')).toEqual(before);
  });
});
