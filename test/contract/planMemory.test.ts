import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/servers.js';
import { plan, type Wanted } from './planned.js';

const CHANGES: readonly { readonly wanted: Wanted; readonly since?: number }[] = [
  { wanted: { shared_buffers: '512MB' } },
  { wanted: { shared_buffers: '1GB', max_connections: 1000, max_locks_per_transaction: 128 } },
  { wanted: { max_pred_locks_per_transaction: 5000 } },
  { wanted: { track_activity_query_size: '1MB' } },
  { wanted: { min_dynamic_shared_memory: '256MB' } },
  { wanted: { transaction_buffers: '128MB', subtransaction_buffers: '64MB' }, since: 17 },
  { wanted: { io_max_concurrency: 1024, max_connections: 1000 }, since: 18 },
];

describe.each([15, 18] as const)('shared memory as it is planned, PostgreSQL %i', (major) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ major });
  });
  afterAll(async () => {
    await server.stop();
  });

  const cases = CHANGES.filter(({ since }) => major >= (since ?? 0)).map(({ wanted }) => wanted);

  test.each(cases)('%o asks for what the server then has, to within a tenth', async (wanted) => {
    // On a machine with next to no RAM every growth is refused, with the figure.
    const { refusal, plan: made } = await plan(server.dsn(), wanted, { ramBytes: 1024 });
    const said = /would ask for ([\d.]+)(MB|GB) of shared memory/.exec(refusal?.message ?? '');
    for (const { sql } of made.changeSet.dry_run_result?.parameters ?? []) await server.query(sql ?? '');
    await server.restart();
    const [row] = await server.query('SELECT setting::int AS mb FROM pg_settings WHERE name = $1', {
      params: ['shared_memory_size'],
    });
    await server.query('ALTER SYSTEM RESET ALL');
    await server.restart();
    const real = Number(row?.['mb']);
    const planned = Number(said?.[1]) * (said?.[2] === 'GB' ? 1024 : 1);
    expect(planned).toBeGreaterThan(real * 0.9);
    expect(planned).toBeLessThan(real * 1.1);
  });
});
