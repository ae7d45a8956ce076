import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspect, logOf, shortcomings } from '../support/inspected.js';
import { runCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';

interface Told {
  readonly role: string;
  readonly sections: readonly {
    readonly id: string;
    readonly status: string;
    readonly remedy: readonly string[];
  }[];
  readonly commands: readonly { readonly id: string; readonly status: string }[];
  readonly remedy: readonly string[];
}

/** What pgdba asks for, taken from everybody: managed services do so with some of it. */
const REVOKED = [
  'pg_control_system()',
  'pg_control_checkpoint()',
  'pg_control_init()',
  'pg_control_recovery()',
];

describe.each([12, 15, 18] as const)('the log of PostgreSQL %i', (major) => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({
      major,
      settings: { log_statement: 'none', log_min_error_statement: 'error' },
    });
    await server.query(
      'CREATE ROLE bare LOGIN; CREATE ROLE monitor LOGIN IN ROLE pg_monitor; CREATE ROLE "Odd ""Role""" LOGIN',
    );
    await server.query(
      'CREATE EXTENSION pg_stat_statements; CREATE SCHEMA hidden; CREATE TABLE hidden.secret (id serial)',
    );
    await server.createDatabase('closed');
    await server.query('REVOKE CONNECT ON DATABASE closed FROM PUBLIC');
    for (const name of REVOKED)
      await server.query(`REVOKE EXECUTE ON FUNCTION pg_catalog.${name} FROM PUBLIC`);
  });
  afterAll(() => server.stop());

  const complaints = async (): Promise<string[]> => {
    const log = await logOf(server);
    return log.split('\n').filter((line) => /\b(ERROR|FATAL|WARNING|PANIC):/.test(line));
  };

  test('shows no error after doctor and inspect, whatever the role may not do', async () => {
    for (const user of ['bare', 'monitor', 'Odd "Role"']) {
      const dsn = server.dsn({ user });
      for (const args of [
        ['doctor'],
        ['inspect', '--all-databases'],
        ['inspect', '--no-query-text', '--limit', '0'],
      ]) {
        const { exitCode } = await runCli([...args, '--dsn', dsn]);
        expect(exitCode).toBe(0);
      }
    }
    expect(await complaints()).toEqual([]);
    // The look at the log would see one.
    await server.query('SELECT 1/0').catch(() => undefined);
    expect(await complaints()).toHaveLength(1);
  });

  test('doctor’s remedies, run as they stand, give the role all that it can be given', async () => {
    const before = (await runCli(['doctor', '--dsn', server.dsn({ user: 'Odd "Role"' })])).envelope
      .data as unknown as Told;
    expect(before.role).toBe('Odd "Role"');
    expect(before.sections.find(({ id }) => id === 'pg_control_system')).toMatchObject({
      status: 'none',
      remedy: ['GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO "Odd ""Role""";'],
    });
    const grants = ({ remedy }: Told): string[] =>
      remedy.filter((line) => line.startsWith('GRANT') && !line.includes('ON PARAMETER'));
    for (const sql of grants(before)) await server.query(sql);
    const after = (await runCli(['doctor', '--dsn', server.dsn({ user: 'Odd "Role"' })])).envelope
      .data as unknown as Told;
    expect(grants(after)).toEqual([]);
    // What is left are settings, which are no business of the role, and what only a superuser may see.
    for (const { id, status, remedy } of after.sections) {
      if (status === 'full' || remedy.length === 0 || id === 'pg_authid') continue;
      for (const line of remedy) expect(line, id).toMatch(/^ALTER SYSTEM SET/);
    }
    const inspected = await inspect(server.dsn({ user: 'Odd "Role"' }));
    const hidden = Object.entries(shortcomings(inspected)).filter(([, what]) =>
      what.includes('no_privilege'),
    );
    expect(hidden.map(([id]) => id)).toEqual(['pg_authid']);
  });

  test('doctor and inspect agree on what is there', async () => {
    const dsn = server.dsn({ user: 'bare' });
    const told = (await runCli(['doctor', '--dsn', dsn])).envelope.data as unknown as Told;
    const { envelope } = await runCli(['inspect', '--dsn', dsn]);
    const sections = envelope.data?.['sections'] as Record<string, { status: string }>;
    for (const { id, status } of told.sections) {
      expect(status === 'none', id).toBe(sections[id]?.status === 'skipped');
    }
  });
});
