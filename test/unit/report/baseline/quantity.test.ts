import { describe, expect, it } from 'vitest';
import {
  countText,
  cut,
  difference,
  factorText,
  metricText,
  quantity,
  sentence,
  settingText,
  timeText,
  versionText,
} from '../../../../src/report/baseline/quantity.js';
import { reasonOf } from '../../../../src/report/baseline/reason.js';
import { changeWith } from '../../../support/baselineReportInput.js';

describe('values for people', () => {
  it.each([
    [0, 'bytes', '0 B', '0 bytes'],
    [1023, 'bytes', '1,023 B', '1,023 bytes'],
    [12_897_485, 'bytes', '12.3 MB', '12,897,485 bytes'],
    [3 * 1024 ** 5, 'bytes', '3,072 TB', '3,377,699,720,527,872 bytes'],
    [-2048, 'bytes', '−2 kB', '−2,048 bytes'],
    [210_000, 'bytes_per_s', '205 kB/s', '210,000 bytes per s'],
    [0, 'ms', '0 ms', '0 ms'],
    [0.0452, 'ms', '45.2 µs', '0.0452 ms'],
    [4.5, 'ms', '4.5 ms', '4.5 ms'],
    [999, 'ms', '999 ms', '999 ms'],
    [61_000, 'ms', '1.02 min', '61,000 ms'],
    [86_400_000, 'ms', '1 d', '86,400,000 ms'],
    [412, 'ms_per_s', '412 ms/s', '412 ms per s'],
    [0.1234, 'ratio', '12.3 %', '0.1234 ratio'],
    [0.0041, 'per_s', '0.0041/s', '0.0041 per s'],
    [181_000_000, 'transactions', '181 million', '181,000,000 transactions'],
    [5_400_000_000, null, '5.4 billion', '5,400,000,000'],
    [42, 'count', '42', '42'],
    [null, 'bytes', '–', 'cannot be told'],
    [Number.NaN, 'ms', '–', 'cannot be told'],
    ['', null, '(empty)', '(empty)'],
    ['on', null, 'on', 'on'],
    [true, null, 'true', 'true'],
    [['a', 'b'], null, '["a","b"]', '["a","b"]'],
  ])('%j in %s is %s', (value, unit, text, exact) => {
    expect(quantity(value, unit)).toEqual({ text, exact });
  });

  it('tells a growth with its sign', () => {
    expect(difference(2048, 'bytes').text).toBe('+2 kB');
    expect(difference(-2048, 'bytes').text).toBe('−2 kB');
    expect(difference(0, 'bytes').text).toBe('0 B');
  });

  it('writes times, versions, names and counts', () => {
    expect(timeText('2026-03-12T02:00:59.999Z')).toBe('2026-03-12 02:00 UTC');
    expect(timeText('never')).toBe('never');
    expect(versionText(120_022)).toBe('12.22');
    expect(versionText(180_000)).toBe('18.0');
    expect(metricText('mean_exec_time_ms')).toBe('mean exec time');
    expect(metricText('wal_bytes_per_s')).toBe('WAL per second');
    expect(metricText('dead_ratio')).toBe('dead');
    expect(countText(1, 'finding')).toBe('1 finding');
    expect(countText(1200, 'index', 'indexes')).toBe('1,200 indexes');
    expect(factorText(14.26)).toBe('×14.3');
  });

  it('cuts by characters, not by halves of one', () => {
    expect(cut('🐘🐘🐘', 2)).toBe('🐘🐘 …');
    expect(cut('abc', 3)).toBe('abc');
  });
});

describe('what else stands beside a value', () => {
  it('tells settings in the server’s own unit', () => {
    expect(settingText('4096', 'kB')).toBe('4096 kB');
    expect(settingText(16_384, '8kB')).toBe('16384 × 8kB');
    expect(settingText('', null)).toBe('(empty)');
    expect(settingText(null, 'kB')).toBe('–');
  });

  it('makes sentences of remarks', () => {
    expect(sentence('rates before are not known')).toBe('Rates before are not known.');
    expect(sentence('Known.')).toBe('Known.');
  });

  it('does not say again what columns say', () => {
    const of = (why: string, object_type = 'replication_slot', object = 's') =>
      reasonOf(changeWith({ section: 'replication', object_type, object, metric: 'm', why }));
    expect(of('replication slot s: retained wal rose from 1 MiB to 2 GiB (× 2048).')).toBeNull();
    expect(
      of(
        'replication slot s: retained wal rose from 1 to 2; within the usual spread (median 1 of 9 earlier values).',
      ),
    ).toBeNull();
    expect(of('replication slot s: gone; it had been in use.')).toBe('Gone; it had been in use.');
    expect(of('server: connections rose from 1 to 2; max_connections is 100.', 'server', 'server')).toBe(
      'Max_connections is 100.',
    );
  });

  it('tells factors near 1 as differences', () => {
    expect(factorText(1.4)).toBeNull();
    expect(factorText(0.25)).toBe('−75 %');
    expect(factorText(0)).toBe('−100 %');
  });
});
