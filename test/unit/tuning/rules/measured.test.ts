import { describe, expect, test } from 'vitest';
import { measuredBgwriter } from '../../../../src/tuning/rules/measured/bgwriter.js';
import { measuredCache } from '../../../../src/tuning/rules/measured/cache.js';
import { measuredConnections } from '../../../../src/tuning/rules/measured/connections.js';
import { measuredStatements } from '../../../../src/tuning/rules/measured/statements.js';
import { measuredWalCompression } from '../../../../src/tuning/rules/measured/walCompression.js';
import { measuredWalSize } from '../../../../src/tuning/rules/measured/walSize.js';
import { measuredWorkMem } from '../../../../src/tuning/rules/measured/workMem.js';
import type { Settings } from '../../../../src/core/setting/spec.js';
import type { Evidence } from '../../../../src/tuning/evidence.js';
import type { Situation } from '../../../../src/tuning/situation.js';
import { GB, situation } from '../situations.js';
import { evidence, only, settings, values } from './asking.js';

const MB = 1024 ** 2;
const DAY = 86_400;
const pg12 = await settings(12);
const pg14 = await settings(14);
const pg17 = await settings(17);

/** What makes a rule speak, of which each test takes something away. */
function observer(known: Partial<Evidence>, all = pg17) {
  return (change: Partial<Evidence> = {}, more: Partial<Situation> = {}): Situation => ({
    ...situation({ settings: all, evidence: evidence({ ...known, ...change }) }),
    ...more,
  });
}

