import { describe, expect, test } from 'vitest';
import { ioConcurrency } from '../../../../src/tuning/rules/pgdba/ioConcurrency.js';
import { ioTiming } from '../../../../src/tuning/rules/pgdba/ioTiming.js';
import { ioWorkers } from '../../../../src/tuning/rules/pgdba/ioWorkers.js';
import { jit } from '../../../../src/tuning/rules/pgdba/jit.js';
import { parallelism } from '../../../../src/tuning/rules/pgdba/parallelism.js';
import { randomPageCost } from '../../../../src/tuning/rules/pgdba/randomPageCost.js';
import { statisticsTarget } from '../../../../src/tuning/rules/pgdba/statisticsTarget.js';
import type { Workload } from '../../../../src/tuning/situation.js';
import { situation } from '../situations.js';
import { only, settings, values } from './asking.js';

const pg17 = await settings(17);
const pg18 = await settings(18);

describe('random_page_cost', () => {
  test.each([
    ['ssd', 'oltp', '1.1'],
    ['ssd', 'olap', '1.5'],
    ['san', 'mixed', '1.1'],
    ['san', 'olap', '1.5'],
    ['nvme', 'olap', '1.1'],
    ['hdd', 'oltp', undefined],
    [null, 'oltp', undefined],
  ] as const)('on %s for %s', (storage, workload, value) => {
    expect(values(randomPageCost, situation({ storage, workload, settings: pg17 }))).toEqual(
      value === undefined ? {} : { random_page_cost: value },
    );
  });

  test('data that fits into RAM is read at random on any storage', () => {
    for (const storage of ['hdd', 'ssd', null] as const) {
      const at = situation({ storage, workload: 'olap', dbSize: 'less_ram', settings: pg17 });
      expect(only(randomPageCost, at)).toMatchObject({
        value: '1.1',
        source: 'pgtune',
        confidence: 'medium',
      });
    }
  });

  test('the reason is the one that holds', () => {
    const why = (dbSize: 'less_ram' | 'mid_ram') =>
      only(randomPageCost, situation({ dbSize, settings: pg17 })).rationale;
    expect(why('less_ram')).toContain('fits into RAM');
    expect(why('mid_ram')).toContain('On ssd');
  });

  test('is only lowered', async () => {
    const low = await settings(17, { random_page_cost: '1' });
    expect(values(randomPageCost, situation({ settings: low }))).toEqual({});
    const above = await settings(17, { random_page_cost: '1.11' });
    expect(values(randomPageCost, situation({ settings: above }))).toEqual({ random_page_cost: '1.1' });
  });
});

describe('reading ahead', () => {
  const both = (value: string) => ({ effective_io_concurrency: value, maintenance_io_concurrency: value });

  test.each([
    [12, { effective_io_concurrency: '46' }],
    [13, both('200')],
    [17, both('200')],
    [18, {}],
  ])('on an SSD, PostgreSQL %i', async (major, expected) => {
    expect(values(ioConcurrency, situation({ major, settings: await settings(major) }))).toEqual(expected);
  });

  test('46 of 12 are as many pages as 200 of 13', () => {
    const pages = Array.from({ length: 46 }, (_, i) => 46 / (i + 1)).reduce((sum, part) => sum + part, 0);
    expect(Math.round(pages)).toBe(203);
  });

  test('on a disk and where the storage is not known, nothing; nothing is lowered', async () => {
    expect(values(ioConcurrency, situation({ major: 17, storage: 'hdd', settings: pg17 }))).toEqual({});
    expect(values(ioConcurrency, situation({ major: 17, storage: null, settings: pg17 }))).toEqual({});
    const high = await settings(17, { effective_io_concurrency: '300' });
    expect(values(ioConcurrency, situation({ major: 17, settings: high }))).toEqual({
      maintenance_io_concurrency: '200',
    });
  });

  test.each([
    [2, undefined],
    [15, undefined],
    [16, '4'],
    [127, '31'],
    [256, '32'],
    [null, undefined],
  ])('18 has I/O workers for a quarter of %s CPUs', (cpus, value) => {
    expect(values(ioWorkers, situation({ cpus, settings: pg18 }))).toEqual(
      value === undefined ? {} : { io_workers: value },
    );
  });

  test('I/O workers are for io_method worker only, and never lowered', async () => {
    const sync = await settings(18, { io_method: 'sync' });
    expect(values(ioWorkers, situation({ cpus: 64, settings: sync }))).toEqual({});
    const many = await settings(18, { io_workers: '20' });
    expect(values(ioWorkers, situation({ cpus: 64, settings: many }))).toEqual({});
    expect(values(ioWorkers, situation({ cpus: 64, major: 17, settings: pg17 }))).toEqual({});
  });
});

