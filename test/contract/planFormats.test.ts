import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChangeSet } from '../../src/tuning/changeset/changeSet.js';
import { planOutput } from '../../src/tuning/formats/output.js';
import { startServer, type TestServer } from '../support/servers.js';
import { PLANNED } from '../unit/tuning/formats/planned.js';

/** What SHOW prints of the plan's values. */
const SHOWN = {
  work_mem: '20426kB',
  checkpoint_timeout: '15min',
  jit: 'off',
  log_lock_waits: 'on',
  max_connections: '80',
  random_page_cost: '1.1',
  search_path: '"$user", public',
  log_line_prefix: "%m [%p] 'q' \\ ",
};

async function shown(server: TestServer): Promise<Record<string, unknown>> {
  const rows = await server.query(
    `SELECT name, pg_catalog.current_setting(name) AS value FROM pg_catalog.pg_settings WHERE name = ANY ($1)`,
    { params: [Object.keys(SHOWN)] },
  );
  return Object.fromEntries(rows.map((row) => [String(row['name']), row['value']]));
}

describe.each([12, 15, 18] as const)('PostgreSQL %i takes a plan', (major) => {
  let server: TestServer;
  const planned = PLANNED.filter(({ name }) => name !== 'shared_buffers');

  beforeAll(async () => {
    server = await startServer({ major, name: 'formats' });
  });
  afterAll(async () => {
    await server.stop();
  });

  it('as conf', async () => {
    const { documents } = await planOutput('conf', {} as ChangeSet, planned, major);
    await server.halt();
    await appendFile(join(server.dataDirectory, 'postgresql.conf'), `\n${documents[0]?.text ?? ''}`);
    await server.start();
    expect(await shown(server)).toEqual(SHOWN);
  });

  it('as alter-system, statement by statement', async () => {
    const { documents } = await planOutput('alter-system', {} as ChangeSet, planned, major);
    const client = await server.client({});
    try {
      for (const statement of (documents[0]?.text ?? '').trimEnd().split('\n')) await client.query(statement);
    } finally {
      await client.end();
    }
    const entries = await server.query(
      `SELECT name, setting FROM pg_catalog.pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf'`,
    );
    expect(Object.fromEntries(entries.map((row) => [row['name'], row['setting']]))).toMatchObject({
      work_mem: '20426kB',
      search_path: '"$user", public',
      log_line_prefix: SHOWN.log_line_prefix,
    });
    await server.restart();
    expect(await shown(server)).toEqual(SHOWN);
  });
});
