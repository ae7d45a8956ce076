import { describe, expect, test } from 'vitest';
import { checkpointSpread, checkpointTimeout } from '../../../../src/tuning/rules/pgdba/checkpoints.js';
import { toastCompression, walCompression } from '../../../../src/tuning/rules/pgdba/compression.js';
import { walBuffers } from '../../../../src/tuning/rules/pgdba/walBuffers.js';
import { walSize } from '../../../../src/tuning/rules/pgdba/walSize.js';
import type { Settings } from '../../../../src/core/setting/spec.js';
import { GB, situation } from '../situations.js';
import { asked, evidence, only, settings, values } from './asking.js';

const pg17 = await settings(17);

describe('wal_buffers', () => {
  const of = async (inForce: Record<string, string>, buffers = '6GB') =>
    values(walBuffers, situation({ settings: await settings(17, inForce) }), { shared_buffers: buffers });

  test('sizes itself, and only a smaller value that somebody set is given back', async () => {
    expect(await of({})).toEqual({});
    expect(await of({ wal_buffers: '64kB' })).toEqual({ wal_buffers: '-1' });
    expect(await of({ wal_buffers: '16376kB' })).toEqual({ wal_buffers: '-1' });
    expect(await of({ wal_buffers: '16MB' })).toEqual({});
    expect(await of({ wal_buffers: '64MB' })).toEqual({});
    expect(await of({ wal_buffers: '4MB' }, '128MB')).toEqual({});
  });
});

describe('WAL size without statistics', () => {
  test.each([
    ['web', '1GB', '4GB'],
    ['oltp', '2GB', '8GB'],
    ['olap', '4GB', '16GB'],
    ['mixed', '1GB', '4GB'],
    ['desktop', '100MB', '2GB'],
  ] as const)('%s', (workload, min, max) => {
    const lines = asked(walSize, situation({ workload, settings: pg17 }));
    expect(lines).toMatchObject([
      { parameter: 'min_wal_size', value: min, source: 'pgtune', confidence: 'low' },
      { parameter: 'max_wal_size', value: max, source: 'pgtune', confidence: 'low' },
    ]);
    expect(lines[0]?.evidence).toMatchObject({ no_evidence: 'no server, so no statistics' });
  });

  test('a small host gets no more than twice its RAM, and never less than the default', () => {
    const of = (ramBytes: number | null) =>
      values(walSize, situation({ workload: 'oltp', ramBytes, settings: pg17 }));
    expect(of(GB)).toEqual({ min_wal_size: '512MB', max_wal_size: '2GB' });
    expect(of(GB / 4)).toEqual({ min_wal_size: '256MB' });
    expect(of(null)).toEqual({});
  });

  test('raises only', async () => {
    const large = await settings(17, { max_wal_size: '32GB', min_wal_size: '4GB' });
    expect(values(walSize, situation({ workload: 'oltp', settings: large }))).toEqual({});
  });

  test('is silent where the counters say enough', () => {
    const live = (seconds: number | null) =>
      values(
        walSize,
        situation({
          workload: 'oltp',
          settings: pg17,
          evidence: evidence({ wal_observed_s: seconds, checkpoints_observed_s: 86_400 }),
        }),
      );
    expect(live(600)).toEqual({});
    expect(live(599)).toEqual({ min_wal_size: '2GB', max_wal_size: '8GB' });
    expect(live(null)).toEqual({ min_wal_size: '2GB', max_wal_size: '8GB' });
  });
});

describe('checkpoints', () => {
  test('are spread on 12 and 13, whose default is 0.5, and where somebody set less', async () => {
    const of = async (major: number, value: Record<string, string> = {}) =>
      values(checkpointSpread, situation({ major, settings: await settings(major, value) }));
    expect(await of(12)).toEqual({ checkpoint_completion_target: '0.9' });
    expect(await of(13)).toEqual({ checkpoint_completion_target: '0.9' });
    expect(await of(14)).toEqual({});
    expect(await of(18)).toEqual({});
    expect(await of(18, { checkpoint_completion_target: '0.89' })).toEqual({
      checkpoint_completion_target: '0.9',
    });
    expect(await of(18, { checkpoint_completion_target: '0.95' })).toEqual({});
  });

  test('come every quarter of an hour, never oftener than now, and not on a desktop', async () => {
    const of = async (timeout: string, workload: 'oltp' | 'desktop' = 'oltp') =>
      values(
        checkpointTimeout,
        situation({ workload, settings: await settings(17, { checkpoint_timeout: timeout }) }),
      );
    expect(await of('5min')).toEqual({ checkpoint_timeout: '15min' });
    expect(await of('899s')).toEqual({ checkpoint_timeout: '15min' });
    expect(await of('15min')).toEqual({});
    expect(await of('1h')).toEqual({});
    expect(await of('5min', 'desktop')).toEqual({});
  });
});

/** The settings with other methods built in. */
function built(all: Settings, parameter: string, enumvals: readonly string[]): Settings {
  const spec = all.get(parameter);
  return spec === undefined ? all : new Map([...all, [parameter, { ...spec, enumvals }]]);
}

describe('compression', () => {
  const FULL = ['pglz', 'lz4', 'zstd', 'on', 'off'];

  test.each([
    [FULL, 'lz4'],
    [['pglz', 'zstd', 'on', 'off'], 'zstd'],
    [['pglz', 'on', 'off'], undefined],
  ])('of WAL, built with %j: %s', (enumvals, value) => {
    const at = situation({ settings: built(pg17, 'wal_compression', enumvals) });
    expect(values(walCompression, at)).toEqual(value === undefined ? {} : { wal_compression: value });
  });

  test.each([
    ['off', true],
    ['pglz', true],
    ['on', true],
    ['lz4', false],
    ['zstd', false],
  ])('of WAL where it is %s', async (inForce, isReplaced) => {
    const all = await settings(17, { wal_compression: inForce });
    expect(values(walCompression, situation({ settings: all }))).toEqual(
      isReplaced ? { wal_compression: 'lz4' } : {},
    );
  });

  test('of WAL before 15 is not guessed: pglz costs CPU', async () => {
    for (const major of [12, 13, 14]) {
      const at = situation({ major, settings: await settings(major) });
      expect(values(walCompression, at), String(major)).toEqual({});
    }
    expect(only(walCompression, situation({ settings: pg17 })).source).toBe('pgtune');
  });

  test('of large values: lz4 in place of pglz, where it is built in', async () => {
    expect(values(toastCompression, situation({ settings: pg17 }))).toEqual({
      default_toast_compression: 'lz4',
    });
    const bare = built(pg17, 'default_toast_compression', ['pglz']);
    expect(values(toastCompression, situation({ settings: bare }))).toEqual({});
    const done = await settings(17, { default_toast_compression: 'lz4' });
    expect(values(toastCompression, situation({ settings: done }))).toEqual({});
    expect(values(toastCompression, situation({ major: 13, settings: await settings(13) }))).toEqual({});
  });
});
