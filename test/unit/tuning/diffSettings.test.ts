import { describe, expect, it } from 'vitest';
import type { Setting } from '../../../src/core/setting/spec.js';
import type { Configuration } from '../../../src/tuning/configuration.js';
import type { Wanted } from '../../../src/tuning/diffInput.js';
import { compareServers } from '../../../src/tuning/diffCluster.js';
import { compareWanted, type Comparison } from '../../../src/tuning/diffSettings.js';
import { AUTO, configuration, restartOnly, setting, textual } from './configurations.js';

const server = { managedBy: 'standalone' } as const;

function asked(name: string, text: string | null, change: Partial<Wanted> = {}): Wanted {
  return { name, text, wasInForce: false, rationale: 'because', source: 'file', line: 1, ...change };
}

function compared(given: Configuration, ...wanted: Wanted[]): Comparison {
  return compareWanted({ server, configuration: given, dcs: null }, wanted);
}

/** [parameter, current, other] of each difference. */
function differences(comparison: Comparison): unknown[] {
  return comparison.differences.map(({ parameter, current, other }) => [parameter, current, other]);
}

describe('comparing a file with a server', () => {
  const given = configuration({ settings: [setting(), restartOnly()] });

  it.each(['4MB', '4096', '4096kB', '0.00390625GB'])('%s is what is in force', (text) => {
    expect(compared(given, asked('Work_Mem', text))).toMatchObject({ differences: [], compared: 1 });
  });

  it('tells a difference with both values as SHOW prints them', () => {
    const { differences: found } = compared(given, asked('work_mem', '65536kB', { line: 7 }));
    expect(found).toMatchObject([
      { parameter: 'work_mem', current: '4MB', other: '64MB', unit: 'kB', needs_restart: false, line: 7 },
    ]);
    expect(compared(given, asked('max_connections', '200')).differences).toMatchObject([
      { context: 'postmaster', needs_restart: true },
    ]);
  });

  it('tells what the server would refuse, and why', () => {
    expect(compared(given, asked('work_mem', 'banana', { line: 3 }))).toMatchObject({
      differences: [],
      invalid: [{ parameter: 'work_mem', value: 'banana', line: 3 }],
    });
    expect(compared(given, asked('work_mem', '1kB')).invalid).toHaveLength(1);
  });

  it('tells parameters that the server does not have, or hides', () => {
    expect(compared(given, asked('nosuch', '1'))).toMatchObject({
      unknown: [{ parameter: 'nosuch', reason: 'no_such_parameter' }],
      compared: 0,
    });
    expect(compared({ ...given, complete: false }, asked('data_directory', '/x')).unknown).toMatchObject([
      { reason: 'hidden' },
    ]);
  });

  it('compares secrets, and shows none', () => {
    const conninfo = textual({ name: 'primary_conninfo', setting: 'host=a password=geheim' });
    const secret = configuration({ settings: [conninfo] });
    expect(compared(secret, asked('primary_conninfo', 'host=a password=geheim')).differences).toEqual([]);
    const other = compared(secret, asked('primary_conninfo', 'host=a password=gestohlen'));
    expect(other.differences).toMatchObject([
      { masked: true, current: 'host=a password=********', other: 'host=a password=********' },
    ]);
    expect(JSON.stringify(other)).not.toMatch(/geheim|gestohlen/);
  });

  it('knows the spellings that the server changes', () => {
    const settings = [
      textual({ name: 'DateStyle', setting: 'ISO, DMY' }),
      textual({ name: 'archive_command', setting: '(disabled)', source: 'configuration file' }),
      restartOnly({ name: 'wal_buffers', setting: '512', unit: '8kB', boot_val: '-1', min_val: '-1' }),
    ];
    const files = [['archive_command', 'cp %p /wal/%f']] as const;
    const spelt = configuration({ settings, files });
    const found = compared(
      spelt,
      asked('datestyle', 'iso,dmy'),
      asked('archive_command', 'cp %p /wal/%f'),
      asked('wal_buffers', '-1'),
    );
    expect(found.differences).toEqual([]);
    expect(differences(compared(spelt, asked('archive_command', 'rsync %p')))).toEqual([
      ['archive_command', '(disabled)', 'rsync %p'],
    ]);
  });
});