describe('max_wal_size by the WAL that is written', () => {
  const timeout = { checkpoint_timeout: '15min' };
  const rule = measuredWalSize;
  const busy = observer({
    wal_observed_s: DAY,
    wal_bytes: 4 * MB * DAY,
    wal_bytes_per_s: 4 * MB,
    checkpoints_observed_s: DAY,
    checkpoints_timed: 10,
    checkpoints_requested: 700,
  });

  test('is rate × interval × 1.9, half as much again, in whole GB', () => {
    // 4MB/s × 900s × 1.9 × 1.5 = 10.02GB
    expect(only(rule, busy({ checkpoints_requested: 0 }), { ...timeout, min_wal_size: '4GB' })).toMatchObject(
      {
        parameter: 'max_wal_size',
        value: '11GB',
        confidence: 'medium',
        source: 'measured',
        evidence: { wal_bytes_per_s: 4 * MB, in_force_bytes: GB, checkpoint_timeout_s: 900 },
      },
    );
    // The default interval of 5 minutes: 3.3GB
    expect(values(rule, busy({ checkpoints_requested: 0 }))).toEqual({
      max_wal_size: '4GB',
      min_wal_size: '1GB',
    });
  });

  test('counts min_wal_size in', () => {
    expect(values(rule, busy(), timeout)).toEqual({ max_wal_size: '11GB', min_wal_size: '3GB' });
    expect(values(rule, busy(), { ...timeout, min_wal_size: '3GB' })).toEqual({ max_wal_size: '11GB' });
  });

  test('never lowers, and leaves what is nearly enough', () => {
    expect(values(rule, busy(), { ...timeout, max_wal_size: '10GB' })).toEqual({});
    expect(values(rule, busy(), { ...timeout, max_wal_size: '64GB' })).toEqual({});
    expect(values(rule, busy(), { ...timeout, max_wal_size: '9GB' })).toMatchObject({ max_wal_size: '11GB' });
  });

  test('is sure of a day of forced checkpoints, less of an hour’s, least of a short rate alone', () => {
    const confidence = (change: Partial<Evidence>) =>
      only(rule, busy(change), { min_wal_size: '1GB' }).confidence;
    expect(confidence({})).toBe('high');
    expect(confidence({ wal_observed_s: 3600 })).toBe('medium');
    expect(confidence({ checkpoints_requested: 0 })).toBe('medium');
    expect(confidence({ checkpoints_requested: 0, wal_observed_s: 3600 })).toBe('low');
  });

  test('bursts that force checkpoints double it, though the average would fit', () => {
    const quiet = { wal_bytes_per_s: 0.02 * MB, wal_bytes: 0.02 * MB * DAY };
    expect(values(rule, busy({ ...quiet, checkpoints_requested: 3 }))).toMatchObject({ max_wal_size: '2GB' });
    expect(values(rule, busy({ ...quiet, checkpoints_requested: 2 }))).toEqual({});
    // Three of thirty are a tenth.
    expect(values(rule, busy({ ...quiet, checkpoints_requested: 3, checkpoints_timed: 27 }))).toMatchObject({
      max_wal_size: '2GB',
    });
    expect(values(rule, busy({ ...quiet, checkpoints_requested: 3, checkpoints_timed: 28 }))).toEqual({});
  });

  test('checkpoints by hand are not forced by volume: there was too little WAL for that', () => {
    const byHand = {
      wal_bytes_per_s: 100,
      wal_bytes: 1.5 * GB,
      checkpoints_requested: 500,
      checkpoints_timed: 0,
    };
    // 1GB / 1.9 begins a checkpoint: of 1.5GB two may have been forced, of 1.6GB three.
    expect(values(rule, busy(byHand))).toEqual({});
    expect(values(rule, busy({ ...byHand, checkpoints_requested: 3 }))).toEqual({});
    expect(values(rule, busy({ ...byHand, wal_bytes: 1.6 * GB, checkpoints_requested: 3 }))).toMatchObject({
      max_wal_size: '2GB',
    });
  });

  test('has limits: 64GB, and 4GB where the disk is not known', () => {
    const flood = { wal_bytes_per_s: 200 * MB };
    expect(values(rule, busy(flood), timeout)).toMatchObject({ max_wal_size: '64GB' });
    expect(values(rule, busy(flood, { profile: 'remote-conservative' }), timeout)).toMatchObject({
      max_wal_size: '4GB',
    });
    const enough = { ...timeout, max_wal_size: '4GB' };
    expect(values(rule, busy(flood, { profile: 'remote-conservative' }), enough)).toEqual({});
  });

  test('says nothing of too short a time, of a standby, and of a planned server', () => {
    expect(values(rule, busy({ wal_observed_s: 599 }))).toEqual({});
    expect(values(rule, busy({ checkpoints_observed_s: 599 }))).toEqual({});
    expect(values(rule, busy({ wal_bytes_per_s: null, wal_bytes: null }))).toEqual({});
    expect(values(rule, busy({ checkpoints_observed_s: null }))).toEqual({});
    expect(values(rule, situation({ settings: pg17 }))).toEqual({});
  });

  test('12 and 13 know the rate of the last minutes: it counts beside forced checkpoints only', () => {
    const recent = { wal_bytes: null, wal_observed_s: 60 };
    const old = (change: Partial<Evidence> = {}) =>
      values(rule, { ...busy({ ...recent, ...change }), settings: pg12 }, { min_wal_size: '1GB' });
    // 4MB/s × 300s × 1.5 × 1.5 = 2.6GB: the completion target of 12 is 0.5
    expect(old()).toEqual({ max_wal_size: '3GB' });
    expect(old({ wal_observed_s: 59 })).toEqual({});
    expect(old({ checkpoints_requested: 1 })).toEqual({});
    expect(old({ checkpoints_requested: null })).toEqual({});
  });
});