describe('planning', () => {
  test('no compiling where queries are short', async () => {
    for (const workload of ['oltp', 'web', 'mixed'] as const) {
      expect(values(jit, situation({ workload, settings: pg17 }))).toEqual({ jit: 'off' });
    }
    for (const workload of ['olap', 'desktop'] as const) {
      expect(values(jit, situation({ workload, settings: pg17 }))).toEqual({});
    }
    expect(values(jit, situation({ settings: await settings(17, { jit: 'off' }) }))).toEqual({});
  });

  test('finer statistics for analysis only, never coarser', async () => {
    expect(values(statisticsTarget, situation({ workload: 'olap', settings: pg17 }))).toEqual({
      default_statistics_target: '500',
    });
    expect(values(statisticsTarget, situation({ workload: 'oltp', settings: pg17 }))).toEqual({});
    const fine = await settings(17, { default_statistics_target: '1000' });
    expect(values(statisticsTarget, situation({ workload: 'olap', settings: fine }))).toEqual({});
  });

  test('I/O is timed, with a word on what a slow clock costs', async () => {
    expect(only(ioTiming, situation({ settings: pg17 }))).toMatchObject({ value: 'on' });
    expect(only(ioTiming, situation({ settings: pg17 })).rationale).toContain('pg_test_timing');
    const on = await settings(17, { track_io_timing: 'on' });
    expect(values(ioTiming, situation({ settings: on }))).toEqual({});
  });
});

describe('parallel workers', () => {
  const of = (cpus: number | null, workload: Workload, all = pg17) =>
    values(parallelism, situation({ cpus, workload, settings: all }));

  test('one or two CPUs, short queries: none or one for each', () => {
    expect(of(1, 'oltp')).toEqual({ max_parallel_workers: '2', max_parallel_workers_per_gather: '0' });
    expect(of(0.5, 'web')).toEqual({ max_parallel_workers: '2', max_parallel_workers_per_gather: '0' });
    expect(of(2, 'oltp')).toEqual({ max_parallel_workers: '2', max_parallel_workers_per_gather: '1' });
    expect(of(3, 'oltp')).toEqual({ max_parallel_workers: '3' });
    expect(of(2, 'olap')).toEqual({});
    expect(of(2, 'mixed')).toEqual({});
  });

  test('4 to 7 CPUs never lower max_worker_processes, as PGTune does', () => {
    for (const cpus of [4, 5, 6, 7]) {
      for (const workload of ['oltp', 'olap', 'mixed'] as const) {
        expect(of(cpus, workload)).not.toHaveProperty('max_worker_processes');
      }
    }
    expect(of(4, 'oltp')).toEqual({ max_parallel_workers: '4' });
    expect(of(4, 'olap')).toEqual({});
    expect(of(6, 'mixed')).toEqual({
      max_parallel_workers_per_gather: '3',
      max_parallel_maintenance_workers: '3',
    });
  });

  test('many CPUs', () => {
    expect(of(16, 'oltp')).toEqual({
      max_worker_processes: '16',
      max_parallel_workers: '16',
      max_parallel_maintenance_workers: '4',
    });
    expect(of(16, 'mixed')).toMatchObject({ max_parallel_workers_per_gather: '4' });
    expect(of(16, 'olap')).toMatchObject({ max_parallel_workers_per_gather: '8' });
    expect(of(256, 'olap')).toEqual({
      max_worker_processes: '256',
      max_parallel_workers: '256',
      max_parallel_workers_per_gather: '16',
      max_parallel_maintenance_workers: '4',
    });
  });

  test('from 4 CPUs on what somebody set to one worker is raised', async () => {
    const one = await settings(17, {
      max_parallel_workers_per_gather: '1',
      max_parallel_maintenance_workers: '1',
    });
    expect(of(4, 'mixed', one)).toEqual({
      max_parallel_workers_per_gather: '2',
      max_parallel_maintenance_workers: '2',
    });
    expect(of(3, 'mixed', one)).toEqual({});
  });

  test('short queries get fewer workers on one or two CPUs only, and never more', async () => {
    const per = async (cpus: number, inForce: string) =>
      of(cpus, 'oltp', await settings(17, { max_parallel_workers_per_gather: inForce }))[
        'max_parallel_workers_per_gather'
      ];
    expect(await per(2, '8')).toBe('1');
    expect(await per(16, '20')).toBeUndefined();
    expect(await per(2, '0')).toBeUndefined();
    expect(of(8, 'oltp')).not.toHaveProperty('max_worker_processes');
  });

  test('what is larger already stays, and nothing is said without CPUs', async () => {
    const large = await settings(17, {
      max_worker_processes: '64',
      max_parallel_workers: '32',
      max_parallel_workers_per_gather: '8',
      max_parallel_maintenance_workers: '8',
    });
    expect(of(16, 'mixed', large)).toEqual({});
    expect(of(null, 'olap')).toEqual({});
  });
});