describe('comparing a reset', () => {
  const changed = setting({ setting: '8192', source: 'configuration file' });

  it('is about what the files below postgresql.auto.conf say, else about the default', () => {
    const files = [
      ['work_mem', '16MB'],
      ['work_mem', '8MB', AUTO],
    ] as const;
    const layered = configuration({ settings: [changed], files });
    expect(differences(compared(layered, asked('work_mem', null)))).toEqual([['work_mem', '8MB', '16MB']]);
    const alone = configuration({ settings: [changed], files: [['work_mem', '8MB', AUTO]] });
    expect(differences(compared(alone, asked('work_mem', null)))).toEqual([['work_mem', '8MB', '4MB']]);
  });

  it('changes nothing on the command line, and cannot be told without the files', () => {
    const onCommandLine = setting({ setting: '8192', source: 'command line' });
    const fixed = configuration({ settings: [onCommandLine], files: [['work_mem', '16MB']] });
    expect(differences(compared(fixed, asked('work_mem', null)))).toEqual([]);
    const hidden = configuration({ settings: [changed], files: null });
    expect(compared(hidden, asked('work_mem', null)).unknown).toMatchObject([{ reason: 'hidden' }]);
  });
});

describe('comparing what was in force elsewhere', () => {
  function servers(here: Setting[], there: Setting[], leftOut: string[] = [], complete = true): Comparison {
    return compareServers(
      { server, configuration: configuration({ settings: here }), dcs: null },
      configuration({ settings: there, complete }),
      new Set(leftOut),
    );
  }

  it('is by value, and says where the other one comes from', () => {
    const fromFile = { source: 'configuration file', sourcefile: '/data/postgresql.conf', sourceline: 9 };
    const found = servers(
      [setting(), restartOnly()],
      [setting({ setting: '8192', ...fromFile }), restartOnly()],
    );
    expect(found.differences).toMatchObject([
      {
        parameter: 'work_mem',
        source: 'configuration file',
        current_source: 'default',
        rationale: 'there it comes from: configuration file (/data/postgresql.conf line 9)',
      },
    ]);
    expect(found.compared).toBe(2);
  });

  it('takes a default that the server made itself for what it is', () => {
    const walBuffers = (value: string): Setting =>
      restartOnly({ name: 'wal_buffers', setting: value, unit: '8kB', boot_val: '-1', min_val: '-1' });
    expect(servers([walBuffers('512')], [walBuffers('2048')]).differences).toHaveLength(1);
    const depth = (value: string): Setting =>
      setting({ name: 'max_stack_depth', setting: value, boot_val: '100' });
    expect(servers([depth('2048')], [depth('100')]).differences).toHaveLength(1);
  });

  it('names what only one of them has as unknown, or as hidden', () => {
    const one = setting({ name: 'io_method' });
    expect(servers([setting(), one], [setting()]).unknown).toMatchObject([
      { parameter: 'io_method', reason: 'no_such_parameter_there' },
    ]);
    expect(servers([setting(), one], [setting()], [], false).unknown).toMatchObject([
      { parameter: 'io_method', reason: 'hidden_there' },
    ]);
    expect(servers([setting()], [setting(), one]).unknown).toMatchObject([{ reason: 'no_such_parameter' }]);
  });

  it('leaves out what it is told to, and keepalives that show the connection', () => {
    const port = restartOnly({ name: 'port', setting: '5432' });
    expect(servers([port], [{ ...port, setting: '5433' }], ['port']).compared).toBe(0);
    const idle = setting({
      name: 'tcp_keepalives_idle',
      unit: 's',
      setting: '0',
      boot_val: '0',
      min_val: '0',
    });
    expect(servers([idle], [{ ...idle, setting: '7200' }]).differences).toEqual([]);
    const set = { ...idle, setting: '60', source: 'configuration file' };
    expect(servers([idle], [set]).differences).toHaveLength(1);
  });

  it('cannot be done where the saved value is masked', () => {
    const conninfo = textual({ name: 'primary_conninfo', setting: 'host=a password=geheim' });
    const saved = asked('primary_conninfo', 'host=a password=********', { wasInForce: true });
    expect(compared(configuration({ settings: [conninfo] }), saved).unknown).toMatchObject([
      { parameter: 'primary_conninfo', reason: 'masked' },
    ]);
  });

  it('is a difference where this server would not even take the value', () => {
    const method = setting({ vartype: 'enum', unit: null, setting: 'on', enumvals: ['on', 'off'] });
    const found = compared(
      configuration({ settings: [method] }),
      asked('work_mem', 'lz4', { wasInForce: true }),
    );
    expect(differences(found)).toEqual([['work_mem', 'on', 'lz4']]);
  });
});
