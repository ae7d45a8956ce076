import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../support/binaries.js';
import { judge, snapshotOf } from '../support/checkProofs/judged.js';
import { MAJORS } from '../support/cluster.js';
import { startServer, type TestServer } from '../support/servers.js';
import { statisticsTold } from '../support/statisticsTold.js';

const GB = 1024 ** 3;
const HOST = { ramBytes: 4 * GB, cpus: 2, storage: 'ssd' } as const;

/** What the four gigabytes ask for, and none of the haste of other test servers. */
const SENSIBLE = {
  fsync: 'on',
  shared_buffers: '1GB',
  effective_cache_size: '3GB',
  work_mem: '8MB',
  maintenance_work_mem: '256MB',
  wal_buffers: '16MB',
  min_wal_size: '1GB',
  max_wal_size: '4GB',
  random_page_cost: '1.1',
  effective_io_concurrency: '200',
  autovacuum_naptime: '1min',
  max_connections: '100',
  max_worker_processes: '8',
  archive_mode: 'on',
  archive_command: 'true',
  password_encryption: 'scram-sha-256',
};

describe.each(MAJORS)('a well-set PostgreSQL %i that somebody works with', (major) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({
      major,
      settings: { ...SENSIBLE, ...(major < 13 ? {} : { maintenance_io_concurrency: '200' }) },
      name: `quiet${String(major)}`,
    });
    await server.query('CREATE ROLE monitor LOGIN IN ROLE pg_monitor; CREATE ROLE bare LOGIN');
    await server.createDatabase('shop');
    const seed = await readFile(join(REPOSITORY, 'test/support/seed.sql'), 'utf8');
    await server.query(seed, { dbname: 'shop' });
    await server.query(
      'UPDATE shop.orders SET status = status; DELETE FROM shop.order_items WHERE line_no = 3',
      {
        dbname: 'shop',
      },
    );
    await server.query('SELECT pg_switch_wal()');
    await statisticsTold(server, 'shop');
  });
  afterAll(() => server.stop());

  it.each(['postgres', 'monitor', 'bare'])('gives no cause for a warning, as %s', async (user) => {
    const text = await snapshotOf(server.dsn({ user, dbname: 'shop' }));
    const alarms = (host?: typeof HOST): string[] =>
      judge(text, null, host)
        .findings.filter(({ severity }) => severity !== 'info')
        .map(({ id, evidence }) => `${id} ${JSON.stringify(evidence)}`);
    expect(alarms()).toEqual([]);
    expect(alarms(HOST)).toEqual([]);
  });
});
