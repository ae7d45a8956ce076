import { describe, expect, test } from 'vitest';
import { PGTUNE_RULES } from '../../../src/tuning/rules/pgtune.js';
import type { Situation } from '../../../src/tuning/situation.js';
import { GB, situation } from './situations.js';

const MB = 1024 ** 2;

/** Nothing that PGTune's rules may look at. */
const nothing = {
  settingOf: (): never => {
    throw new Error('a rule of PGTune looked at the server');
  },
  numberOf: (): never => {
    throw new Error('a rule of PGTune looked at the server');
  },
};

/** PGTune's lines for a machine. */
function linesFor(change: Parameters<typeof situation>[0]): Record<string, string> {
  const asked: Situation = situation(change);
  const lines = PGTUNE_RULES.flatMap((rule) => rule.propose(asked, nothing));
  expect(new Set(lines.map(({ parameter }) => parameter)).size).toBe(lines.length);
  return Object.fromEntries(lines.map(({ parameter, value }) => [parameter, value]));
}

describe('what PGTune itself answered', () => {
  test('24GB, 2 CPUs, SSD, PostgreSQL 18, web', () => {
    expect(linesFor({ workload: 'web' })).toEqual({
      max_connections: '200',
      shared_buffers: '6GB',
      effective_cache_size: '18GB',
      maintenance_work_mem: '1536MB',
      checkpoint_completion_target: '0.9',
      wal_buffers: '16MB',
      default_statistics_target: '100',
      random_page_cost: '1.1',
      effective_io_concurrency: '200',
      work_mem: '30247kB',
      huge_pages: 'try',
      min_wal_size: '1GB',
      max_wal_size: '4GB',
      wal_compression: 'lz4',
      jit: 'off',
      io_method: 'io_uring',
    });
  });

  test('the same machine for oltp, mixed, a data warehouse and a desktop', () => {
    expect(linesFor({ workload: 'oltp' })).toMatchObject({
      work_mem: '20426kB',
      maintenance_work_mem: '1536MB',
    });
    expect(linesFor({ workload: 'mixed' })).toMatchObject({ work_mem: '29127kB' });
    expect(linesFor({ workload: 'olap' })).toMatchObject({
      work_mem: '64MB',
      maintenance_work_mem: '3GB',
      autovacuum_work_mem: '2GB',
      random_page_cost: '4',
    });
    expect(linesFor({ workload: 'desktop' })).toMatchObject({
      shared_buffers: '1536MB',
      work_mem: '46811kB',
      huge_pages: 'off',
    });
  });

  test('64GB, 16 CPUs, NVMe, oltp, more data than RAM', () => {
    const lines = linesFor({
      workload: 'oltp',
      ramBytes: 64 * GB,
      cpus: 16,
      storage: 'nvme',
      dbSize: 'greater_ram',
    });
    expect(lines).toMatchObject({
      shared_buffers: '16GB',
      work_mem: '47782kB',
      effective_io_concurrency: '1000',
      autovacuum_max_workers: '4',
      max_worker_processes: '16',
      max_parallel_workers_per_gather: '4',
      max_parallel_workers: '16',
      max_parallel_maintenance_workers: '4',
    });
  });

  test('256GB, 32 CPUs, a data warehouse on PostgreSQL 17', () => {
    const lines = linesFor({ major: 17, workload: 'olap', ramBytes: 256 * GB, cpus: 32 });
    expect(lines).toMatchObject({
      shared_buffers: '64GB',
      maintenance_work_mem: '8GB',
      work_mem: '466033kB',
      max_parallel_workers_per_gather: '16',
    });
  });
});

describe('connections', () => {
  test.each([
    ['web', '200'],
    ['oltp', '300'],
    ['olap', '40'],
    ['desktop', '20'],
    ['mixed', '100'],
  ] as const)('%s allows %s', (workload, expected) => {
    expect(linesFor({ workload })['max_connections']).toBe(expected);
  });

  test('a number that was asked for wins, and work_mem follows it', () => {
    expect(linesFor({ workload: 'web', connections: 20 })).toMatchObject({
      max_connections: '20',
      // (24 GB − 6 GB) / ((20 + 8) × 3), in kB
      work_mem: '224694kB',
    });
  });
});

