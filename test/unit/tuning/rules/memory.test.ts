import { describe, expect, test } from 'vitest';
import { effectiveCacheSize } from '../../../../src/tuning/rules/pgdba/effectiveCacheSize.js';
import { hugePages } from '../../../../src/tuning/rules/pgdba/hugePages.js';
import {
  autovacuumWorkMem,
  maintenanceWorkMem,
} from '../../../../src/tuning/rules/pgdba/maintenanceMemory.js';
import { maxConnections } from '../../../../src/tuning/rules/pgdba/maxConnections.js';
import { sharedBuffers } from '../../../../src/tuning/rules/pgdba/sharedBuffers.js';
import { tempFileLimit } from '../../../../src/tuning/rules/pgdba/tempFileLimit.js';
import { workMem } from '../../../../src/tuning/rules/pgdba/workMem.js';
import { GB, situation } from '../situations.js';
import { asked, evidence, only, settings, values } from './asking.js';

const pg17 = await settings(17);

describe('max_connections', () => {
  test('of a planned server: as many as asked for, surely', () => {
    expect(only(maxConnections, situation({ connections: 150, settings: pg17 }))).toMatchObject({
      value: '150',
      confidence: 'high',
      source: 'pgdba',
      evidence: { asked_for: 150 },
    });
  });

  test('of a planned server: PGTune’s number, as far as RAM goes, and a guess', () => {
    expect(only(maxConnections, situation({ workload: 'oltp', settings: pg17 }))).toMatchObject({
      value: '300',
      confidence: 'low',
      source: 'pgtune',
      evidence: { no_evidence: 'no server, so no statistics' },
    });
    const small = situation({ workload: 'oltp', ramBytes: 4 * GB, settings: pg17 });
    expect(only(maxConnections, small)).toMatchObject({ value: '170', source: 'pgdba' });
    const tiny = situation({ workload: 'oltp', ramBytes: GB / 4, settings: pg17 });
    expect(values(maxConnections, tiny)).toEqual({ max_connections: '20' });
    expect(values(maxConnections, situation({ ramBytes: null, settings: pg17 }))).toEqual({});
  });

  test('of a live server: nothing unless asked for', async () => {
    const live = situation({
      workload: 'desktop',
      evidence: evidence({ connections_peak: 1 }),
      settings: await settings(17, { max_connections: '1000' }),
    });
    expect(values(maxConnections, live)).toEqual({});
  });

  test('of a live server: raised as asked, lowered never near what is used, and not at all unseen', async () => {
    const live = (connections: number, peak: number | null) =>
      situation({
        connections,
        evidence: evidence({ connections_peak: peak }),
        settings: pg17,
      });
    expect(only(maxConnections, live(200, null))).toMatchObject({ value: '200', confidence: 'high' });
    expect(values(maxConnections, live(100, 10))).toEqual({});
    expect(values(maxConnections, live(50, null))).toEqual({});
    expect(only(maxConnections, live(50, 10))).toMatchObject({ value: '50', confidence: 'low' });
    // 40 × 1.5 and the three reserved for superusers
    expect(values(maxConnections, live(50, 40))).toEqual({ max_connections: '63' });
    expect(values(maxConnections, live(50, 66))).toEqual({});
    const reserved = situation({
      connections: 20,
      evidence: evidence({ connections_peak: 10 }),
      settings: await settings(17, { reserved_connections: '7' }),
    });
    expect(values(maxConnections, reserved)).toEqual({ max_connections: '25' });
  });
});

