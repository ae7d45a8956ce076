import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../support/servers.js';
import { plan } from './planned.js';

const RELOAD = 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_reload_conf() TO "Odd Role";';
const FILES = 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_show_all_file_settings() TO "Odd Role";';
const ALTER = 'GRANT ALTER SYSTEM ON PARAMETER work_mem TO "Odd Role";';

describe.each([15, 18] as const)('a role that is no superuser on PostgreSQL %i', (major) => {
  let server: TestServer;
  const dsn = (): string => server.dsn({ user: 'Odd Role' });
  const granting = async (...grants: string[]): Promise<void> => {
    for (const grant of grants) await server.query(grant);
  };

  beforeAll(async () => {
    server = await startServer({ major });
    await server.query('CREATE ROLE "Odd Role" LOGIN');
  });
  afterAll(async () => {
    await server.stop();
  });

  test('is told every GRANT that it lacks, and they are the ones that help', async () => {
    const before = await plan(dsn(), { work_mem: '64MB' });
    const [parameter] = before.plan.changeSet.parameters;
    expect(parameter?.permission).toEqual({
      allowed: false,
      reason: expect.stringContaining('role Odd Role may not ALTER SYSTEM SET work_mem') as unknown,
      min_role: 'grant',
      grant_sql: [ALTER, RELOAD, FILES].join('\n'),
    });
    expect([before.refusal?.code, before.refusal?.exit]).toEqual(['insufficient_privilege', 5]);
    await granting(...(parameter?.permission.grant_sql ?? '').split('\n'));
    const after = await plan(dsn(), { work_mem: '64MB' });
    expect(after.refusal).toBeNull();
    expect(after.plan.changeSet.parameters[0]?.permission.allowed).toBe(true);
  });

  test('is refused when only the right to reload is missing, with that GRANT alone', async () => {
    await granting(ALTER, FILES, RELOAD, RELOAD.replace('GRANT', 'REVOKE').replace(' TO ', ' FROM '));
    const { refusal } = await plan(dsn(), { work_mem: '64MB' });
    expect([refusal?.code, refusal?.hint]).toEqual(['insufficient_privilege', RELOAD]);
    await granting(RELOAD);
  });

  test('is told all parameters that it may not change, and only those', async () => {
    await granting(
      ALTER,
      FILES,
      RELOAD,
      'GRANT ALTER SYSTEM ON PARAMETER pg_stat_statements.track TO "Odd Role"',
    );
    const wanted = {
      work_mem: '64MB',
      jit: 'off',
      'pg_stat_statements.track': 'all',
      'pg_stat_statements.save': 'on',
    };
    const { told, plan: made } = await plan(dsn(), wanted);
    expect(told).toEqual([
      'refuse insufficient_privilege jit',
      'refuse insufficient_privilege pg_stat_statements.save',
    ]);
    expect(made.changeSet.parameters[3]?.permission.grant_sql).toBe(
      'GRANT ALTER SYSTEM ON PARAMETER pg_stat_statements.save TO "Odd Role";',
    );
  });

  test('tells a parameter that it may not see from one that is not there', async () => {
    await granting(ALTER, FILES, RELOAD);
    const hidden = await plan(dsn(), { shared_preload_libraries: 'auto_explain' });
    expect(hidden.refusal?.code).toBe('insufficient_privilege');
    expect(hidden.refusal?.hint.split('\n')).toEqual([
      'GRANT pg_read_all_settings TO "Odd Role";',
      'GRANT ALTER SYSTEM ON PARAMETER shared_preload_libraries TO "Odd Role";',
    ]);
    const unknown = await plan(dsn(), { shared_preload_library: 'auto_explain' });
    expect(unknown.refusal?.code).toBe('parameter_unknown');
    await granting(...(hidden.refusal?.hint.split('\n') ?? []));
    const after = await plan(dsn(), { shared_preload_libraries: 'pg_stat_statements' });
    expect(after.refusal).toBeNull();
    // It sees the setting now, but may not look whether another library is installed.
    const other = await plan(dsn(), { shared_preload_libraries: 'auto_explain' });
    expect([other.refusal?.code, other.refusal?.message]).toEqual([
      'boot_guard',
      expect.stringContaining('cannot be told') as unknown,
    ]);
    expect(
      (await plan(dsn(), { shared_preload_libraries: 'auto_explain' }, { force: true })).refusal,
    ).toBeNull();
  });

  test('values that it may not try in its session are still judged by type and range', async () => {
    await granting('GRANT ALTER SYSTEM ON PARAMETER log_min_duration_statement TO "Odd Role"');
    expect((await plan(dsn(), { log_min_duration_statement: '1s' })).refusal).toBeNull();
    expect((await plan(dsn(), { log_min_duration_statement: '1x' })).refusal?.code).toBe(
      'parameter_value_invalid',
    );
  });
});

test('before 15 no GRANT helps', async () => {
  const server = await startServer({ major: 14 });
  try {
    await server.query('CREATE ROLE "Odd Role" LOGIN');
    const { refusal, plan: made } = await plan(server.dsn({ user: 'Odd Role' }), { work_mem: '64MB' });
    expect([refusal?.code, refusal?.hint]).toEqual(['insufficient_privilege', 'Connect as a superuser.']);
    expect(made.changeSet.parameters[0]?.permission).toMatchObject({
      allowed: false,
      min_role: 'superuser',
      grant_sql: null,
    });
    const asSuperuser = await plan(server.dsn(), { work_mem: '64MB' });
    expect(asSuperuser.refusal).toBeNull();
    expect(asSuperuser.plan.changeSet.parameters[0]?.permission).toEqual({
      allowed: true,
      reason: null,
      min_role: 'superuser',
      grant_sql: null,
    });
  } finally {
    await server.stop();
  }
});
