import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';
import { type Pgbouncer, startPgbouncer } from './pgbouncer.js';

describe.each<[string, Readonly<Record<string, string>>]>([
  ['refuses startup options', {}],
  ['drops them in silence', { ignore_startup_parameters: 'options,extra_float_digits' }],
])('query analyze through a transaction pooler that %s', (_flavour, settings) => {
  let server: TestServer;
  let pooler: Pgbouncer;
  const dsn = (): string => `postgresql://postgres@127.0.0.1:${String(pooler.port)}/postgres`;
  beforeAll(async () => {
    server = await startServer({ major: 17 });
    pooler = await startPgbouncer(server.port, settings);
    await server.query('CREATE TABLE kept AS SELECT g AS id FROM generate_series(1, 1000) AS g');
  });
  afterAll(async () => {
    await pooler.stop();
    await server.stop();
  });

  /** What is left on the one server connection of the pool, which the next client gets. */
  async function left(): Promise<unknown> {
    const client = new pg.Client({ connectionString: dsn() });
    await client.connect();
    const { rows } = await client.query<{ left: unknown }>(
      `SELECT json_build_object(
         'prepared', (SELECT count(*) FROM pg_prepared_statements),
         'search_path', current_setting('search_path'), 'mode', current_setting('plan_cache_mode'),
         'read_only', current_setting('default_transaction_read_only'),
         'statement_timeout', current_setting('statement_timeout')) AS left`,
    );
    await client.end();
    return rows[0]?.left;
  }

  test('leaves nothing behind, whatever becomes of the statement', async () => {
    const clean = await left();
    expect(clean).toMatchObject({ prepared: 0, mode: 'auto' });
    const cases: readonly (readonly [args: readonly string[], exitCode: number])[] = [
      [['--sql', 'SELECT * FROM kept WHERE id = $1'], 0],
      [['--sql', 'SELECT * FROM kept WHERE id = $1', '--param', '5', '--analyze'], 0],
      [['--sql', 'SELECT $1 + $2'], 0],
      [['--sql', 'SELECT * FROM missing'], 6],
      [['--sql', 'SELECT 1 / 0 FROM kept', '--analyze'], 6],
      [['--sql', 'SELECT 1; SELECT 2'], 2],
      [['--sql', 'SELECT pg_sleep(60)', '--analyze', '--statement-timeout', '100ms'], 6],
      [['--sql', 'DELETE FROM kept', '--analyze', '--allow-write'], 5],
    ];
    for (const [args, exitCode] of cases) {
      const result = await runCli(['query', 'analyze', '--dsn', dsn(), ...args]);
      expect([args, result.exitCode]).toEqual([args, exitCode]);
      expect([args, await left()]).toEqual([args, clean]);
    }
    const [kept] = await server.query('SELECT count(*)::int AS n FROM kept');
    expect(kept).toEqual({ n: 1000 });
  });

  test('a run that is interrupted leaves nothing behind either', async () => {
    const clean = await left();
    const result = await runCli(
      [
        'query',
        'analyze',
        '--dsn',
        dsn(),
        '--sql',
        'SELECT pg_sleep(60)',
        '--analyze',
        '--statement-timeout',
        '30s',
        '--timeout',
        '1s',
      ],
      {},
    );
    expect([result.exitCode, result.envelope.error?.code]).toEqual([6, 'run_timeout']);
    expect(await left()).toEqual(clean);
  });
});
