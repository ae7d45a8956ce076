import { describe, expect, test } from 'vitest';
import { catalogueOf } from '../../../src/tuning/catalogue/catalogue.js';

describe('the catalogue of a major', () => {
  test('knows what that major has, and not what came later', async () => {
    const [twelve, eighteen] = [await catalogueOf(12), await catalogueOf(18)];
    expect(twelve.has('hash_mem_multiplier')).toBe(false);
    expect(eighteen.get('hash_mem_multiplier')).toMatchObject({
      vartype: 'real',
      min_val: '1',
      setting: '2',
    });
    expect(twelve.get('vacuum_cleanup_index_scale_factor')?.context).toBe('user');
    expect(eighteen.has('vacuum_cleanup_index_scale_factor')).toBe(false);
  });

  test('shows a setting as pg_settings of a fresh server does', async () => {
    const settings = await catalogueOf(17);
    expect(settings.get('work_mem')).toEqual({
      name: 'work_mem',
      vartype: 'integer',
      unit: 'kB',
      context: 'user',
      category: 'Resource Usage / Memory',
      boot_val: '4096',
      min_val: '64',
      max_val: '2147483647',
      enumvals: null,
      setting: '4096',
      reset_val: '4096',
      source: 'default',
      sourcefile: null,
      sourceline: null,
      pending_restart: false,
    });
  });

  test('has the shared_buffers of initdb in force, whatever the built-in default is', async () => {
    for (const major of [12, 18]) {
      expect((await catalogueOf(major)).get('shared_buffers')).toMatchObject({
        setting: '16384',
        unit: '8kB',
      });
    }
  });

  test('has what a full build allows', async () => {
    const eighteen = await catalogueOf(18);
    expect(eighteen.get('wal_compression')?.enumvals).toEqual(['pglz', 'lz4', 'zstd', 'on', 'off']);
    expect(eighteen.get('default_toast_compression')?.enumvals).toEqual(['pglz', 'lz4']);
    expect(eighteen.get('io_method')?.enumvals).toEqual(['sync', 'worker', 'io_uring']);
    expect((await catalogueOf(14)).get('wal_compression')?.vartype).toBe('bool');
  });

  test('finds a setting whatever its case, and none that cannot be changed', async () => {
    const settings = await catalogueOf(16);
    expect(settings.get('timezone')?.name).toBe('TimeZone');
    expect([...settings.values()].filter(({ context }) => context === 'internal')).toEqual([]);
  });

  test('of a major yet to come is that of the newest', async () => {
    expect(await catalogueOf(19)).toEqual(await catalogueOf(18));
  });
});
