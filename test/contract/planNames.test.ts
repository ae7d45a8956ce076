import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAJORS } from '../support/cluster.js';
import { startServer, type TestServer } from '../support/servers.js';
import { openPlanner, plan, type Planner, type Wanted } from './planned.js';

/** Names that pg_settings does not list on every major, or at all. */
const UNLISTED = ['role', 'session_authorization', 'seed', 'is_superuser', 'ssl_renegotiation_limit'];

/** Values that PostgreSQL takes, and values that it does not. */
const VALUES: readonly (readonly [name: string, value: string])[] = [
  ['timezone', 'Europe/Berlin'],
  ['timezone', 'Nowhere/City'],
  ['datestyle', 'iso, dmy'],
  ['datestyle', 'banana'],
  ['default_tablespace', 'pg_default'],
  ['default_tablespace', 'nosuch'],
  ['temp_tablespaces', 'nosuch'],
  ['default_table_access_method', 'nosuch'],
  ['default_text_search_config', 'nosuch'],
  ['max_stack_depth', '1TB'],
  ['max_stack_depth', '1GB'],
  ['max_stack_depth', '200kB'],
  ['client_encoding', 'nosuch'],
  ['search_path', 'a, "B c"'],
  ['lc_messages', 'nosuch'],
  ['lc_monetary', 'C'],
  ['timezone_abbreviations', 'nosuch'],
  ['work_mem', '64MB'],
  ['work_mem', '64XB'],
  ['work_mem', '10'],
  ['work_mem', '1e30'],
  ['work_mem', '-1'],
  ['work_mem', ''],
  ['work_mem', ' 64 MB '],
  ['work_mem', '0x1000'],
  ['random_page_cost', '1.1'],
  ['random_page_cost', 'NaN'],
  ['random_page_cost', 'a'],
  ['synchronous_commit', 'no'],
  ['synchronous_commit', 'maybe'],
  ['autovacuum', 'tr'],
  ['autovacuum', 'o'],
  ['wal_level', 'REPLICA'],
  ['wal_level', 'hot_standby'],
  ['statement_timeout', '1ms'],
  ['statement_timeout', '25d'],
  ['lock_timeout', '1d 1h'],
  ['log_statement_stats', 'on'],
  ['session_replication_role', 'replica'],
  ['vacuum_cost_delay', '1500us'],
  ['application_name', 'it\'s "x" \\ y'],
  ['effective_io_concurrency', '100'],
  ['effective_io_concurrency', '100000'],
  ['pg_stat_statements.track', 'all'],
  ['pg_stat_statements.track', 'some'],
  ['plpgsql.variable_conflict', 'error'],
];

