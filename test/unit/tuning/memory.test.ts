import { beforeAll, describe, expect, test } from 'vitest';
import type { Settings } from '../../../src/core/setting/spec.js';
import { catalogueOf } from '../../../src/tuning/catalogue/catalogue.js';
import { cutToFit, memoryCheck } from '../../../src/tuning/memory.js';
import { recommend } from '../../../src/tuning/recommend.js';
import { proposing } from './plantedRule.js';
import { GB, situation } from './situations.js';

const MB = 1024 ** 2;

/** A server's numbers, sizes in bytes. */
const NUMBERS: Readonly<Record<string, number>> = {
  shared_buffers: 4 * GB,
  wal_buffers: 16 * MB,
  max_connections: 200,
  work_mem: 32 * MB,
  hash_mem_multiplier: 2,
  maintenance_work_mem: 2 * GB,
  autovacuum_max_workers: 3,
  max_parallel_workers: 8,
  max_worker_processes: 6,
  max_wal_senders: 10,
  max_locks_per_transaction: 64,
};

function partsOf(
  change: Parameters<typeof situation>[0],
  numbers: Readonly<Record<string, number>> = {},
): Record<string, number> {
  const all = { ...NUMBERS, ...numbers };
  const { parts } = memoryCheck(situation({ ramBytes: 16 * GB, ...change }), (name) => all[name] ?? null);
  return Object.fromEntries(parts.map(({ part, bytes }) => [part, bytes]));
}

