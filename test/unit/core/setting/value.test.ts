import { describe, expect, test } from 'vitest';
import type { SettingSpec } from '../../../../src/core/setting/spec.js';
import {
  displaySetting,
  parseSetting,
  sameSetting,
  settingBytes,
  settingMs,
} from '../../../../src/core/setting/value.js';

function spec(vartype: SettingSpec['vartype'], more: Partial<SettingSpec> = {}): SettingSpec {
  return { name: 'some_setting', vartype, unit: null, min_val: null, max_val: null, enumvals: null, ...more };
}

function integer(unit: string | null, least = '-2147483648', most = '2147483647'): SettingSpec {
  return spec('integer', { unit, min_val: least, max_val: most });
}

const cost = spec('real', { min_val: '0', max_val: '1.79769e+308' });
const delay = spec('real', { unit: 'ms', min_val: '-1', max_val: '100' });
const bool = spec('bool');

describe('what pg_settings would show', () => {
  test.each<[SettingSpec, string, string]>([
    [integer('kB'), '1.5GB', '1572864'],
    [integer('kB'), '1GB', '1048576'],
    [integer('kB'), '30.1GB', '31561728'],
    [integer('8kB'), '100kB', '12'],
    [integer('8kB'), '1025kB', '128'],
    [integer('16kB'), '1MB', '64'],
    [integer('MB'), '1.5TB', '1572864'],
    [integer('B'), '1kB', '1024'],
    [integer('ms'), '1500us', '2'],
    [integer('ms'), '2500us', '2'],
    [integer('min'), '90s', '2'],
    [integer('s'), '0.5h', '1800'],
    [integer('s'), '1 d ', '86400'],
    [integer('ms'), '60', '60'],
    [integer(null), '0x20', '32'],
    [integer(null), '010', '8'],
    [integer(null), ' 7 ', '7'],
    [integer(null), '1e3', '1000'],
    [integer(null), '-0.4', '0'],
    [integer(null), '2.5', '2'],
    [cost, '1.10', '1.1'],
    [cost, '1e-2', '0.01'],
    [cost, '1e10', '1e+10'],
    [cost, '1234567', '1.23457e+06'],
    [cost, '0x10', '16'],
    [cost, '1.797693e308', '1.79769e+308'],
    [delay, '1500us', '1.5'],
    [delay, '-1', '-1'],
    [bool, 'of', 'off'],
    [bool, 'TR', 'on'],
    [bool, '0', 'off'],
    [spec('integer', { name: 'log_file_mode', min_val: '0', max_val: '511' }), '384', '0600'],
    [spec('string'), ' as it is ', ' as it is '],
    [spec('enum', { enumvals: ['terse', 'Verbose'] }), 'vERBOSE', 'Verbose'],
    [spec('enum', { enumvals: null }), 'Unknown', 'unknown'],
    [spec('enum', { name: 'wal_compression', enumvals: ['pglz', 'lz4', 'on', 'off'] }), 'Yes', 'pglz'],
    [spec('enum', { name: 'wal_compression', enumvals: ['pglz', 'lz4', 'on', 'off'] }), 'on', 'pglz'],
    [spec('enum', { name: 'synchronous_commit', enumvals: ['local', 'on', 'off'] }), 'false', 'off'],
  ])('%o: %s is %s', (of, text, setting) => {
    expect(parseSetting(of, text)).toEqual({ ok: true, setting });
  });
});

