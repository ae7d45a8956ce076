import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../../src/core/setting/spec.js';
import { parseSetting, sameSetting } from '../../../src/core/setting/value.js';
import { catalogueOf } from '../../../src/tuning/catalogue/catalogue.js';
import { recommendForPlanned, type Tuning } from '../../../src/tuning/tune.js';
import { DB_SIZES, PROFILES, STORAGES, WORKLOADS } from '../../../src/tuning/situation.js';
import type { TuneWish } from '../../../src/tuning/tuneWish.js';

const MB = 1024 ** 2;
const TB = 1024 ** 4;
const MAJORS = [12, 13, 14, 15, 16, 17, 18] as const;
const RUNS = 60;
/** Enough for a machine that does ten other things. */
const TIMEOUT_MS = 120_000;

/** Any machine, from half a gigabyte on one CPU to 4TB on 512. */
const anyWish = (rules: TuneWish['rules']): fc.Arbitrary<TuneWish> =>
  fc.record({
    workload: fc.constantFrom(...WORKLOADS),
    profile: fc.option(fc.constantFrom(...PROFILES)),
    rules: fc.constant(rules),
    host: fc.record({
      ramBytes: fc.oneof(
        fc.integer({ min: 512 * MB, max: 8192 * MB }),
        fc.double({ min: 512 * MB, max: 4 * TB, noNaN: true }).map(Math.floor),
        fc.integer({ min: 1, max: 4096 }).map((gb) => gb * 1024 * MB),
      ),
      cpus: fc.option(fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 512 }))),
      storage: fc.option(fc.constantFrom(...STORAGES)),
    }),
    connections: fc.option(fc.oneof(fc.integer({ min: 20, max: 500 }), fc.integer({ min: 20, max: 10_000 }))),
    dbSize: fc.constantFrom(...DB_SIZES),
  });

function forAll(
  rules: TuneWish['rules'],
  major: number,
  check: (tuning: Tuning, wish: TuneWish) => void,
): Promise<void> {
  const property = fc.asyncProperty(anyWish(rules), async (wish) => {
    check(await recommendForPlanned(major, wish), wish);
  });
  return fc.assert(property, { numRuns: RUNS });
}

/** Never to be recommended, whatever the machine; written out again, so that the product's own list is checked too. */
const FORBIDDEN = [
  'fsync',
  'full_page_writes',
  'synchronous_commit',
  'zero_damaged_pages',
  'ignore_checksum_failure',
  'allow_system_table_mods',
  'log_hostname',
];

/** Each of the rows is one that the server accepts, and changes something. */
function expectAccepted({ recommendations, refused }: Tuning, catalogue: Settings): void {
  expect(refused.filter(({ code }) => code !== 'boot_guard')).toEqual([]);
  for (const { parameter, recommended, context } of recommendations) {
    const spec = catalogue.get(parameter);
    if (spec === undefined) throw new Error(`the server has no ${parameter}`);
    const parsed = parseSetting(spec, recommended);
    expect(parsed, `${parameter} = ${recommended}`).toMatchObject({ ok: true });
    expect(sameSetting(spec, parsed.ok ? parsed.setting : '', spec.setting), parameter).toBe(false);
    expect(context).toBe(spec.context);
    expect(FORBIDDEN).not.toContain(parameter);
  }
  const names = recommendations.map(({ parameter }) => parameter);
  expect(names).toEqual([...new Set(names)]);
}

/** The peak is within the budget, or memory is at PostgreSQL's own defaults and a warning says that it is too much. */
function expectToFit({ memory, recommendations, warnings }: Tuning, ramBytes: number): void {
  expect(memory.parts[0]?.bytes).toBeLessThanOrEqual(ramBytes * 0.4);
  if (memory.fits === true) return;
  expect(warnings.map(({ code }) => code)).toContain('memory_over_budget');
  expect(recommendations.map(({ parameter }) => parameter)).not.toContain('work_mem');
}

describe.each(MAJORS)('for any machine with PostgreSQL %i', { timeout: TIMEOUT_MS }, (major) => {
  test('every recommendation is accepted, and all of them fit into memory', async () => {
    const catalogue = await catalogueOf(major);
    await forAll('pgdba', major, (tuning, { host }) => {
      expectAccepted(tuning, catalogue);
      expectToFit(tuning, host.ramBytes ?? 0);
    });
  });

  test('PGTune’s lines are accepted, but for those that are warned of', async () => {
    const catalogue = await catalogueOf(major);
    await forAll('pgtune', major, ({ recommendations, notToApply, refused }) => {
      expect(refused).toEqual([]);
      for (const { parameter, recommended } of recommendations) {
        const spec = catalogue.get(parameter);
        const isAccepted = spec !== undefined && parseSetting(spec, recommended).ok;
        if (!isAccepted) expect(notToApply).toContain(parameter);
      }
      const known = ['wal_level', 'io_method', 'huge_pages', 'max_worker_processes'];
      expect(notToApply.filter((name) => !known.includes(name))).toEqual([]);
    });
  });
});