describe('memory', () => {
  test('shares are rounded down to whole kB', () => {
    const lines = linesFor({ workload: 'web', ramBytes: 1000 * 1024 * 1024 + 7 * 1024 + 1023 });
    expect(lines).toMatchObject({
      shared_buffers: '256001kB',
      effective_cache_size: '768005kB',
      maintenance_work_mem: '64000kB',
    });
  });

  test.each([
    ['desktop', '384MB', '1536MB', '384MB'],
    ['olap', '1536MB', '4608MB', '768MB'],
    ['oltp', '1536MB', '4608MB', '384MB'],
  ] as const)('of 6GB on a machine for %s', (workload, buffers, cache, maintenance) => {
    expect(linesFor({ workload, ramBytes: 6 * GB })).toMatchObject({
      shared_buffers: buffers,
      effective_cache_size: cache,
      maintenance_work_mem: maintenance,
    });
  });

  test('maintenance_work_mem has 8GB at most, and each autovacuum worker 2GB once there are that many', () => {
    expect(linesFor({ workload: 'olap', ramBytes: 63 * GB })['maintenance_work_mem']).toBe('8064MB');
    expect(linesFor({ workload: 'olap', ramBytes: 65 * GB })['maintenance_work_mem']).toBe('8GB');
    expect(linesFor({ workload: 'oltp', ramBytes: 32 * GB })['autovacuum_work_mem']).toBe('2GB');
    expect(linesFor({ workload: 'oltp', ramBytes: 31 * GB })['autovacuum_work_mem']).toBeUndefined();
  });

  test('huge pages from 2GB of shared_buffers on', () => {
    expect(linesFor({ ramBytes: 8 * GB })['huge_pages']).toBe('try');
    expect(linesFor({ ramBytes: 8 * GB - 4096 })['huge_pages']).toBe('off');
  });

  test('four CPUs and more share work_mem with the connections, three do not', () => {
    const ramBytes = 16 * GB;
    // 12 GB / ((200 + 8) × 3)
    expect(linesFor({ workload: 'web', ramBytes, cpus: 3 })['work_mem']).toBe('20164kB');
    expect(linesFor({ workload: 'web', ramBytes, cpus: null })['work_mem']).toBe('20164kB');
    // 12 GB / ((200 + 4) × 3)
    expect(linesFor({ workload: 'web', ramBytes, cpus: 4 })['work_mem']).toBe('20560kB');
    // 12 GB / ((200 + 64) × 3)
    expect(linesFor({ workload: 'web', ramBytes, cpus: 64 })['work_mem']).toBe('15887kB');
  });

  test('work_mem is 1.3 of that when the data fits into RAM, 0.9 when it is more, and 4MB at least', () => {
    const web = { workload: 'web', ramBytes: 16 * GB } as const;
    expect(linesFor({ ...web, dbSize: 'less_ram' })['work_mem']).toBe('26213kB');
    expect(linesFor({ ...web, dbSize: 'greater_ram' })['work_mem']).toBe('18147kB');
    expect(linesFor({ workload: 'oltp', ramBytes: 512 * MB })['work_mem']).toBe('4MB');
  });
});

describe('WAL', () => {
  test.each([
    ['web', '1GB', '4GB'],
    ['oltp', '2GB', '8GB'],
    ['olap', '4GB', '16GB'],
    ['desktop', '100MB', '2GB'],
    ['mixed', '1GB', '4GB'],
  ] as const)('%s keeps %s to %s', (workload, min, max) => {
    expect(linesFor({ workload })).toMatchObject({ min_wal_size: min, max_wal_size: max });
  });

  test('wal_buffers are 3 % of shared_buffers, one segment once they are near it', () => {
    expect(linesFor({ ramBytes: 512 * MB })['wal_buffers']).toBe('3932kB');
    // 3 % of 465MB is 13.95 MB, of 467MB 14.01 MB
    expect(linesFor({ ramBytes: 4 * 465 * MB })['wal_buffers']).toBe('14284kB');
    expect(linesFor({ ramBytes: 4 * 467 * MB })['wal_buffers']).toBe('16MB');
    expect(linesFor({ ramBytes: 128 * GB })['wal_buffers']).toBe('16MB');
  });

  test('lz4 from 15 on, plainly on before', () => {
    expect(linesFor({ major: 15 })['wal_compression']).toBe('lz4');
    expect(linesFor({ major: 14 })['wal_compression']).toBe('on');
    expect(linesFor({ major: 12 })['wal_compression']).toBe('on');
  });

  test('only a desktop goes without standbys', () => {
    expect(linesFor({ workload: 'desktop' })).toMatchObject({ wal_level: 'minimal', max_wal_senders: '0' });
    for (const workload of ['web', 'oltp', 'olap', 'mixed'] as const) {
      expect(Object.keys(linesFor({ workload }))).not.toContain('wal_level');
    }
  });
});

