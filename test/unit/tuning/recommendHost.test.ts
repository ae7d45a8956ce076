import { describe, expect, test } from 'vitest';
import { recommendForPlanned } from '../../../src/tuning/tune.js';
import type { TuneWish } from '../../../src/tuning/tuneWish.js';

const wish: TuneWish = {
  workload: 'oltp',
  profile: null,
  rules: 'pgdba',
  host: { ramBytes: null, cpus: null, storage: null },
  connections: null,
  dbSize: 'mid_ram',
};
const known = { ramBytes: 64 * 1024 ** 3, cpus: 16, storage: 'ssd' } as const;

describe('a host whose RAM nobody knows', () => {
  test('gets the careful profile, which says so and speaks of no memory', async () => {
    const { profile, recommendations, warnings, memory } = await recommendForPlanned(17, wish);
    const parameters = recommendations.map(({ parameter }) => parameter);
    expect(profile).toBe('remote-conservative');
    expect(warnings).toMatchObject([{ code: 'host_unknown', subject: 'ram_bytes' }]);
    expect(parameters.length).toBeGreaterThan(0);
    for (const unsafe of ['shared_buffers', 'work_mem', 'max_connections', 'maintenance_work_mem']) {
      expect(parameters).not.toContain(unsafe);
    }
    expect(recommendations.map(({ confidence }) => confidence)).not.toContain('high');
    expect(memory).toMatchObject({ ram_bytes: null, budget_bytes: null, fits: null });
  });

  test('may have the standard profile, with the same warning', async () => {
    const { profile, warnings } = await recommendForPlanned(17, { ...wish, profile: 'standard' });
    expect(profile).toBe('standard');
    expect(warnings.map(({ code }) => code)).toEqual(['host_unknown']);
  });

  test('cannot be answered for by PGTune', async () => {
    await expect(recommendForPlanned(17, { ...wish, rules: 'pgtune' })).rejects.toMatchObject({
      code: 'usage',
      hint: 'Give --ram: no server was asked.',
    });
  });
});

test('a host that is known gets the standard profile, and no warning', async () => {
  const { profile, warnings } = await recommendForPlanned(17, { ...wish, host: known });
  expect(profile).toBe('standard');
  expect(warnings).toEqual([]);
});

test('a row of a planned server is beaten by nothing', async () => {
  const { recommendations } = await recommendForPlanned(17, { ...wish, host: known });
  for (const { override } of recommendations) {
    expect(override).toEqual({ patroni_override: 'not_managed', masked_by: [] });
  }
});
