import { describe, expect, it } from 'vitest';
import type { PgdbaError } from '../../../src/core/errors.js';
import { chooseSettings, type SettingFilter } from '../../../src/tuning/showFilter.js';
import { configuration, restartOnly, setting, textual } from './configurations.js';

const given = configuration({
  settings: [
    textual({ name: 'DateStyle', setting: 'ISO, DMY', source: 'configuration file', category: 'Client' }),
    restartOnly(),
    setting({ name: 'autovacuum_work_mem', setting: '-1', boot_val: '-1', category: 'Vacuuming' }),
    setting({ setting: '8192', source: 'configuration file' }),
    setting({ name: 'wal_buffers', setting: '512', boot_val: '-1' }),
    setting({ name: 'fsync', setting: 'on', boot_val: 'on', source: 'configuration file' }),
    textual({ name: 'application_name', setting: 'pgdba/config show', source: 'client', category: 'Client' }),
  ],
});

function chosen(filter: Partial<SettingFilter>): string[] {
  return chooseSettings(given, { changed: false, pendingRestart: false, ...filter }).map(({ name }) => name);
}

describe('which settings are shown', () => {
  it('are all of them unless something is said', () => {
    expect(chosen({})).toHaveLength(7);
  });

  it('go by name without regard to case', () => {
    expect(chosen({ pattern: 'datestyle' })).toEqual(['DateStyle']);
    expect(chosen({ pattern: 'WORK_MEM' })).toEqual(['work_mem']);
  });

  it('go by a pattern in which only the star is special', () => {
    expect(chosen({ pattern: '*WORK*' })).toEqual(['autovacuum_work_mem', 'work_mem']);
    expect(chosen({ pattern: 'w*s' })).toEqual(['wal_buffers']);
    expect(chosen({ pattern: 'work.mem*' })).toEqual([]);
    expect(chosen({ pattern: '*' })).toHaveLength(7);
  });

  it('are those that something set to another value than the built-in one', () => {
    expect(chosen({ changed: true })).toEqual(['DateStyle', 'work_mem']);
  });

  it('go by any part of the category, and by the source', () => {
    expect(chosen({ category: 'VACUUM' })).toEqual(['autovacuum_work_mem']);
    expect(chosen({ source: 'configuration file', category: 'client' })).toEqual(['DateStyle']);
  });

  it('are none for a pattern that matches nothing, but a name that nobody has is an error', () => {
    expect(chosen({ pattern: 'zz*' })).toEqual([]);
    expect(() => chosen({ pattern: 'buffers' })).toThrow(
      expect.objectContaining({
        code: 'parameter_unknown',
        hint: expect.stringContaining('wal_buffers') as string,
      }) as PgdbaError,
    );
  });

  it('may be more than the role sees, and the error says so', () => {
    const partial = configuration({ complete: false });
    const look = (): unknown =>
      chooseSettings(partial, { pattern: 'data_directory', changed: false, pendingRestart: false });
    expect(look).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('hidden from this role') as string }) as Error,
    );
  });
});