describe('planner and storage', () => {
  test.each([
    ['hdd', '2'],
    ['ssd', '200'],
    ['san', '300'],
    ['nvme', '1000'],
  ] as const)('%s serves %s reads at once', (storage, expected) => {
    expect(linesFor({ storage })['effective_io_concurrency']).toBe(expected);
  });

  test('storage that nobody named is an SSD', () => {
    expect(linesFor({ storage: null })['effective_io_concurrency']).toBe('200');
  });

  test.each([
    ['less_ram', 'hdd', 'olap', '1.1'],
    ['less_ram', 'hdd', 'oltp', '1.1'],
    ['mid_ram', 'hdd', 'oltp', '4'],
    ['greater_ram', 'hdd', 'web', '4'],
    ['mid_ram', 'nvme', 'olap', '4'],
    ['greater_ram', 'san', 'olap', '4'],
    ['mid_ram', 'san', 'desktop', '1.1'],
    ['greater_ram', 'ssd', 'mixed', '1.1'],
  ] as const)('with %s on %s for %s a random page costs %s…', (dbSize, storage, workload, expected) => {
    expect(linesFor({ dbSize, storage, workload })['random_page_cost']).toBe(expected);
  });

  test('data warehouses have finer statistics', () => {
    expect(linesFor({ workload: 'olap' })['default_statistics_target']).toBe('500');
    expect(linesFor({ workload: 'desktop' })['default_statistics_target']).toBe('100');
  });

  test('jit is off for short queries and not spoken of for long ones', () => {
    for (const workload of ['web', 'oltp', 'mixed'] as const)
      expect(linesFor({ workload })['jit']).toBe('off');
    for (const workload of ['olap', 'desktop'] as const)
      expect(linesFor({ workload })['jit']).toBeUndefined();
  });
});

describe('workers', () => {
  const PARALLEL = [
    'max_worker_processes',
    'max_parallel_workers_per_gather',
    'max_parallel_workers',
    'max_parallel_maintenance_workers',
  ];
  const parallel = (change: Parameters<typeof situation>[0]): (string | undefined)[] => {
    const lines = linesFor(change);
    return PARALLEL.map((parameter) => lines[parameter]);
  };

  test('are not spoken of below four CPUs', () => {
    expect(parallel({ cpus: 3 })).toEqual([undefined, undefined, undefined, undefined]);
    expect(parallel({ cpus: null })).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('are as many as CPUs; one query has half of them, up to 4', () => {
    expect(parallel({ cpus: 4 })).toEqual(['4', '2', '4', '2']);
    expect(parallel({ cpus: 5 })).toEqual(['5', '3', '5', '3']);
    expect(parallel({ cpus: 12 })).toEqual(['12', '4', '12', '4']);
    expect(parallel({ cpus: 12, workload: 'olap' })).toEqual(['12', '6', '12', '4']);
  });

  test('of autovacuum are more from 16 and from 32 CPUs on', () => {
    expect(linesFor({ cpus: 15 })['autovacuum_max_workers']).toBeUndefined();
    expect(linesFor({ cpus: 16 })['autovacuum_max_workers']).toBe('4');
    expect(linesFor({ cpus: 31 })['autovacuum_max_workers']).toBe('4');
    expect(linesFor({ cpus: 32 })['autovacuum_max_workers']).toBe('5');
  });

  test('for reading are left to io_uring, from 18 on', () => {
    expect(linesFor({ major: 18 })['io_method']).toBe('io_uring');
    expect(linesFor({ major: 17 })['io_method']).toBeUndefined();
    expect(linesFor({ major: 18, cpus: 64 })['io_workers']).toBeUndefined();
  });
});

test('without RAM there is nothing to compute', () => {
  expect(linesFor({ ramBytes: null })).toEqual({});
});

test('each line says what was put into its formula', () => {
  const [line] = PGTUNE_RULES.flatMap((rule) => rule.propose(situation({ storage: null, cpus: 8 }), nothing));
  expect(line).toMatchObject({
    source: 'pgtune',
    confidence: 'medium',
    evidence: { ram_bytes: 25769803776, cpus: 8, storage: 'ssd', db_size: 'mid_ram', connections: 100 },
  });
});