describe('work_mem by temporary files', () => {
  const rule = measuredWorkMem;
  const spilling = observer({
    databases_observed_s: 3600,
    temp_files: 60,
    temp_bytes: 60 * 10 * MB,
    temp_files_per_hour: 60,
    temp_bytes_per_hour: 60 * 10 * MB,
    active_peak: 2,
    connections_peak: 10,
  });
  const buffers = { shared_buffers: '6GB' };

  test('is the power of two that three times the average file fits into', () => {
    expect(only(rule, spilling(), buffers)).toMatchObject({
      value: '32MB',
      confidence: 'medium',
      source: 'measured',
      evidence: { average_file_bytes: 10 * MB, temp_files_per_hour: 60, in_force_bytes: 4 * MB },
    });
    expect(values(rule, spilling({ temp_bytes: 60 * 11 * MB }), buffers)).toEqual({ work_mem: '64MB' });
  });

  test('begins at a file a minute or a gigabyte an hour', () => {
    const few = { temp_files_per_hour: 59.9 };
    expect(values(rule, spilling(few), buffers)).toEqual({});
    expect(values(rule, spilling({ ...few, temp_bytes_per_hour: GB }), buffers)).toEqual({
      work_mem: '32MB',
    });
    expect(values(rule, spilling({ temp_files_per_hour: null, temp_bytes_per_hour: null }), buffers)).toEqual(
      {},
    );
  });

  test('the small files of hash joins ask for twice as much', async () => {
    const small = spilling({ temp_bytes: 60 * MB });
    expect(values(rule, small, buffers)).toEqual({ work_mem: '8MB' });
    const more = { ...small, settings: await settings(17, { work_mem: '20MB' }) };
    expect(values(rule, more, buffers)).toEqual({ work_mem: '40MB' });
  });

  test('goes as far as half of the free RAM, for three times the sessions at work', () => {
    const huge = { temp_bytes: 60 * GB };
    // (24GB - 6GB) / 2 / 10 sessions / 2 for hashes = 460MB
    expect(only(rule, spilling(huge), buffers)).toMatchObject({ value: '460MB', confidence: 'low' });
    expect(values(rule, spilling({ ...huge, active_peak: 20 }), buffers)).toEqual({ work_mem: '76MB' });
    // Unseen, all likely connections are reckoned with.
    expect(values(rule, spilling({ ...huge, active_peak: null }), buffers)).toEqual({ work_mem: '46MB' });
    expect(values(rule, { ...spilling(huge), settings: pg12 }, buffers)).toEqual({ work_mem: '921MB' });
  });

  test('and never beyond 1GB', () => {
    const large = spilling(
      { temp_bytes: 60 * 2 * GB },
      { host: { ramBytes: 512 * GB, cpus: 64, storage: 'nvme' } },
    );
    expect(values(rule, large, buffers)).toEqual({ work_mem: '1GB' });
  });

  test('without RAM all likely connections together get as much as shared_buffers', () => {
    const remote = spilling({}, { host: { ramBytes: null, cpus: null, storage: null } });
    // 6GB / 100 / 2 = 30.7MB
    expect(only(rule, remote, buffers)).toMatchObject({ value: '30MB', confidence: 'low' });
    expect(values(rule, remote, { shared_buffers: '128MB' })).toEqual({});
  });

  test('never lowers what is in force or what an earlier rule chose', async () => {
    expect(values(rule, spilling(), { ...buffers, work_mem: '64MB' })).toEqual({});
    expect(values(rule, spilling(), { ...buffers, work_mem: '31MB' })).toEqual({});
    expect(values(rule, spilling(), { ...buffers, work_mem: '30MB' })).toEqual({ work_mem: '32MB' });
    const high = { ...spilling(), settings: await settings(17, { work_mem: '256MB' }) };
    expect(values(rule, high, { ...buffers, work_mem: '8MB' })).toEqual({ work_mem: '460MB' });
  });

  test('says nothing of too short a time', () => {
    expect(values(rule, spilling({ databases_observed_s: 599 }), buffers)).toEqual({});
    expect(values(rule, spilling({ databases_observed_s: null }), buffers)).toEqual({});
    expect(values(rule, situation({ settings: pg17 }), buffers)).toEqual({});
  });
});

