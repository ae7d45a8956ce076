import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspect, section } from '../support/inspected.js';
import { startServer, type TestServer } from '../support/servers.js';

const SECTIONS = ['--sections', 'pg_stat_statements,pg_stat_statements_info', '--limit', '0'];
const TEXT = 'SELECT count(*) AS counted FROM pg_class';

describe('pg_stat_statements', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ major: 18 });
    for (const name of ['odd', 'without', 'old']) await server.createDatabase(name);
    await server.query(
      'CREATE SCHEMA "Odd ""Names"""; CREATE EXTENSION pg_stat_statements SCHEMA "Odd ""Names"""',
      {
        dbname: 'odd',
      },
    );
    const client = await server.client({ dbname: 'odd' });
    for (let i = 0; i < 3; i++) await client.query(TEXT);
    await client.end();
  });
  afterAll(() => server.stop());

  const counted = (rows: readonly Readonly<Record<string, unknown>>[]) =>
    rows.find((row) => row['query'] === TEXT && row['datname'] === 'odd');

  test('is found in whatever schema the extension lives in', async () => {
    const inspected = await inspect(server.dsn({ dbname: 'odd' }), SECTIONS);
    expect(section(inspected, 'pg_stat_statements').status).toBe('ok');
    expect(counted(section(inspected, 'pg_stat_statements').rows)).toMatchObject({
      calls: 3,
      rows: 3,
      toplevel: true,
    });
    expect(section(inspected, 'pg_stat_statements_info').rows).toMatchObject([
      { dealloc: 0, max_entries: 5000 },
    ]);
    expect(inspected.data.prerequisites).toContainEqual(
      expect.objectContaining({ name: 'pg_stat_statements', available: true, version: '1.12' }),
    );
  });

  test('is told as missing where the database does not have it', async () => {
    const inspected = await inspect(server.dsn({ dbname: 'without' }), SECTIONS);
    expect(inspected.result.exitCode).toBe(0);
    for (const id of ['pg_stat_statements', 'pg_stat_statements_info']) {
      expect(section(inspected, id)).toMatchObject({
        status: 'skipped',
        reason: 'extension_missing',
        rows: [],
      });
    }
    expect(inspected.data.prerequisites).toContainEqual(
      expect.objectContaining({ name: 'pg_stat_statements', available: false, version: null }),
    );
  });

  test('--no-query-text reads the numbers and no text', async () => {
    const { data } = await inspect(server.dsn({ dbname: 'odd' }), [...SECTIONS, '--no-query-text']);
    const { status, rows } = section({ data }, 'pg_stat_statements');
    expect(status).toBe('ok');
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter((row) => row['query'] !== null)).toEqual([]);
    expect(rows.filter((row) => row['calls'] === 3 && row['visible'] === true).length).toBeGreaterThan(0);
  });

  test.each([
    ['1.4', { wal_bytes: null, toplevel: null, temp_read_time_ms: null, stats_since: null }],
    ['1.7', { wal_bytes: null, toplevel: null, temp_read_time_ms: null, stats_since: null }],
    ['1.8', { wal_bytes: 0, toplevel: null, temp_read_time_ms: null, stats_since: null }],
    ['1.9', { wal_bytes: 0, toplevel: true, temp_read_time_ms: null, stats_since: null }],
    ['1.10', { wal_bytes: 0, toplevel: true, temp_read_time_ms: 0, stats_since: null }],
    ['1.11', { wal_bytes: 0, toplevel: true, temp_read_time_ms: 0, wal_buffers_full: null }],
    ['1.12', { wal_bytes: 0, toplevel: true, temp_read_time_ms: 0, wal_buffers_full: 0 }],
  ])('goes by the version of the extension, here %s on an 18 server', async (version, columns) => {
    await server.query('DROP EXTENSION IF EXISTS pg_stat_statements', { dbname: 'old' });
    await server.query(`CREATE EXTENSION pg_stat_statements VERSION '${version}'`, { dbname: 'old' });
    const inspected = await inspect(server.dsn({ dbname: 'old' }), SECTIONS);
    expect(section(inspected, 'pg_stat_statements').status).toBe('ok');
    expect(counted(section(inspected, 'pg_stat_statements').rows)).toMatchObject({ calls: 3, ...columns });
    const minor = Number(version.slice(2));
    expect(section(inspected, 'pg_stat_statements_info').reason).toBe(minor < 9 ? 'server_too_old' : null);
  });
});
