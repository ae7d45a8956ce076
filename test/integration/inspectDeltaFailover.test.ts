import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { delta, expectVoid } from '../support/delta.js';
import { VISITS_LOGGED } from '../support/inspected.js';
import { startServer, startStandby, type TestServer } from '../support/servers.js';

describe('--delta over a failover', () => {
  let primary: TestServer;
  let standby: TestServer;
  beforeAll(async () => {
    primary = await startServer({ major: 16, settings: VISITS_LOGGED });
    await primary.query('CREATE TABLE work (id int)');
    standby = await startStandby(primary);
  });
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  test('a standby that became a primary in between voids everything', async () => {
    const args = ['--interval', '6s', '--sections', 'pg_stat_database,pg_stat_user_tables'];
    const ports = [primary.port, standby.port].map(String).join(',');
    const dsn = `host=127.0.0.1,127.0.0.1 port=${ports} user=postgres dbname=postgres target_session_attrs=primary`;
    const inspected = await delta(
      primary,
      dsn,
      async () => {
        await primary.halt();
        await standby.promote();
      },
      args,
    );
    expect(inspected.result.exitCode).toBe(0);
    expectVoid(inspected, 'pg_stat_user_tables', 'failover');
    expectVoid(inspected, 'pg_stat_database', 'failover');
    expect(inspected.envelope.cluster).toMatchObject({
      role: 'primary',
      timeline: 2,
      node: { port: standby.port },
    });
    await primary.start();
  });
});