/** The settings with other methods of WAL compression built in. */
function built(all: Settings, enumvals: readonly string[]): Settings {
  const spec = all.get('wal_compression');
  return spec === undefined ? all : new Map([...all, ['wal_compression', { ...spec, enumvals }]]);
}

describe('wal_compression by full-page images', () => {
  const full = { wal_observed_s: 600, wal_bytes: GB, wal_fpi_share_ratio: 0.5, wal_fpi_ratio: 0.1 };
  const rule = measuredWalCompression;
  const images = observer(full);

  test('lz4 or zstd where built in, surely; else pglz', () => {
    expect(only(rule, images())).toMatchObject({ value: 'lz4', confidence: 'high' });
    const zstd = { ...images(), settings: built(pg17, ['pglz', 'zstd', 'on', 'off']) };
    expect(only(rule, zstd)).toMatchObject({ value: 'zstd', confidence: 'high' });
    const pglz = { ...images(), settings: built(pg17, ['pglz', 'on', 'off']) };
    expect(only(rule, pglz)).toMatchObject({ value: 'on', confidence: 'medium' });
    expect(only(rule, { ...images(), settings: pg14 })).toMatchObject({ value: 'on', confidence: 'medium' });
  });

  test.each([
    { wal_fpi_share_ratio: 0.49 },
    { wal_fpi_share_ratio: null },
    { wal_bytes: GB - 1 },
    { wal_observed_s: 599 },
  ])('says nothing with %o', (change) => {
    expect(values(rule, images(change))).toEqual({});
  });

  test('says nothing where WAL is compressed already', async () => {
    for (const method of ['pglz', 'lz4']) {
      const all = await settings(17, { wal_compression: method });
      expect(values(rule, { ...images(), settings: all })).toEqual({});
    }
  });
});

describe('max_connections by those in use', () => {
  const rule = measuredConnections;
  const full = observer({ connections_peak: 78 });

  test('at four fifths of what is not reserved, half as many again', () => {
    expect(only(rule, full())).toMatchObject({
      value: '150',
      evidence: { connections_peak: 78, reserved: 3 },
    });
    expect(values(rule, full({ connections_peak: 77 }))).toEqual({});
    expect(values(rule, full({ connections_peak: null }))).toEqual({});
  });

  test('reserved_connections, since 16, are not for everybody', async () => {
    const reserved = await settings(17, { reserved_connections: '10' });
    expect(values(rule, { ...full({ connections_peak: 70 }), settings: reserved })).toEqual({
      max_connections: '150',
    });
    expect(values(rule, full({ connections_peak: 70 }))).toEqual({});
  });

  test('--connections goes before', () => {
    expect(values(rule, full({}, { connections: 100 }))).toEqual({});
  });
});

describe('shared_buffers by hits and the size of the database', () => {
  const rule = measuredCache;
  const chosen = { shared_buffers: '6GB' };
  const cold = observer({
    databases_observed_s: 600,
    database_access_ratio: 0.8,
    database_bytes: 50 * GB,
    cache_hit_ratio: 0.949,
    block_read_bytes: 10 * 128 * MB,
  });

  test('blocks that are read again and again make it sure', () => {
    expect(only(rule, cold(), chosen)).toMatchObject({
      value: '6GB',
      confidence: 'high',
      source: 'measured',
    });
    expect(values(rule, cold({ block_read_bytes: 10 * 128 * MB - 1 }), chosen)).toEqual({});
    expect(values(rule, cold({ cache_hit_ratio: 0.95 }), chosen)).toEqual({});
    expect(values(rule, cold({ database_bytes: 128 * MB }), chosen)).toEqual({});
  });

  test('a database that fits as it is makes it doubtful', () => {
    const fits = { cache_hit_ratio: 0.99, database_bytes: 128 * MB };
    expect(only(rule, cold(fits), chosen)).toMatchObject({ value: '6GB', confidence: 'low' });
    expect(values(rule, cold({ ...fits, cache_hit_ratio: 0.98 }), chosen)).toEqual({});
    expect(values(rule, cold({ ...fits, database_bytes: 128 * MB + 1 }), chosen)).toEqual({});
  });

  test.each([
    { database_access_ratio: 0.79 },
    { databases_observed_s: 599 },
    { cache_hit_ratio: null },
    { database_bytes: null },
  ])('says nothing with %o', (change) => {
    expect(values(rule, cold(change), chosen)).toEqual({});
  });

  test('says nothing where no larger one was chosen', () => {
    expect(values(rule, cold())).toEqual({});
    expect(values(rule, cold(), { shared_buffers: '64MB' })).toEqual({});
  });
});

