import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apply, autoConfOf, changesetOf, rollback, sharedHome } from '../support/changes.js';
import { startServer, type TestServer } from '../support/servers.js';
import { type Pgbouncer, startPgbouncer } from './pgbouncer.js';

describe.each<[string, Readonly<Record<string, string>>]>([
  ['refuses startup options', {}],
  ['drops them in silence', { ignore_startup_parameters: 'options,extra_float_digits' }],
])('through a transaction pooler that %s', (_flavour, settings) => {
  let server: TestServer;
  let pooler: Pgbouncer;
  let home: Awaited<ReturnType<typeof sharedHome>>;
  const dsn = (): string => `postgresql://postgres@127.0.0.1:${String(pooler.port)}/postgres`;
  beforeAll(async () => {
    server = await startServer({ major: 17 });
    pooler = await startPgbouncer(server.port, settings);
    home = await sharedHome();
  });
  afterAll(async () => {
    await pooler.stop();
    await server.stop();
    await home.remove();
  });

  test('nothing is changed, planned or rolled back', async () => {
    const direct = await apply(server.dsn(), { work_mem: '64MB' }, [], home);
    const { id } = changesetOf(direct);
    const refused = [
      await apply(dsn(), { work_mem: '99MB' }, [], home),
      await apply(dsn(), { work_mem: '99MB' }, ['--dry-run'], home),
      await rollback(dsn(), id, [], home),
    ];
    expect(refused.map(({ result, envelope }) => [result.exitCode, envelope.error?.code])).toEqual([
      [5, 'transaction_pooler'],
      [5, 'transaction_pooler'],
      [5, 'transaction_pooler'],
    ]);
    expect(await autoConfOf(server)).toEqual({ work_mem: '64MB' });
  });
});
