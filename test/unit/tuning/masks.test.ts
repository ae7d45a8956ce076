import { describe, expect, it } from 'vitest';
import { fileMasksOf, masksOf } from '../../../src/tuning/masks.js';
import { AUTO, configuration, restartOnly, setting, textual } from './configurations.js';

const ALL = { database: null, role: null };

describe('what beats a value written by ALTER SYSTEM', () => {
  it('is nothing where no other level names the parameter', () => {
    const files = [['work_mem', '8MB', AUTO]] as const;
    expect(masksOf(configuration({ files }), 'work_mem')).toEqual([]);
  });

  it('is the command line, for everybody', () => {
    const given = configuration({ settings: [setting({ setting: '65536', source: 'command line' })] });
    expect(masksOf(given, 'WORK_MEM')).toEqual([
      { ...ALL, level: 'command_line', value: '64MB', sourcefile: null },
    ]);
  });

  it('is what databases and roles have, for their sessions', () => {
    const perSession = [
      { database: 'app', role: 'batch', name: 'work_mem', value: '1GB' },
      { database: 'app', role: null, name: 'Work_Mem', value: '16MB' },
      { database: null, role: 'batch', name: 'work_mem', value: '32MB' },
      { ...ALL, name: 'work_mem', value: '5MB' },
      { ...ALL, name: 'jit', value: 'off' },
    ];
    expect(masksOf(configuration({ perSession }), 'work_mem')).toEqual([
      { level: 'database_role', database: 'app', role: 'batch', value: '1GB', sourcefile: null },
      { level: 'database', database: 'app', role: null, value: '16MB', sourcefile: null },
      { level: 'role', database: null, role: 'batch', value: '32MB', sourcefile: null },
      { level: 'role', database: null, role: null, value: '5MB', sourcefile: null },
    ]);
  });

  it('is no row of a database for a parameter that belongs to the whole server', () => {
    const perSession = [{ database: 'app', role: null, name: 'max_connections', value: '5' }];
    expect(masksOf(configuration({ settings: [restartOnly()], perSession }), 'max_connections')).toEqual([]);
  });

  it('is also told for a parameter of an extension that is not loaded', () => {
    const perSession = [{ database: 'app', role: null, name: 'myext.mode', value: 'fast' }];
    expect(masksOf(configuration({ perSession }), 'myext.mode')).toHaveLength(1);
  });

  it('shows no secret', () => {
    const perSession = [{ database: 'app', role: null, name: 'app.api_key', value: 'geheim' }];
    const settings = [
      textual({ name: 'primary_conninfo', setting: 'host=a password=geheim', source: 'command line' }),
    ];
    const given = configuration({ settings, perSession });
    expect(JSON.stringify([masksOf(given, 'app.api_key'), masksOf(given, 'primary_conninfo')])).not.toContain(
      'geheim',
    );
  });
});

describe('what beats an entry of a configuration file', () => {
  it('is nothing where it is the only one', () => {
    const files = [['work_mem', '8MB']] as const;
    expect(fileMasksOf(configuration({ files }), 'work_mem')).toEqual([]);
    expect(fileMasksOf(configuration({ files: null }), 'work_mem')).toEqual([]);
  });

  it('is a later line, of whichever file', () => {
    const files = [
      ['work_mem', '8MB'],
      ['jit', 'off'],
      ['WORK_MEM', '9MB', 'conf.d/z.conf'],
    ] as const;
    expect(fileMasksOf(configuration({ files }), 'work_mem')).toEqual([
      { ...ALL, level: 'include', value: '9MB', sourcefile: '/data/conf.d/z.conf' },
    ]);
  });

  it('is postgresql.auto.conf in the end', () => {
    const files = [
      ['work_mem', '8MB'],
      ['work_mem', '9MB', 'conf.d/z.conf'],
      ['work_mem', '10MB', AUTO],
    ] as const;
    expect(fileMasksOf(configuration({ files }), 'work_mem')).toEqual([
      { ...ALL, level: 'auto_conf', value: '10MB', sourcefile: `/data/${AUTO}` },
    ]);
  });
});