/** A server whose pg_stat_statements is loaded, with those of its settings that matter here. */
function loaded(max: string, track: string): Settings {
  const like = (name: string, of: string, setting: string) => {
    const spec = pg17.get(of);
    if (spec === undefined) throw new Error(of);
    return [
      name,
      { ...spec, name, setting, enumvals: name.endsWith('track') ? ['none', 'top', 'all'] : null },
    ] as const;
  };
  return new Map([
    ...pg17,
    like('pg_stat_statements.max', 'max_connections', max),
    like('pg_stat_statements.track', 'wal_level', track),
  ]);
}

describe('pg_stat_statements', () => {
  const rule = measuredStatements;
  const evicting = observer({ statements_observed_s: 3600, statements_evicted: 1 }, loaded('5000', 'top'));

  test('once an hour thrown out is too often: twice the room, at most 50000', () => {
    expect(values(rule, evicting())).toEqual({ 'pg_stat_statements.max': '10000' });
    expect(values(rule, evicting({ statements_observed_s: 3601 }))).toEqual({});
    expect(values(rule, { ...evicting(), settings: loaded('30000', 'top') })).toEqual({
      'pg_stat_statements.max': '50000',
    });
    expect(values(rule, { ...evicting(), settings: loaded('50000', 'top') })).toEqual({});
  });

  test('says nothing of too short a time, of what it cannot see, and where the library is not loaded', () => {
    expect(values(rule, evicting({ statements_observed_s: 599, statements_evicted: 100 }))).toEqual({});
    expect(values(rule, evicting({ statements_observed_s: null }))).toEqual({});
    expect(values(rule, evicting({ statements_evicted: null }))).toEqual({});
    expect(values(rule, { ...evicting(), settings: pg17 })).toEqual({});
  });

  test('records something', () => {
    const silent = { ...evicting({ statements_evicted: 0 }), settings: loaded('5000', 'none') };
    expect(values(rule, silent)).toEqual({ 'pg_stat_statements.track': 'top' });
  });
});

describe('the background writer', () => {
  const rule = measuredBgwriter;
  // 18000 rounds an hour at 200ms; a twentieth of them
  const halting = observer({ bgwriter_observed_s: 3600, bgwriter_halts: 900 });

  test('stopped in a twentieth of its rounds, it may write four times as much, at most 1000 pages', async () => {
    expect(only(rule, halting())).toMatchObject({ value: '400', evidence: { share_of_rounds_ratio: 0.05 } });
    expect(values(rule, halting({ bgwriter_halts: 899 }))).toEqual({});
    const more = { ...halting(), settings: await settings(17, { bgwriter_lru_maxpages: '400' }) };
    expect(values(rule, more)).toEqual({ bgwriter_lru_maxpages: '1000' });
  });

  test('says nothing where it is at its most or switched off, of too short a time, or unseen', async () => {
    for (const pages of ['0', '1000']) {
      const all = await settings(17, { bgwriter_lru_maxpages: pages });
      expect(values(rule, { ...halting(), settings: all })).toEqual({});
    }
    expect(values(rule, halting({ bgwriter_observed_s: 599 }))).toEqual({});
    expect(values(rule, halting({ bgwriter_observed_s: null }))).toEqual({});
    expect(values(rule, halting({ bgwriter_halts: null }))).toEqual({});
  });
});
