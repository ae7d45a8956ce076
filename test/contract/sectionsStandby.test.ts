import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SECTIONS } from '../../src/inspect/registry.js';
import type { Row } from '../../src/inspect/section.js';
import type { Major } from '../support/cluster.js';
import { readSection, variantFor } from '../support/sectionReader.js';
import { startServer, startStandby, type TestServer } from '../support/servers.js';

describe.each([12, 14, 18] as const)('a primary and its standby, PostgreSQL %i', (major: Major) => {
  let primary: TestServer;
  let standby: TestServer;

  const rowsOf = async (server: TestServer, id: string): Promise<Row[]> => {
    const section = SECTIONS.find((candidate) => candidate.id === id);
    if (section === undefined) throw new Error(`there is no section ${id}`);
    const client = await server.client();
    try {
      return await readSection(client, section, major);
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    primary = await startServer({ major, settings: { wal_level: 'logical', max_wal_senders: '5' } });
    await primary.query('CREATE UNLOGGED TABLE forgotten (id int GENERATED ALWAYS AS IDENTITY)');
    await primary.query('CREATE TABLE kept (id int GENERATED ALWAYS AS IDENTITY)');
    standby = await startStandby(primary);
    await primary.query('INSERT INTO kept DEFAULT VALUES');
    for (;;) {
      const [row] = await primary.query(
        'SELECT state FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()',
      );
      if (row?.['state'] === 'streaming') break;
    }
  });
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  test('every section reads on the standby', async () => {
    const client = await standby.client();
    try {
      for (const section of SECTIONS) {
        if ((await variantFor(section, major, client)) === undefined) continue;
        await expect(readSection(client, section, major), section.id).resolves.toBeInstanceOf(Array);
      }
    } finally {
      await client.end();
    }
  });

  test('the primary says who follows it, and the standby whom it follows', async () => {
    const [sender] = await rowsOf(primary, 'pg_stat_replication');
    expect(sender).toMatchObject({ state: 'streaming', usename: primary.superuser });
    for (const lag of ['send_lag_bytes', 'write_lag_bytes', 'flush_lag_bytes', 'replay_lag_bytes']) {
      expect(sender?.[lag], lag).toBeTypeOf('number');
    }
    const [receiver] = await rowsOf(standby, 'pg_stat_wal_receiver');
    expect(receiver).toMatchObject({ status: 'streaming', received_tli: 1 });
    expect(receiver?.['flushed_lsn']).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(await rowsOf(primary, 'pg_stat_wal_receiver')).toEqual([]);
  });

  test('system tells a primary from a standby and never mixes their positions', async () => {
    const [onPrimary] = await rowsOf(primary, 'system');
    expect(onPrimary).toMatchObject({
      in_recovery: false,
      timeline: 1,
      receive_wal_lsn: null,
      replay_wal_lsn: null,
      replay_lag_bytes: null,
      replay_paused: null,
    });
    expect(onPrimary?.['current_wal_lsn']).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    const [onStandby] = await rowsOf(standby, 'system');
    expect(onStandby).toMatchObject({
      in_recovery: true,
      timeline: 1,
      current_wal_lsn: null,
      replay_paused: false,
    });
    expect(onStandby?.['replay_wal_lsn']).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(onStandby?.['replay_lag_bytes']).toBeTypeOf('number');
  });

  test('a sequence that a standby cannot read is marked, the others are read', async () => {
    const sequences = await rowsOf(standby, 'pg_sequences');
    const bySource = (name: string) =>
      sequences.find((row) => row['sequencename'] === name)?.['value_source'];
    expect(bySource('kept_id_seq')).toBe('read');
    // A sequence of an unlogged table is itself unlogged since 15.
    expect(bySource('forgotten_id_seq')).toBe(major >= 15 ? 'not_on_standby' : 'never_used');
  });
});
