import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alterSystemReset, alterSystemSet } from '../../src/core/setting/alterSystem.js';
import type { Settings } from '../../src/core/setting/spec.js';
import { Choices } from '../../src/tuning/choices.js';
import type { Evidence } from '../../src/tuning/evidence.js';
import { RULES_OF } from '../../src/tuning/rules/registry.js';
import { PROFILES, WORKLOADS, type Situation } from '../../src/tuning/situation.js';
import { MAJORS } from '../support/majors.js';
import { startServer, type TestServer } from '../support/servers.js';
import { evidenceAt } from './evidenceRead.js';

const GB = 1024 ** 3;
const HOSTS = [
  { ramBytes: GB / 2, cpus: 1 },
  { ramBytes: 24 * GB + 12_345, cpus: 6 },
  { ramBytes: 4096 * GB, cpus: 256 },
];

/** Everything that the rules look for, at once. */
const ALARM: Partial<Evidence> = {
  wal_observed_s: 1e5,
  checkpoints_observed_s: 1e5,
  bgwriter_observed_s: 1e5,
  databases_observed_s: 1e5,
  statements_observed_s: 1e5,
  wal_bytes: 1e13,
  wal_bytes_per_s: 1e8,
  wal_fpi_share_ratio: 1,
  checkpoints_timed: 0,
  checkpoints_requested: 1e5,
  bgwriter_halts: 1e9,
  database_bytes: 1e12,
  database_access_ratio: 1,
  temp_files: 1e9,
  temp_bytes: 1e15,
  temp_files_per_hour: 1e9,
  temp_bytes_per_hour: 1e15,
  connections_peak: 100,
  active_peak: 100,
  longest_idle_in_transaction_s: 1e6,
  tables_behind_autovacuum: 1e4,
  autovacuum_workers_busy: 100,
  statements_evicted: 1e6,
  replication_slots: 5,
  inactive_replication_slots: 5,
  slot_retained_bytes: 1e12,
  standbys: 2,
};

/** Values that real configurations carry along, and that rules mend. */
const OLD_VALUES = {
  wal_buffers: '64kB',
  huge_pages: 'off',
  autovacuum_vacuum_cost_delay: '20ms',
  'pg_stat_statements.track': 'none',
};

function* situations(major: number, settings: Settings, seen: Evidence): Generator<Situation> {
  for (const workload of WORKLOADS)
    for (const profile of PROFILES)
      for (const storage of ['ssd', 'nvme', 'hdd'] as const)
        for (const host of HOSTS)
          for (const evidence of [
            null,
            seen,
            { ...seen, ...ALARM },
            { ...seen, standbys: 1, replication_slots: 0 },
          ])
            yield {
              ...{ major, workload, profile, settings, evidence },
              ...{ connections: null, dbSize: 'mid_ram', host: { ...host, storage } },
            };
}

/** Every proposal that the rules make for this server on some host, `name = value`. */
function proposals(major: number, settings: Settings, evidence: Evidence): [name: string, value: string][] {
  const found = new Map<string, [string, string]>();
  for (const situation of situations(major, settings, evidence)) {
    const choices = new Choices(settings, 'checked');
    for (const rule of RULES_OF.pgdba) {
      for (const proposal of rule.propose(situation, choices)) {
        choices.take(proposal);
        found.set(`${proposal.parameter} = ${proposal.value}`, [proposal.parameter, proposal.value]);
      }
    }
  }
  return [...found.values()];
}

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  let server: TestServer;
  let client: pg.Client;

  beforeAll(async () => {
    server = await startServer({ major, name: 'evidence', settings: OLD_VALUES });
    client = await server.client();
  }, 120_000);
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  test('takes every value that any rule proposes for it, and none is pending in error', async () => {
    const { settings, evidence } = await evidenceAt(server.dsn());
    const all = proposals(major, settings, evidence);
    expect(all.length).toBeGreaterThan(60);
    for (const [name, value] of all) {
      await expect(
        client.query(alterSystemSet(name, value, major)),
        `${name} = ${value}`,
      ).resolves.toBeDefined();
    }
    for (const name of Object.keys(OLD_VALUES)) expect(all.map(([parameter]) => parameter)).toContain(name);
    await client.query('SELECT pg_reload_conf()');
    const { rows } = await client.query<{ name: string }>(
      `SELECT f.name FROM pg_file_settings AS f JOIN pg_settings AS s USING (name)
        WHERE f.error IS NOT NULL AND s.context <> 'postmaster'`,
    );
    expect(rows).toEqual([]);
    for (const name of new Set(all.map(([parameter]) => parameter)))
      await client.query(alterSystemReset(name));
  });
});
