import { beforeAll, describe, expect, test } from 'vitest';
import type { Settings } from '../../../../src/core/setting/spec.js';
import { judge } from '../../../../src/tuning/acceptable.js';
import { catalogueOf } from '../../../../src/tuning/catalogue/catalogue.js';
import { Choices } from '../../../../src/tuning/choices.js';
import type { Proposal } from '../../../../src/tuning/rule.js';
import { RULES_OF } from '../../../../src/tuning/rules/registry.js';
import { PROFILES, WORKLOADS, type Situation } from '../../../../src/tuning/situation.js';
import { MAJORS } from '../../../support/majors.js';
import { GB } from '../situations.js';
import { evidence } from './asking.js';

/** Written out here, so that the product’s own list is checked too. */
const NEVER = [
  ...['fsync', 'full_page_writes', 'synchronous_commit', 'zero_damaged_pages', 'ignore_checksum_failure'],
  ...['allow_system_table_mods', 'wal_level', 'autovacuum', 'log_hostname', 'log_statement', 'io_method'],
];

/** Every alarm at once. */
const ALARMED = evidence({
  wal_observed_s: 1e5,
  checkpoints_observed_s: 1e5,
  bgwriter_observed_s: 1e5,
  databases_observed_s: 1e5,
  statements_observed_s: 1e5,
  wal_bytes: 1e13,
  wal_bytes_per_s: 1e8,
  wal_fpi_ratio: 0.9,
  wal_fpi_share_ratio: 1,
  checkpoints_timed: 0,
  checkpoints_requested: 1e5,
  bgwriter_halts: 1e9,
  database_bytes: 1e12,
  database_access_ratio: 1,
  block_read_bytes: 1e15,
  cache_hit_ratio: 0.1,
  temp_files: 1e9,
  temp_bytes: 1e15,
  temp_files_per_hour: 1e9,
  temp_bytes_per_hour: 1e15,
  connections_now: 100,
  connections_peak: 100,
  active_peak: 100,
  longest_idle_in_transaction_s: 1e6,
  tables_behind_autovacuum: 1e4,
  dead_tuple_ratio: 0.9,
  autovacuum_workers_busy: 100,
  statements_evicted: 1e6,
  replication_slots: 5,
  inactive_replication_slots: 5,
  slot_retained_bytes: 1e12,
  standbys: 2,
});

const HOSTS = [
  { ramBytes: GB / 2, cpus: 1 },
  { ramBytes: GB / 2, cpus: 0.25 },
  { ramBytes: 24 * GB + 12_345, cpus: 6 },
  { ramBytes: 4096 * GB, cpus: 256 },
  { ramBytes: null, cpus: null },
];

/** Standbys that nothing keeps WAL for, and no alarm at all. */
const STANDBYS = evidence({ standbys: 1, replication_slots: 0 });

interface Answer {
  readonly situation: Situation;
  readonly lines: readonly Proposal[];
}

const catalogues = new Map<number, Settings>();
const answers = new Map<number, readonly Answer[]>();
beforeAll(async () => {
  for (const major of MAJORS) {
    const settings = await catalogueOf(major);
    catalogues.set(major, settings);
    answers.set(
      major,
      [...situations(major, settings)].map((situation) => ({ situation, lines: proposed(situation) })),
    );
  }
});

function* situations(major: number, settings: Settings): Generator<Situation> {
  for (const workload of WORKLOADS)
    for (const profile of PROFILES)
      for (const storage of ['ssd', 'nvme', 'hdd', null] as const)
        for (const host of HOSTS)
          for (const dbSize of ['less_ram', 'mid_ram'] as const)
            for (const seen of [null, STANDBYS, ALARMED])
              yield {
                ...{ major, workload, profile, dbSize, connections: null, settings, evidence: seen },
                host: { ...host, storage },
              };
}

function proposed(situation: Situation): readonly Proposal[] {
  const choices = new Choices(situation.settings, 'checked');
  return RULES_OF.pgdba.flatMap((rule) => {
    const lines = rule.propose(situation, choices);
    for (const line of lines) {
      if (!rule.parameters.includes(line.parameter)) throw new Error(`${rule.id} proposes ${line.parameter}`);
      choices.take(line);
    }
    return lines;
  });
}

function linesOf(major: number): readonly Proposal[] {
  return (answers.get(major) ?? []).flatMap(({ lines }) => lines);
}

describe('the rules', () => {
  test('have ids, titles and references of their own, and name parameters that some major has', () => {
    for (const rules of Object.values(RULES_OF)) {
      expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
      for (const { id, title, reference, parameters } of rules) {
        expect(title, id).not.toBe('');
        expect(reference, id).not.toBe('');
        for (const parameter of parameters.filter((name) => !name.includes('.'))) {
          expect(
            [...catalogues.values()].some((all) => all.has(parameter)),
            parameter,
          ).toBe(true);
        }
      }
    }
  });

  test('never name a parameter that nobody should be told to change', () => {
    const named = RULES_OF.pgdba.flatMap(({ parameters }) => parameters);
    expect(named.filter((parameter) => NEVER.includes(parameter))).toEqual([]);
  });

  test('all of them speak in some situation', () => {
    const spoke = new Set(MAJORS.flatMap((major) => linesOf(major).map(({ parameter }) => parameter)));
    const named = new Set(RULES_OF.pgdba.flatMap(({ parameters }) => parameters));
    const silent = [...named].filter((parameter) => !spoke.has(parameter));
    // A fresh server has no wrong value to mend; the rules’ own tests have.
    expect(silent.sort()).toEqual([
      'autovacuum_vacuum_cost_delay',
      'huge_pages',
      'pg_stat_statements.max',
      'pg_stat_statements.track',
      'wal_buffers',
    ]);
  });
});

describe.each(MAJORS)('PostgreSQL %i, in every situation', (major) => {
  test('whatever is proposed the server has and takes, and the refuse list is respected', () => {
    const settings: Settings = catalogues.get(major) ?? new Map();
    const seen = new Set<string>();
    for (const proposal of linesOf(major)) {
      const key = `${proposal.parameter} = ${proposal.value}`;
      if (seen.has(key)) continue;
      seen.add(key);
      expect(judge(proposal, settings).objection, key).toBeNull();
      expect(proposal.rationale.length, key).toBeGreaterThan(20);
    }
    expect(seen.size).toBeGreaterThan(80);
  });

  test('max_worker_processes is never lowered, huge_pages never on or off', () => {
    for (const { parameter, value } of linesOf(major)) {
      if (parameter === 'max_worker_processes') expect(Number(value)).toBeGreaterThan(8);
      if (parameter === 'huge_pages') expect(value).toBe('try');
    }
  });

  test('without knowing the host nothing is proposed that takes memory, needs a restart or ends sessions unseen', () => {
    const settings = catalogues.get(major);
    for (const { situation, lines } of answers.get(major) ?? []) {
      if (situation.profile !== 'remote-conservative' || situation.evidence === ALARMED) continue;
      for (const { parameter } of lines) {
        expect(settings?.get(parameter)?.context, parameter).not.toBe('postmaster');
        expect(parameter).not.toMatch(
          /_mem$|^max_wal_size|^max_parallel|_io_concurrency|cost_limit|_session_timeout|slot|temp_file_limit/,
        );
      }
    }
  });
});
