import { afterAll, beforeAll, expect, it } from 'vitest';
import { sharedServer } from '../support/cluster.js';
import { failure, open, value } from '../integration/connection/open.js';
import { startPgbouncer, type Pgbouncer } from './pgbouncer.js';

const GUARDS = { statement_timeout: '7s', default_transaction_read_only: 'on', search_path: 'pg_catalog' };
const server = sharedServer(17);
let strict: Pgbouncer;
let silent: Pgbouncer;

beforeAll(async () => {
  strict = await startPgbouncer(server.port);
  silent = await startPgbouncer(server.port, { ignore_startup_parameters: 'options' });
});

afterAll(async () => {
  await strict.stop();
  await silent.stop();
});

const at = (pooler: Pgbouncer, more = ''): string =>
  `host=127.0.0.1 port=${String(pooler.port)} user=postgres dbname=postgres ${more}`;

it('refuses the guards with 08P01: the session starts without them', async () => {
  const connection = await open(at(strict), { guards: GUARDS });
  expect(connection.guardsInStartup).toBe(false);
  expect(await value(connection, 'SHOW statement_timeout')).not.toBe('7s');
  expect(await value(connection, 'SHOW application_name')).toBe('pgdba/test');
  expect(connection.backendPid).not.toBe(Number(await value(connection, 'SELECT pg_backend_pid()')));
});

it('is named when it refuses the user’s own options, too', async () => {
  expect(await failure(at(strict, "options='-c work_mem=1MB'"), { guards: GUARDS })).toMatch(
    /^connection_failed: .*unsupported startup parameter/,
  );
});

it('may drop the guards in silence: only reading them back tells', async () => {
  const connection = await open(at(silent), { guards: GUARDS });
  expect(connection.guardsInStartup).toBe(true);
  expect(await value(connection, 'SHOW statement_timeout')).not.toBe('7s');
});

it('carries a cancel to the statement that runs', async () => {
  const connection = await open(at(strict), { guards: GUARDS });
  const sleeping = connection.client.query('SELECT pg_sleep(30)').catch((error: unknown) => error);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await connection.cancel();
  expect(await sleeping).toMatchObject({ code: '57014' });
});

it('is asked whether it is a primary, because it does not say so at the start', async () => {
  const connection = await open(at(strict, 'target_session_attrs=read-write'), { guards: GUARDS });
  expect(connection.guardsInStartup).toBe(false);
  expect(await failure(at(strict, 'target_session_attrs=standby'))).toMatch(/^no_suitable_host: /);
});

it('serves several sessions with its one server connection', async () => {
  const sessions = await Promise.all([1, 2, 3].map(() => open(at(strict), { guards: GUARDS })));
  expect(await Promise.all(sessions.map((session) => value(session, 'SELECT 1')))).toEqual(['1', '1', '1']);
});
