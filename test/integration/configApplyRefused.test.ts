import { appendFile, chmod, readFile, writeFile } from 'node:fs/promises';
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
import { startServer, type TestServer } from '../support/servers.js';
import { CHANGES, NEW, OLD, restore } from '../support/struck.js';
import { makeCertificates } from './connection/certificates.js';

/** What pgdba needs before it may change anything as a role that is no superuser. */
const NEEDED = [
  'GRANT EXECUTE ON FUNCTION pg_catalog.pg_reload_conf() TO tuner',
  'GRANT EXECUTE ON FUNCTION pg_catalog.pg_show_all_file_settings() TO tuner',
  'GRANT pg_read_all_settings TO tuner',
  'GRANT ALTER SYSTEM ON PARAMETER work_mem TO tuner',
  'GRANT ALTER SYSTEM ON PARAMETER random_page_cost TO tuner',
  'GRANT ALTER SYSTEM ON PARAMETER log_min_duration_statement TO tuner',
];

describe.each([15, 18] as const)('a role with grants on PostgreSQL %i', (major) => {
  let server: TestServer;
  let home: Awaited<ReturnType<typeof sharedHome>>;
  const asTuner = (): string => server.dsn({ user: 'tuner' });
  beforeAll(async () => {
    server = await startServer({ major });
    home = await sharedHome();
    await server.query('CREATE ROLE tuner LOGIN');
    for (const grant of NEEDED) await server.query(grant);
    await setLines(server, OLD);
  });
  afterEach(async () => {
    for (const grant of NEEDED) await server.query(grant);
    await restore(server);
  });
  afterAll(async () => {
    await server.stop();
    await home.remove();
  });

  test('applies and rolls back', async () => {
    const applied = await apply(asTuner(), CHANGES, [], home);
    expect(applied.envelope.error).toBeNull();
    expect(await autoConfOf(server)).toEqual(NEW);
    const back = await rollback(asTuner(), changesetOf(applied).id, [], home);
    expect(back.envelope.error).toBeNull();
    expect(await autoConfOf(server)).toEqual(OLD);
  });

  test.each([
    ['FUNCTION pg_catalog.pg_reload_conf()', 'EXECUTE ON FUNCTION pg_catalog.pg_reload_conf()'],
    [
      'FUNCTION pg_catalog.pg_show_all_file_settings()',
      'EXECUTE ON FUNCTION pg_catalog.pg_show_all_file_settings()',
    ],
    ['PARAMETER random_page_cost', 'ALTER SYSTEM ON PARAMETER random_page_cost'],
  ])(
    'without the right on %s is refused before the first write, and a rollback too',
    async (_what, right) => {
      const applied = await apply(asTuner(), CHANGES, [], home);
      await server.query(`REVOKE ${right} FROM tuner`);
      const before = await autoConfOf(server);
      const back = await rollback(asTuner(), changesetOf(applied).id, [], home);
      expect([back.result.exitCode, back.envelope.error?.code]).toEqual([5, 'insufficient_privilege']);
      expect(back.envelope.error?.hint).toContain(`GRANT ${right} TO tuner`);
      expect(await autoConfOf(server)).toEqual(before);

      const again = await apply(asTuner(), { ...CHANGES, work_mem: '99MB' }, [], home);
      expect([again.result.exitCode, again.envelope.error?.code]).toEqual([5, 'insufficient_privilege']);
      const grants = changesetOf(again)
        .parameters.map(({ permission }) => permission.grant_sql ?? '')
        .join('\n');
      expect(grants).toContain(`GRANT ${right} TO tuner`);
      expect(await autoConfOf(server)).toEqual(before);
    },
  );

  test('whose right on the second of three is taken away meanwhile: the first is taken back', async () => {
    const changed = await interfere(
      server,
      CHANGES,
      async () => {
        expect(await shown(server, 'work_mem')).toBe('5MB');
        await server.query('REVOKE ALTER SYSTEM ON PARAMETER random_page_cost FROM tuner');
      },
      { ...home, dsn: { user: 'tuner' } },
    );
    expect(changed.result.exitCode).toBe(6);
    expect(changed.envelope.error).toMatchObject({
      code: 'apply_failed',
      sqlstate: '42501',
      retryable: false,
    });
    expect(changed.envelope.error?.message).toMatch(/random_page_cost.*every step was taken back/);
    expect(changed.data).toMatchObject({ changed: false, changeset: { status: 'reverted' } });
    expect(outcomesOf(changed)).toEqual({
      work_mem: 'reverted',
      random_page_cost: 'failed',
      log_min_duration_statement: 'not_executed',
    });
    expect(changesetOf(changed).parameters[1]?.error).toMatchObject({ sqlstate: '42501' });
    expect(await autoConfOf(server)).toEqual(OLD);
  });

  test('whose right on another is gone as well: exit 8 tells both errors, and a superuser puts it right', async () => {
    const changed = await interfere(
      server,
      CHANGES,
      async () => {
        await server.query(
          'REVOKE ALTER SYSTEM ON PARAMETER log_min_duration_statement, random_page_cost FROM tuner',
        );
      },
      { ...home, dsn: { user: 'tuner' }, before: /ALTER SYSTEM RESET "?log_min_duration_statement/ },
    );
    expect(changed.result.exitCode).toBe(8);
    expect(changed.envelope.error?.code).toBe('rollback_failed');
    expect(changed.envelope.error?.message).toMatch(
      /log_min_duration_statement.*taking it back failed.*random_page_cost/,
    );
    expect(changed.data).toMatchObject({ changed: true, changeset: { status: 'failed' } });
    expect(outcomesOf(changed)).toEqual({
      // What could be taken back was.
      work_mem: 'reverted',
      random_page_cost: 'applied',
      log_min_duration_statement: 'failed',
    });
    expect(await autoConfOf(server)).toEqual({ ...OLD, random_page_cost: '1.5' });
    expect(await shown(server, 'work_mem')).toBe('5MB');
    const back = await rollback(server.dsn(), changesetOf(changed).id, [], home);
    expect(back.envelope.error).toBeNull();
    expect(await autoConfOf(server)).toEqual(OLD);
  });
});

test('before PostgreSQL 15 only a superuser may, which is said before the first write', async () => {
  const server = await startServer({ major: 14 });
  await server.query('CREATE ROLE tuner LOGIN');
  const changed = await apply(server.dsn({ user: 'tuner' }), { work_mem: '64MB' });
  expect([changed.result.exitCode, changed.envelope.error?.code]).toEqual([5, 'insufficient_privilege']);
  expect(changesetOf(changed).parameters[0]?.permission).toMatchObject({
    min_role: 'superuser',
    grant_sql: null,
  });
  expect(await autoConfOf(server)).toEqual({});
  await server.stop();
});

test('a server with TLS and passwords is changed and changed back, and the password is nowhere', async () => {
  const { serverCert: cert, serverKey: key } = await makeCertificates();
  const server = await startServer({ major: 17, auth: 'scram-sha-256', ssl: { cert, key } });
  const { home, remove } = await sharedHome();
  await server.query("ALTER ROLE postgres PASSWORD 'geheim'");
  await setLines(server, OLD);
  const dsn = `${server.dsn({ password: 'geheim' })}?sslmode=require`;
  const applied = await apply(dsn, CHANGES, [], { home });
  expect(applied.envelope.error).toBeNull();
  expect(await autoConfOf(server)).toEqual(NEW);
  const { id, fingerprint } = changesetOf(applied);
  const back = await rollback(dsn, id, [], { home });
  expect(back.envelope.error).toBeNull();
  expect(await autoConfOf(server)).toEqual(OLD);
  const folder = join(home, '.pgdba', 'snapshots', fingerprint ?? '', 'changesets');
  const files = [
    join(folder, `${id}.json`),
    join(folder, `${id}.journal.jsonl`),
    join(home, '.pgdba', 'audit.jsonl'),
  ];
  const written = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  expect(`${written.join('')}${applied.result.stdout}${back.result.stdout}`).not.toContain('geheim');
  await server.stop();
  await remove();
});

test('a line that somebody else changes meanwhile is theirs: exit 8 names it, and the others are taken back', async () => {
  const server = await startServer({ major: 16 });
  await setLines(server, OLD);
  const foreign = async (): Promise<void> => {
    await server.query("ALTER SYSTEM SET work_mem = '77MB'");
  };
  const changed = await interfere(server, CHANGES, foreign, { before: /pg_reload_conf\(\) AS sent/ });
  expect(changed.result.exitCode).toBe(8);
  expect(changed.envelope.error?.code).toBe('rollback_failed');
  expect(changed.envelope.error?.message).toMatch(
    /has '77MB' for work_mem and not '64MB'.*somebody else changed work_mem meanwhile/,
  );
  expect(outcomesOf(changed)).toEqual({
    work_mem: 'failed',
    random_page_cost: 'reverted',
    log_min_duration_statement: 'reverted',
  });
  expect(await autoConfOf(server)).toEqual({ ...OLD, work_mem: '77MB' });
  expect(await shown(server, 'random_page_cost')).toBe('4');
  await server.stop();
});

describe('a file that gets in the way', () => {
  let server: TestServer;
  const autoConf = (): string => join(server.dataDirectory, 'postgresql.auto.conf');
  beforeAll(async () => {
    server = await startServer({ major: 17 });
    await setLines(server, OLD);
  });
  afterEach(() => restore(server));
  afterAll(() => server.stop());

  test('postgresql.auto.conf out of the server’s own reach is not taken for a missing privilege', async () => {
    const changed = await interfere(server, CHANGES, () => chmod(autoConf(), 0o000));
    await chmod(autoConf(), 0o600);
    // The way back is closed by the same cause.
    expect(changed.result.exitCode).toBe(8);
    expect(changed.envelope.error).toMatchObject({ code: 'rollback_failed', sqlstate: '42501' });
    expect(changed.envelope.error?.message).toMatch(/could not open file "postgresql.auto.conf"/);
    expect(changed.envelope.error?.hint).toMatch(/not this role that lacks the right/);
  });

  test('a line that nobody can parse is told, with what to do', async () => {
    const before = await readFile(autoConf(), 'utf8');
    const changed = await interfere(server, CHANGES, () => appendFile(autoConf(), 'a.b.c = 1\n'));
    await writeFile(autoConf(), before);
    expect(changed.result.exitCode).toBe(8);
    expect(changed.envelope.error).toMatchObject({ code: 'rollback_failed', sqlstate: 'F0000' });
    expect(changed.envelope.error?.message).toMatch(
      /could not parse contents of file "postgresql.auto.conf"/,
    );
    expect(changed.envelope.error?.hint).toMatch(/mend the line by hand/i);
  });
});