describe('shared_buffers', () => {
  const rule = sharedBuffers;
  const planned = (ramBytes: number, workload: 'oltp' | 'desktop' = 'oltp') =>
    situation({ ramBytes, workload, settings: pg17 });

  test.each([
    [GB / 2, '128MB'],
    [24 * GB, '6GB'],
    [4096 * GB, '1TB'],
  ])('of a planned server with %d bytes of RAM', (ram, value) => {
    expect(values(rule, planned(ram))).toEqual({ shared_buffers: value === '1TB' ? '1024GB' : value });
  });

  test('a sixteenth on a desktop; whole MB, and then it is no longer PGTune’s number', () => {
    expect(only(rule, planned(8 * GB, 'desktop'))).toMatchObject({ value: '512MB', source: 'pgtune' });
    expect(only(rule, planned(8 * GB + 123_456, 'oltp'))).toMatchObject({ value: '2GB', source: 'pgdba' });
  });

  test('says nothing without RAM', () => {
    expect(values(rule, situation({ ramBytes: null, settings: pg17 }))).toEqual({});
  });

  test('is less sure where no statistics speak, and beyond 64GB', () => {
    const sure = situation({ settings: pg17, evidence: evidence({ databases_observed_s: 600 }) });
    expect(only(rule, sure)).toMatchObject({ confidence: 'high' });
    const young = situation({ settings: pg17, evidence: evidence({ databases_observed_s: 599.9 }) });
    expect(only(rule, young)).toMatchObject({
      confidence: 'medium',
      evidence: { no_evidence: 'databases_observed_s is 599, of 600 at least' },
    });
    expect(only(rule, planned(512 * GB))).toMatchObject({ confidence: 'low' });
  });

  test.each([
    ['4915MB', {}],
    ['4916MB', undefined],
    ['6GB', undefined],
    ['9830MB', undefined],
    ['9831MB', {}],
  ])('of a live server with 24GB and %s: what is near is left', async (inForce, expected) => {
    const live = situation({
      evidence: evidence(),
      settings: await settings(17, { shared_buffers: inForce }),
    });
    expect(values(rule, live)).toEqual(expected === undefined ? {} : { shared_buffers: '6GB' });
  });
});

describe('effective_cache_size', () => {
  const rule = effectiveCacheSize;

  test('75 % of a host of its own, 50 % of one that is shared, 25 % of a desktop', () => {
    expect(only(rule, situation({ settings: pg17 }))).toMatchObject({ value: '18GB', source: 'pgtune' });
    const remote = situation({ settings: pg17, profile: 'remote-conservative' });
    expect(only(rule, remote)).toMatchObject({ value: '12GB', source: 'pgdba' });
    expect(values(rule, situation({ settings: pg17, workload: 'desktop' }))).toEqual({
      effective_cache_size: '6GB',
    });
  });

  test.each([
    ['10GB', true],
    ['11GB', false],
    ['21GB', false],
    ['22GB', true],
  ])('on a live server with 24GB, %s is changed: %s', async (inForce, isChanged) => {
    const live = situation({
      evidence: evidence(),
      settings: await settings(17, { effective_cache_size: inForce }),
    });
    expect(values(rule, live)).toEqual(isChanged ? { effective_cache_size: '18GB' } : {});
  });

  test('without RAM it is twice shared_buffers, never less than it was', async () => {
    const of = async (buffers: string) =>
      values(rule, situation({ ramBytes: null, settings: await settings(17, { shared_buffers: buffers }) }));
    expect(await of('8GB')).toEqual({ effective_cache_size: '16GB' });
    expect(await of('2GB')).toEqual({});
  });
});