describe('the peak', () => {
  test('is the sum of its parts', () => {
    const check = memoryCheck(situation({ ramBytes: 16 * GB }), (name) => NUMBERS[name] ?? null);
    expect(check.peak_bytes).toBe(check.parts.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(check.parts.map(({ part }) => part)).toEqual([
      'shared_memory',
      'connections',
      'work_mem',
      'autovacuum',
      'maintenance',
    ]);
  });

  test('counts half of the connections as busy in oltp, web and mixed work, all of them otherwise', () => {
    // (100 connections + 6 workers) × 32MB × 2
    for (const workload of ['oltp', 'web', 'mixed'] as const) {
      expect(partsOf({ workload })['work_mem']).toBe(6784 * MB);
    }
    // (200 connections + 6 workers) × 32MB × 2
    for (const workload of ['olap', 'desktop'] as const) {
      expect(partsOf({ workload })['work_mem']).toBe(13184 * MB);
    }
  });

  test('knows no hash_mem_multiplier on 12', () => {
    const { hash_mem_multiplier: _since13, ...twelve } = NUMBERS;
    const { parts } = memoryCheck(situation({ major: 12 }), (name) => twelve[name] ?? null);
    expect(parts.find(({ part }) => part === 'work_mem')?.bytes).toBe(3392 * MB);
  });

  test('has each autovacuum worker take maintenance_work_mem, its own size where it has one, 1GB at most until 16', () => {
    expect(partsOf({ major: 17 })['autovacuum']).toBe(6 * GB);
    expect(partsOf({ major: 16 })['autovacuum']).toBe(3 * GB);
    expect(partsOf({ major: 17 }, { autovacuum_work_mem: 512 * MB })['autovacuum']).toBe(1536 * MB);
  });

  test('has 4MB for each connection and one maintenance command', () => {
    expect(partsOf({})).toMatchObject({ connections: 800 * MB, maintenance: 2 * GB });
  });
});

describe('the budget', () => {
  const budget = (change: Parameters<typeof situation>[0]) =>
    memoryCheck(situation({ ramBytes: 10 * GB, ...change }), (name) => NUMBERS[name] ?? null);

  test('is nine tenths of RAM, half of a desktop’s', () => {
    expect(budget({ workload: 'oltp' }).budget_bytes).toBe(9 * GB);
    expect(budget({ workload: 'desktop' }).budget_bytes).toBe(5 * GB);
  });

  test('is passed or not', () => {
    expect(budget({}).fits).toBe(false);
    expect(budget({ ramBytes: 64 * GB }).fits).toBe(true);
  });

  test('is not known without RAM', () => {
    expect(budget({ ramBytes: null })).toMatchObject({
      ram_bytes: null,
      budget_bytes: null,
      shared_limit_bytes: null,
      fits: null,
    });
  });
});

describe('cutting to fit', () => {
  const all = ['work_mem', 'maintenance_work_mem', 'shared_buffers', 'jit'];
  const cut = (ramBytes: number, changeable = all): Record<string, number> =>
    Object.fromEntries(
      cutToFit(situation({ major: 17, ramBytes }), (name) => NUMBERS[name] ?? null, changeable),
    );

  test('leaves alone what fits', () => {
    expect(cut(64 * GB)).toEqual({});
  });

  test('cuts all that may be cut by one factor, to whole MB, just within the budget', () => {
    const result = cut(16 * GB);
    const { work_mem: workMem = 0, maintenance_work_mem: maintenance = 0 } = result;
    expect(Object.keys(result)).toEqual(['work_mem', 'maintenance_work_mem']);
    expect(workMem).toBeLessThan(32 * MB);
    expect(workMem % MB).toBe(0);
    expect(maintenance / (2 * GB)).toBeCloseTo(workMem / (32 * MB), 1);
    const after = memoryCheck(
      situation({ major: 17, ramBytes: 16 * GB }),
      (name) => result[name] ?? NUMBERS[name] ?? null,
    );
    expect(after.fits).toBe(true);
    expect(after.peak_bytes).toBeGreaterThan((after.budget_bytes ?? 0) - 400 * MB);
  });

  test('cuts only what may be changed', () => {
    expect(Object.keys(cut(16 * GB, ['work_mem']))).toEqual(['work_mem']);
    expect(cut(16 * GB, [])).toEqual({});
  });

  test('never cuts below PostgreSQL’s defaults', () => {
    expect(cut(5 * GB)).toEqual({ work_mem: 4 * MB, maintenance_work_mem: 64 * MB });
  });
});

describe('recommendations', () => {
  let settings: Settings;
  beforeAll(async () => {
    settings = await catalogueOf(17);
  });

  test('are cut to fit, and say so', () => {
    const rules = [proposing('max_connections', '400'), proposing('work_mem', '256MB')];
    const { rows, memory, warnings } = recommend(situation({ major: 17, settings }), rules);
    const [, row] = rows;
    expect(row?.recommended).toMatch(/^\d+MB$/);
    expect(parseInt(row?.recommended ?? '', 10)).toBeLessThan(64);
    expect(row?.rationale).toBe(
      'Because the test says so. Cut from 256MB so that all settings together stay within 21.6GB.',
    );
    expect(memory.fits).toBe(true);
    expect(warnings).toEqual([]);
  });

  test('that cutting brings back to what is in force are no recommendations', () => {
    const rules = [proposing('max_connections', '4000'), proposing('work_mem', '256MB')];
    const { rows, warnings } = recommend(situation({ major: 17, settings, ramBytes: 8 * GB }), rules);
    expect(rows.map(({ parameter }) => parameter)).toEqual(['max_connections']);
    expect(warnings).toMatchObject([{ code: 'memory_over_budget' }]);
  });

  test('never have more than 40 % of RAM shared', () => {
    const { rows, refused, memory } = recommend(situation({ major: 17, settings }), [
      proposing('shared_buffers', '12GB'),
    ]);
    expect(rows).toEqual([]);
    expect(refused).toMatchObject([{ parameter: 'shared_buffers', code: 'boot_guard' }]);
    expect(memory.parts[0]?.bytes).toBeLessThan(GB);
  });

  test('nor as many connections', () => {
    const rules = [proposing('shared_buffers', '128MB'), proposing('max_connections', '5000')];
    const half = situation({ major: 17, settings, ramBytes: GB / 2 });
    const { rows, refused, memory } = recommend(half, rules);
    expect(rows).toEqual([]);
    expect(refused).toMatchObject([{ parameter: 'max_connections', value: '5000', code: 'boot_guard' }]);
    expect(memory.parts[0]?.bytes).toBeLessThan(0.2 * GB);
  });

  test('a server whose shared memory is too large as it is, is told so', () => {
    const { warnings } = recommend(situation({ major: 17, settings, ramBytes: GB / 4 }), []);
    expect(warnings.map(({ code }) => code)).toEqual(['shared_memory_too_large', 'memory_over_budget']);
  });

  test('are as proposed when the RAM is not known', () => {
    const { rows } = recommend(situation({ major: 17, settings, ramBytes: null }), [
      proposing('work_mem', '1GB'),
    ]);
    expect(rows).toMatchObject([{ recommended: '1GB' }]);
  });

  test('a server that is over its budget as it is, is told so', () => {
    const { warnings } = recommend(situation({ major: 17, settings, ramBytes: GB }), []);
    expect(warnings).toMatchObject([{ code: 'memory_over_budget' }]);
  });
});
