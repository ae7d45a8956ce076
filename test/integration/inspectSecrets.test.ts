import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type pg from 'pg';
import { inspect, section } from '../support/inspected.js';
import { runCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';

const SECRETS = ['geheim', 'verborgen', 'sesam'];
const SECTIONS = [
  '--sections',
  'pg_stat_statements,pg_stat_activity,pg_settings,pg_file_settings,pg_db_role_setting',
];

/**
 * Of ten thousand numbers of four digits, one answer holds some 1300 by chance: in the decimals of stddev_exec_time_ms
 * and its like, in queryids, in times. So the short one is looked for in texts of statements, and a long one everywhere.
 */
const NUMBERS = { short: '4711', long: '47114711471147114711471147114711' };
const PERSONAL = `SELECT name, ${NUMBERS.short}, ${NUMBERS.long} FROM people WHERE name = 'Erika Mustermann'`;

let server: TestServer;
let idle: pg.Client;
let talkative: pg.Client;

beforeAll(async () => {
  server = await startServer({
    major: 17,
    settings: { primary_conninfo: 'host=elsewhere user=walreceiver password=verborgen' },
  });
  await server.query('CREATE EXTENSION pg_stat_statements');
  await server.query('CREATE TABLE people (name text)');
  // pg_stat_statements keeps utility statements as they were written.
  await server.query("CREATE ROLE with_secret PASSWORD 'geheim'");
  await server.query("ALTER ROLE with_secret WITH VALID UNTIL '2030-01-01' PASSWORD E'ge\\x68eim'");
  await server.query("ALTER ROLE with_secret SET search_path = 'sesame_street'");
  idle = await server.client();
  // The last statement of an idle session stays in pg_stat_activity.
  await idle.query("ALTER ROLE with_secret PASSWORD 'sesam'");
  talkative = await server.client();
  await talkative.query(PERSONAL);
});
afterAll(async () => {
  await idle.end();
  await talkative.end();
  await server.stop();
});

describe('passwords in statements and settings', () => {
  test.each(['json', 'table', 'markdown', 'yaml'])('are masked in --format %s', async (format) => {
    const { exitCode, stdout } = await runCli([
      'inspect',
      '--dsn',
      server.dsn(),
      ...SECTIONS,
      '--limit',
      '0',
      '--format',
      format,
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('ALTER ROLE with_secret');
    expect(stdout).toContain('walreceiver');
    expect(stdout.replaceAll('sesame_street', '')).not.toMatch(/geheim|ge\\+x68eim|verborgen|sesam/);
  });

  test('are masked where they stand, and nothing else is', async () => {
    const inspected = await inspect(server.dsn(), [...SECTIONS, '--limit', '0']);
    const statements = section(inspected, 'pg_stat_statements').rows.map((row) => row['query']);
    expect(statements).toContain("CREATE ROLE with_secret PASSWORD '********'");
    const activity = section(inspected, 'pg_stat_activity').rows.map((row) => row['query']);
    expect(activity).toContain("ALTER ROLE with_secret PASSWORD '********'");
    expect(activity).toContain(PERSONAL);
    const conninfo = section(inspected, 'pg_settings').rows.find((row) => row['name'] === 'primary_conninfo');
    expect(conninfo?.['setting']).toBe('host=elsewhere user=walreceiver password=********');
    expect(conninfo?.['reset_val']).toBe('host=elsewhere user=walreceiver password=********');
  });

  test('--redact-literals masks every other literal too, and leaves names and parameters', async () => {
    const { data, result } = await inspect(server.dsn(), [...SECTIONS, '--limit', '0', '--redact-literals']);
    for (const literal of ['Erika', 'Mustermann', NUMBERS.long]) expect(result.stdout).not.toContain(literal);
    const activity = section({ data }, 'pg_stat_activity').rows.map((row) => row['query']);
    expect(activity).toContain("SELECT name, 0, 0 FROM people WHERE name = '********'");
    const statements = section({ data }, 'pg_stat_statements').rows.map((row) => row['query']);
    expect(statements).toContain('SELECT name, $1, $2 FROM people WHERE name = $3');
    expect([...activity, ...statements].join('\n')).not.toContain(NUMBERS.short);
  });

  test('a password on our own command line shows nowhere, not in the process list either', async () => {
    const dsn = `postgresql://nobody:geheim@127.0.0.1:${String(server.port)}/postgres`;
    const { exitCode, stdout, stderr, envelope } = await runCli([
      'inspect',
      '--dsn',
      dsn,
      '--log-level',
      'debug',
    ]);
    expect(exitCode).toBe(4);
    expect(envelope.error?.code).toBe('auth_failed');
    for (const secret of SECRETS) expect(stdout + stderr).not.toContain(secret);
  });
});