describe('what is refused, and why', () => {
  const memory = integer('kB', '64', '2147483647');
  const units = 'Units, upper and lower case as here: TB, GB, MB, kB, B.';
  test.each<[SettingSpec, string, string, string | null]>([
    [memory, 'much', '“much” is not a number', null],
    [memory, '64mb', '“64mb” is not a number with a unit', units],
    [memory, '1.5 gigabytes', '“1.5 gigabytes” is not a number with a unit', units],
    [memory, '63kB', '“63kB” is out of range: 64kB to 2147483647kB', null],
    [memory, '3TB', '“3TB” is out of range: 64kB to 2147483647kB', null],
    [integer('8kB', '16', '1073741823'), '1kB', '“1kB” is out of range: 128kB to 8589934584kB', null],
    [integer('min', '-1', '35791394'), '-2', '“-2” is out of range: -1 to 35791394min', null],
    [integer(null, '1', '10'), '11', '“11” is out of range: 1 to 10', null],
    [integer(null), '5s', '“5s” is not a number', 'This parameter takes no unit.'],
    [cost, 'inf', '“inf” is out of range: 0 to 1.79769e+308', null],
    [cost, '1e999', '“1e999” is not a number', null],
    [cost, 'nan', '“nan” is not a number', null],
    [bool, 'o', '“o” is neither true nor false', 'Write on or off.'],
    [bool, '', '“” is neither true nor false', 'Write on or off.'],
    [
      spec('enum', { enumvals: ['', 'TLSv1'] }),
      'SSLv3',
      '“SSLv3” is none of its values',
      "Values: '', TLSv1.",
    ],
    [
      spec('enum', { enumvals: ['on', 'off'] }),
      'toString',
      '“toString” is none of its values',
      'Values: on, off.',
    ],
  ])('%o: %s', (of, text, message, hint) => {
    expect(parseSetting(of, text)).toEqual({ ok: false, message, hint });
  });

  test('an integer without limits still has those of an integer', () => {
    expect(parseSetting(spec('integer'), '2147483648')).toMatchObject({ ok: false });
    expect(parseSetting(spec('integer'), '-2147483648')).toMatchObject({ ok: true });
  });
});

describe('what SHOW prints', () => {
  test.each<[SettingSpec, string, string]>([
    [integer('8kB'), '16384', '128MB'],
    [integer('kB'), '1572864', '1536MB'],
    [integer('8kB'), '13', '104kB'],
    [integer('kB'), '-1', '-1'],
    [integer('kB'), '0', '0'],
    [integer('min'), '1440', '1d'],
    [integer('min'), '90', '90min'],
    [integer('ms'), '1001', '1001ms'],
    [integer(null), '1000', '1000'],
    [delay, '1.5', '1500us'],
    [delay, '2', '2ms'],
    [delay, '0', '0'],
    [delay, '0.00015', '0.15us'],
    [delay, '1.0005', '1000.5us'],
    [spec('integer', { name: 'tcp_keepalives_idle', unit: 's' }), '7200', '7200'],
    [bool, 'on', 'on'],
  ])('%o: %s is %s', (of, setting, shown) => {
    expect(displaySetting(of, setting)).toBe(shown);
  });
});

describe('which values are the same', () => {
  test.each<[SettingSpec, string, string, boolean]>([
    [integer('kB'), '1024', '1MB', true],
    [integer('kB'), '1024', '1025', false],
    [integer('kB'), '1024', 'nonsense', false],
    [cost, '1.1', '1.1000001', true],
    [cost, '1.1', '1.10001', false],
    [cost, '0', '0.0', true],
    [bool, 'on', 'yes', true],
    [spec('string'), 'a, b', 'a,b', false],
    [spec('string', { name: 'SEARCH_PATH' }), 'a, "b"', 'A,b', true],
    [spec('string', { name: 'shared_preload_libraries' }), 'a, b', '"a","b"', true],
    [spec('string', { name: 'shared_preload_libraries' }), 'a', 'A', false],
    [spec('string', { name: 'DateStyle' }), 'iso', 'ISO, DMY', true],
    [spec('string', { name: 'DateStyle' }), 'iso, mdy', 'ISO, DMY', false],
    [spec('string', { name: 'TimeZone' }), 'utc', 'UTC', true],
    [spec('string', { name: 'constructor' }), 'a', 'b', false],
  ])('%o: %s and %s: %s', (of, a, b, same) => {
    expect(sameSetting(of, a, b)).toBe(same);
    expect(sameSetting(of, b, a)).toBe(same);
  });
});

test('bytes and milliseconds of settings', () => {
  expect(settingBytes(integer('8kB'), '16384')).toBe(128 * 1024 ** 2);
  expect(settingBytes(integer('MB'), '0')).toBe(0);
  expect(settingBytes(integer('kB'), '-1')).toBeNull();
  expect(settingBytes(integer('ms'), '5')).toBeNull();
  expect(settingBytes(integer(null), '5')).toBeNull();
  expect(settingBytes(integer('kB'), '')).toBeNull();
  expect(settingMs(integer('min'), '2')).toBe(120_000);
  expect(settingMs(delay, '0.5')).toBe(0.5);
  expect(settingMs(delay, '-1')).toBeNull();
  expect(settingMs(integer('kB'), '5')).toBeNull();
});
