import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, startStandby, type TestServer } from '../support/servers.js';
import { evidenceAt } from './evidenceRead.js';

describe.each([12, 18] as const)('a primary and its standby, PostgreSQL %i', (major) => {
  let primary: TestServer;
  let standby: TestServer;

  beforeAll(async () => {
    primary = await startServer({ major, name: 'evidence' });
    standby = await startStandby(primary);
  }, 120_000);
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  test('the primary counts its standby', async () => {
    const streaming = `SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'`;
    while ((await primary.query(streaming)).length === 0) continue;
    const { evidence } = await evidenceAt(primary.dsn());
    expect(evidence).toMatchObject({ standbys: 1 });
    expect(evidence.wal_bytes_per_s).toBeGreaterThan(0);
    expect(evidence.checkpoints_requested).not.toBeNull();
  });

  test('the standby writes no WAL and makes no checkpoints of its own: neither is told, and the rest is', async () => {
    const { evidence, roundTrips } = await evidenceAt(standby.dsn());
    expect(evidence).toMatchObject({
      wal_observed_s: null,
      wal_bytes: null,
      wal_bytes_per_s: null,
      wal_fpi_ratio: null,
      wal_fpi_share_ratio: null,
      checkpoints_observed_s: null,
      checkpoints_timed: null,
      checkpoints_requested: null,
      standbys: 0,
      prepared_xacts: 0,
    });
    expect(evidence.wal_directory_bytes).toBeGreaterThan(0);
    expect(evidence.database_bytes).toBeGreaterThan(0);
    expect(roundTrips).toBe(1);
  });
});