describe('work_mem', () => {
  const rule = workMem;
  const buffers = { shared_buffers: '6GB' };

  test('is PGTune’s share, halved where hashes take twice as much, in whole MB', async () => {
    // (24GB - 6GB) / (100 + 8) / 3 / 2 = 29127kB for a mixed workload
    const of = async (major: number) =>
      values(rule, situation({ major, settings: await settings(major) }), buffers);
    expect(await of(12)).toEqual({ work_mem: '28MB' });
    expect(await of(14)).toEqual({ work_mem: '28MB' });
    expect(await of(15)).toEqual({ work_mem: '14MB' });
    expect(await of(18)).toEqual({ work_mem: '14MB' });
    const eight = situation({ settings: await settings(17, { hash_mem_multiplier: '8' }) });
    expect(values(rule, eight, buffers)).toEqual({ work_mem: '4MB' });
  });

  test('builds on the connections and buffers chosen', () => {
    const more = { ...buffers, max_connections: '300' };
    expect(values(rule, situation({ settings: pg17, workload: 'oltp' }), more)).toEqual({ work_mem: '9MB' });
    expect(values(rule, situation({ settings: pg17, workload: 'oltp' }), buffers)).toEqual({
      work_mem: '28MB',
    });
  });

  test('never below PostgreSQL’s default, never beyond what suits the workload', () => {
    const of = (workload: 'oltp' | 'mixed' | 'olap', ramBytes: number) =>
      values(rule, situation({ workload, ramBytes, settings: pg17 }), { max_connections: '40' });
    expect(of('oltp', GB / 2)).toEqual({ work_mem: '4MB' });
    expect(of('oltp', 4096 * GB)).toEqual({ work_mem: '256MB' });
    expect(of('mixed', 4096 * GB)).toEqual({ work_mem: '512MB' });
    expect(of('olap', 4096 * GB)).toEqual({ work_mem: '1GB' });
    expect(values(rule, situation({ ramBytes: null, settings: pg17 }))).toEqual({});
  });

  test('on a live server memory is for the connections that are likely, not for all that are allowed', async () => {
    const live = async (peak: number | null) =>
      only(
        rule,
        situation({
          ramBytes: 96 * GB,
          evidence: evidence({ connections_peak: peak, databases_observed_s: 3600 }),
          settings: await settings(17, { max_connections: '1000' }),
        }),
        buffers,
      );
    expect(await live(20)).toMatchObject({
      value: '71MB',
      confidence: 'medium',
      evidence: { connections: 100 },
    });
    expect(await live(60)).toMatchObject({ value: '40MB', evidence: { connections: 180 } });
    expect((await live(900)).evidence).toMatchObject({ connections: 1000 });
    expect((await live(null)).evidence).toMatchObject({ connections: 1000 });
  });

  test('on a live server more is left as it is while it fits, and lowered where it does not', async () => {
    const live = async (inForce: string) =>
      asked(
        rule,
        situation({
          evidence: evidence({ connections_peak: 10 }),
          settings: await settings(17, { work_mem: inForce }),
        }),
        buffers,
      );
    // 100 connections × 90MB × 2 = 17.6GB of the 18GB beside shared_buffers
    expect(await live('90MB')).toEqual([]);
    expect(await live('14MB')).toEqual([]);
    const [lowered] = await live('94MB');
    expect(lowered).toMatchObject({ value: '14MB', confidence: 'low' });
    expect(lowered?.rationale).toContain('more than the RAM');
  });
});

describe('maintenance memory', () => {
  const ofRam = (ramBytes: number, workload: 'oltp' | 'olap' = 'oltp') =>
    values(maintenanceWorkMem, situation({ ramBytes, workload, settings: pg17 }));

  test('a sixteenth of RAM, an eighth for analysis, at most 1GB', () => {
    expect(ofRam(GB / 2)).toEqual({ maintenance_work_mem: '32MB' });
    expect(ofRam(GB / 8)).toEqual({ maintenance_work_mem: '16MB' });
    expect(ofRam(8 * GB)).toEqual({ maintenance_work_mem: '512MB' });
    expect(ofRam(4 * GB, 'olap')).toEqual({ maintenance_work_mem: '512MB' });
    expect(ofRam(64 * GB)).toEqual({ maintenance_work_mem: '1GB' });
    expect(only(maintenanceWorkMem, situation({ ramBytes: 64 * GB, settings: pg17 })).source).toBe('pgdba');
    expect(only(maintenanceWorkMem, situation({ ramBytes: 8 * GB, settings: pg17 })).source).toBe('pgtune');
  });

  test('is not lowered on a live server', async () => {
    const live = async (inForce: string) =>
      values(
        maintenanceWorkMem,
        situation({ evidence: evidence(), settings: await settings(17, { maintenance_work_mem: inForce }) }),
      );
    expect(await live('2GB')).toEqual({});
    expect(await live('64MB')).toEqual({ maintenance_work_mem: '1GB' });
  });

  test('the rationale says what holds for the version', async () => {
    expect(only(maintenanceWorkMem, situation({ settings: pg17 })).rationale).toContain('since 17');
    const old = situation({ major: 16, settings: await settings(16) });
    expect(only(maintenanceWorkMem, old).rationale).toContain('before PostgreSQL 17');
  });

  test('autovacuum gets its own limit only where its workers would pass an eighth of RAM', async () => {
    const of = (ramBytes: number, chosen: Record<string, string>) =>
      values(autovacuumWorkMem, situation({ ramBytes, settings: pg17 }), chosen);
    expect(of(24 * GB, { maintenance_work_mem: '1GB' })).toEqual({});
    expect(of(8 * GB, { maintenance_work_mem: '512MB' })).toEqual({ autovacuum_work_mem: '341MB' });
    expect(of(24 * GB, { maintenance_work_mem: '1GB', autovacuum_max_workers: '4' })).toEqual({
      autovacuum_work_mem: '768MB',
    });
    expect(of(GB / 2, { maintenance_work_mem: '32MB' })).toEqual({});
    expect(of(GB / 2, { maintenance_work_mem: '64MB' })).toEqual({ autovacuum_work_mem: '32MB' });
    const own = situation({
      ramBytes: 8 * GB,
      settings: await settings(17, { autovacuum_work_mem: '256MB' }),
    });
    expect(values(autovacuumWorkMem, own, { maintenance_work_mem: '1GB' })).toEqual({});
  });
});