describe.each(MAJORS)('names and values on PostgreSQL %i', (major) => {
  let server: TestServer;
  let planner: Planner;
  let client: pg.Client;

  beforeAll(async () => {
    server = await startServer({ major });
    planner = await openPlanner(server.dsn());
    client = await server.client();
  });
  afterAll(async () => {
    await client.end();
    await planner.close();
    await server.stop();
  });

  /** SQLSTATE that ALTER SYSTEM itself ends with; `00000` for none. */
  async function stateOf(sql: string): Promise<string> {
    try {
      await client.query(sql);
      return '00000';
    } catch (error) {
      return String((error as { code?: unknown }).code);
    }
  }

  const codesFor = async (name: string, value: string | null): Promise<readonly string[]> => {
    const request = { id: null, fingerprint: null, node: null, changes: [{ name, new_value: value }] };
    return (await planner.plan(request)).plan.findings.map(({ code }) => code);
  };

  test('calls the same parameters unchangeable as ALTER SYSTEM does, of all there are', async () => {
    const listed = (await server.query('SELECT name FROM pg_settings')).map(({ name }) => String(name));
    const differing: string[] = [];
    for (const name of new Set([...listed, ...UNLISTED])) {
      const state = await stateOf(`ALTER SYSTEM RESET "${name.split('.').join('"."')}"`);
      const codes = await codesFor(name, null);
      if ((state === '55P02') !== codes.includes('parameter_not_changeable'))
        differing.push(`${name} ${state}`);
    }
    expect(listed.length).toBeGreaterThan(300);
    expect(differing).toEqual([]);
  });

  test('says of values what ALTER SYSTEM says', async () => {
    const differing: string[] = [];
    for (const [name, value] of VALUES) {
      const codes = await codesFor(name, value);
      const state = await stateOf(`ALTER SYSTEM SET ${name} = ${literals(name, value)}`);
      if (codes.includes('parameter_value_invalid') !== /^(?:22|42601)/.test(state)) {
        differing.push(`${name} = ${value}: ${state}, ${codes.join()}`);
      }
    }
    await client.query('ALTER SYSTEM RESET ALL');
    expect(differing).toEqual([]);
  });

  test('what it tries in its own session leaves no trace', async () => {
    const before = await server.query('SELECT name, setting FROM pg_settings ORDER BY name');
    const wanted: Wanted = {
      ...{ work_mem: '1GB', statement_timeout: 1, lock_timeout: 1, idle_in_transaction_session_timeout: 1 },
      ...{ client_encoding: 'LATIN1', default_transaction_read_only: 'on', log_min_messages: 'debug5' },
      ...{ log_min_duration_statement: 0, log_duration: 'on', log_statement: 'all' },
      ...{ search_path: 'nosuch', DateStyle: 'German', TimeZone: 'Asia/Tokyo', bytea_output: 'escape' },
      ...(major >= 17 ? { transaction_timeout: 1 } : {}),
      ...(major >= 14 ? { idle_session_timeout: 1 } : {}),
    };
    const log = join(server.dataDirectory, '..', 'log');
    const loggedBefore = (await readFile(log, 'utf8')).length;
    const { refusal, plan: made } = await plan(server.dsn(), wanted);
    expect(refusal).toBeNull();
    expect((await readFile(log, 'utf8')).slice(loggedBefore)).toBe('');
    expect(made.changeSet.parameters).toHaveLength(Object.keys(wanted).length);
    expect(await server.query('SELECT name, setting FROM pg_settings ORDER BY name')).toEqual(before);
  });

  test('unknown names, by what the server could know of them', async () => {
    const told = async (name: string, force = false): Promise<string> => {
      const { plan: made } = await plan(server.dsn(), { [name]: '1' }, { force });
      return made.findings.map(({ severity, code }) => `${severity} ${code}`).join();
    };
    expect(await told('nosuch')).toBe('refuse parameter_unknown');
    expect(await told('constructor')).toBe('refuse parameter_unknown');
    expect(await told('pg_stat_statements.trak', true)).toBe('refuse parameter_unknown');
    expect(await told('nobody.knows')).toBe('refuse parameter_unknown');
    const forced = await told('nobody.knows', true);
    const state = await stateOf(`ALTER SYSTEM SET nobody.knows = '1'`);
    expect([state, forced]).toEqual(
      major >= 17 ? ['00000', 'warn parameter_unknown'] : ['42704', 'refuse parameter_unknown'],
    );
    // What was written and never loaded may be taken out again.
    expect(await told('nobody.knows', true)).toBe(forced);
    const { refusal } = await plan(server.dsn(), { 'nobody.knows': null });
    expect([refusal?.code, await stateOf('ALTER SYSTEM RESET nobody.knows')]).toEqual(
      major >= 17 ? [undefined, '00000'] : ['parameter_unknown', '42704'],
    );
    await server.query('ALTER SYSTEM RESET ALL');
  });

  test('a list without an item, or with an empty one, is no value', async () => {
    for (const value of ['', '""', 'pg_stat_statements, ""', 'a,,b', '"a']) {
      const { refusal } = await plan(server.dsn(), { shared_preload_libraries: value });
      expect([value, refusal?.code, refusal?.exit]).toEqual([value, 'parameter_value_invalid', 2]);
    }
  });

  test('an error says what PostgreSQL says, with its hint', async () => {
    const { refusal } = await plan(server.dsn(), { max_stack_depth: '1GB' });
    expect(refusal?.message).toMatch(/^max_stack_depth: .*"max_stack_depth" must not exceed \d+kB/);
    expect(refusal?.hint).toMatch(/ulimit -s/);
    const unit = await plan(server.dsn(), { work_mem: '64XB' });
    expect(unit.refusal?.hint).toMatch(/TB, GB, MB, kB, B/);
  });

  test('all reasons are told at once, and the gravest gives the code', async () => {
    const { refusal } = await plan(server.dsn(), { work_mem: 'x', port: 1, data_directory: 'y', nosuch: 1 });
    expect(refusal?.code).toBe('parameter_unknown');
    expect(refusal?.exit).toBe(2);
    for (const name of ['work_mem', 'port', 'data_directory', 'nosuch'])
      expect(refusal?.message).toContain(name);
    const findings = refusal?.details?.['findings'] as { readonly code: string }[];
    expect(findings.map(({ code }) => code)).toEqual([
      'parameter_not_changeable',
      'parameter_unknown',
      'parameter_value_invalid',
      'boot_guard',
    ]);
  });
});

const LISTS = ['search_path', 'temp_tablespaces'];

function literals(name: string, value: string): string {
  return LISTS.includes(name) ? listOf(value) : literal(value);
}

function literal(value: string): string {
  return `E'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

function listOf(value: string): string {
  return value
    .split(', ')
    .map((item) => literal(item.replaceAll('"', '')))
    .join(', ');
}
