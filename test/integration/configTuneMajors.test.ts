import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROFILES } from '../../src/tuning/situation.js';
import { MAJORS } from '../support/cluster.js';
import { startServer, type TestServer } from '../support/servers.js';
import { tune } from '../support/tuned.js';

const HOST = ['--ram', '2GB', '--cpus', '4', '--storage', 'nvme'];
const WAITING = 'SELECT name FROM pg_settings WHERE pending_restart';

describe.each(MAJORS)('a fresh server of PostgreSQL %i', (major) => {
  let server: TestServer;
  let home: string;
  beforeAll(async () => {
    server = await startServer({ major, name: `tuned${String(major)}` });
    home = await mkdtemp(join(tmpdir(), 'pgdba-tuned-'));
  });
  afterAll(async () => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  });

  test.each(PROFILES)('tuned with the profile %s restarts with all of it in force', async (profile) => {
    const workload = major % 2 === 0 ? 'oltp' : 'olap';
    const asked = ['--dsn', server.dsn(), '--workload', workload, '--profile', profile, ...HOST];
    const { exitCode, envelope, data } = await tune([...asked, '--apply'], { home });
    expect(envelope.error).toBeNull();
    expect(exitCode).toBe(0);
    expect(data).toMatchObject({ changed: true, changeset: { status: 'applied' } });
    await server.restart();
    expect(await server.query(WAITING)).toEqual([]);
    expect((await tune(asked, { home })).data.recommendations).toEqual([]);
    await server.query(
      'CREATE TABLE tuned AS SELECT i FROM generate_series(1, 10000) AS i; DROP TABLE tuned',
    );
    await server.query('ALTER SYSTEM RESET ALL');
    await server.restart();
  });
});