describe('huge_pages', () => {
  test('off becomes try where they matter; try and on stay', async () => {
    const of = async (inForce: string, buffers: string) =>
      values(hugePages, situation({ settings: await settings(17, { huge_pages: inForce }) }), {
        shared_buffers: buffers,
      });
    expect(await of('off', '2GB')).toEqual({ huge_pages: 'try' });
    expect(await of('off', '2047MB')).toEqual({});
    expect(await of('try', '64GB')).toEqual({});
    expect(await of('on', '64GB')).toEqual({});
  });

  test('how many the server needs as it is stands beside it, since 15', async () => {
    const off = await settings(17, { huge_pages: 'off' });
    const like = off.get('max_connections');
    if (like === undefined) throw new Error('no max_connections');
    const needed = { ...like, name: 'shared_memory_size_in_huge_pages', setting: '74' };
    const told = new Map([...off, [needed.name, needed] as const]);
    const evidenceOf = (all: typeof off) =>
      only(hugePages, situation({ settings: all }), { shared_buffers: '2GB' }).evidence;
    expect(evidenceOf(told)).toMatchObject({ shared_memory_size_in_huge_pages: 74 });
    expect(evidenceOf(off)).toMatchObject({ shared_memory_size_in_huge_pages: null });
  });
});

describe('temp_file_limit', () => {
  const live = (known: Parameters<typeof evidence>[0], workload: 'oltp' | 'olap' = 'oltp') =>
    values(
      tempFileLimit,
      situation({ workload, settings: pg17, evidence: evidence({ databases_observed_s: 600, ...known }) }),
    );

  test('is the size of the database that does the work, 20GB at least', () => {
    expect(live({ database_bytes: 100 * GB + 1, database_access_ratio: 0.8 })).toEqual({
      temp_file_limit: '101GB',
    });
    expect(live({ database_bytes: 100 * GB, database_access_ratio: 0.9 }, 'olap')).toEqual({
      temp_file_limit: '200GB',
    });
    expect(live({ database_bytes: GB, database_access_ratio: 1 })).toEqual({ temp_file_limit: '20GB' });
    expect(live({ database_bytes: 2047 * GB, database_access_ratio: 1 })).toEqual({
      temp_file_limit: '2047GB',
    });
    expect(live({ database_bytes: 2047 * GB + 1, database_access_ratio: 1 })).toEqual({});
  });

  test('is not guessed', async () => {
    expect(live({ database_bytes: 100 * GB, database_access_ratio: 0.79 })).toEqual({});
    expect(live({ database_bytes: 100 * GB })).toEqual({});
    expect(live({ database_access_ratio: 1 })).toEqual({});
    expect(live({ database_bytes: GB, database_access_ratio: 1, databases_observed_s: 599 })).toEqual({});
    expect(values(tempFileLimit, situation({ settings: pg17 }))).toEqual({});
    const set = situation({
      settings: await settings(17, { temp_file_limit: '1GB' }),
      evidence: evidence({ databases_observed_s: 600, database_bytes: GB, database_access_ratio: 1 }),
    });
    expect(values(tempFileLimit, set)).toEqual({});
  });
});
