import { describe, expect, it } from 'vitest';
import type { Manager } from '../../../src/core/clusterKinds.js';
import { PgdbaError } from '../../../src/core/errors.js';
import { overrideOf, patroniOverride } from '../../../src/tuning/override.js';
import { inFile, onMember, sightWith } from '../patroni/members.js';
import { AUTO, configuration, restartOnly, setting } from './configurations.js';

const given = configuration({ settings: [setting(), restartOnly({ source: 'command line' })] });

it.each<[Manager, string, string]>([
  ['patroni', 'Max_Connections', 'overridden'],
  ['patroni', 'work_mem', 'unknown'],
  ['standalone', 'max_connections', 'overridden'],
  ['standalone', 'work_mem', 'not_managed'],
  ['rds', 'work_mem', 'not_managed'],
  ['unknown', 'work_mem', 'unknown'],
  ['patroni', 'no_such_parameter', 'unknown'],
])('on a server that %s manages, %s is %s', (managedBy, name, override) => {
  expect(patroniOverride({ managedBy }, given, name, null)).toBe(override);
});

describe('with the DCS at hand', () => {
  const member = onMember({
    settings: [
      inFile(AUTO, { setting: '9216' }),
      inFile('postgresql.conf', { name: 'random_page_cost', setting: '1.3' }),
      inFile('postgresql.base.conf', { name: 'seq_page_cost', setting: '1.5' }),
      inFile('postgresql.conf', { name: 'wal_keep_size', setting: '128' }),
      restartOnly({ source: 'command line', setting: '60' }),
      setting({ name: 'temp_buffers', unit: '8kB' }),
    ],
    files: [
      ['seq_page_cost', '1.5', 'postgresql.base.conf'],
      ['work_mem', '5MB'],
      ['random_page_cost', '1.3'],
      ['wal_keep_size', '128MB'],
      ['max_connections', '60'],
      ['work_mem', '9MB', AUTO],
    ],
  });
  const found = (name: string, dcs: Readonly<Record<string, unknown>>, given = member): unknown => {
    const { override, overriddenBy } = overrideOf({ managedBy: 'patroni' }, given, name, sightWith(dcs));
    return overriddenBy === null ? override : [override, overriddenBy.level, overriddenBy.value];
  };

  it.each<[string, Record<string, unknown>, unknown]>([
    ['WORK_MEM', { Work_Mem: '5120kB' }, ['overridden', 'dcs', '5120kB']],
    ['work_mem', { work_mem: '6MB' }, ['overridden', 'local_yaml', '5MB']],
    ['work_mem', {}, ['overridden', 'local_yaml', '5MB']],
    ['random_page_cost', {}, ['overridden', 'local_yaml', '1.3']],
    ['wal_keep_size', {}, ['overridden', 'patroni', '128MB']],
    ['max_connections', { max_connections: 70 }, ['overridden', 'command_line', '60']],
    ['temp_buffers', { temp_buffers: 'banana' }, ['overridden', 'dcs', 'banana']],
    ['temp_buffers', { temp_buffers: {} }, ['overridden', 'dcs', null]],
    ['temp_buffers', { work_mem: 1 }, 'not_set_but_ephemeral'],
    ['seq_page_cost', {}, 'not_set_but_ephemeral'],
    ['my.thing', {}, 'not_set_but_ephemeral'],
  ])('%s is told where %j is in it', (name, dcs, expected) => {
    expect(found(name, dcs)).toEqual(expected);
  });

  it('of a role that may not see the files only what is certain is told', () => {
    const blind = onMember({
      settings: [
        setting(),
        inFile('x', { name: 'random_page_cost', sourcefile: null }),
        inFile('postgresql.conf', { name: 'seq_page_cost', setting: '2' }),
      ],
      files: null,
      complete: false,
    });
    expect(found('work_mem', {}, blind)).toBe('not_set_but_ephemeral');
    expect(found('random_page_cost', {}, blind)).toBe('unknown');
    expect(found('random_page_cost', { random_page_cost: 2 }, blind)).toEqual(['overridden', 'dcs', '2']);
    expect(found('seq_page_cost', {}, blind)).toEqual(['overridden', 'local_yaml', null]);
    expect(found('shared_preload_libraries', {}, blind)).toBe('unknown');
  });

  it('nothing is known when nobody answered, but of the command line', () => {
    const silent = new PgdbaError('patroni_unreachable', 'nobody');
    const server = { managedBy: 'standalone' } as const;
    expect(patroniOverride(server, member, 'temp_buffers', silent)).toBe('unknown');
    expect(patroniOverride(server, member, 'max_connections', silent)).toBe('overridden');
  });
});
