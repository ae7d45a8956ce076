import { describe, expect, it } from 'vitest';
import type { Setting } from '../../../src/core/setting/spec.js';
import { onMember } from '../patroni/members.js';
import { fileErrorsOf, pendingOf, pendingOnMember } from '../../../src/tuning/pending.js';
import { AUTO, configuration, restartOnly, setting, textual } from './configurations.js';

const REFUSED = 'setting could not be applied';

/** What a parameter waits for when the files hold these values for it, in their order. */
function pending(one: Setting, texts: readonly string[], error?: string): unknown {
  const files = texts.map((text) => [one.name, text, 'postgresql.conf', error] as const);
  return pendingOf(configuration({ settings: [one], files }), one);
}

describe('what a parameter waits for', () => {
  it('is nothing where the files say what is in force, however they write it', () => {
    expect(pending(setting(), [])).toEqual({ waits: 'none', fileValue: null });
    expect(pending(setting({ source: 'configuration file' }), ['4096 kB'])).toEqual({
      waits: 'none',
      fileValue: null,
    });
  });

  it('is a reload, or a restart where only that helps', () => {
    expect(pending(setting(), ['64MB'])).toEqual({ waits: 'reload', fileValue: '64MB' });
    expect(pending(restartOnly(), ['200'], REFUSED)).toEqual({ waits: 'restart', fileValue: '200' });
  });

  it('goes by the last entry', () => {
    expect(pending(setting(), ['64MB', '4MB'])).toEqual({ waits: 'none', fileValue: null });
    expect(pending(setting(), ['4MB', '64MB'])).toEqual({ waits: 'reload', fileValue: '64MB' });
  });

  it('is to fall back to the default where the line of the value is gone', () => {
    const fromFile = { source: 'configuration file' };
    expect(pending(setting({ ...fromFile, setting: '8192' }), [])).toEqual({
      waits: 'reload',
      fileValue: null,
    });
    expect(pending(restartOnly({ ...fromFile, setting: '200' }), [])).toEqual({
      waits: 'restart',
      fileValue: null,
    });
  });

  it('is nothing for a flag that stuck when the change was taken back', () => {
    expect(pending(restartOnly({ pending_restart: true }), [])).toEqual({ waits: 'none', fileValue: null });
  });

  it('is nothing where the command line wins, whatever the flag says', () => {
    const given = restartOnly({ source: 'command line', pending_restart: true });
    expect(pending(given, ['200'], REFUSED)).toEqual({ waits: 'none', fileValue: '200' });
  });

  it('is nothing for a default that the server replaces itself', () => {
    const walBuffers = { name: 'wal_buffers', unit: '8kB', setting: '512', boot_val: '-1', min_val: '-1' };
    expect(pending(restartOnly(walBuffers), ['-1'])).toEqual({ waits: 'none', fileValue: null });
    expect(pending(restartOnly({ ...walBuffers, source: 'configuration file' }), ['-1'], REFUSED)).toEqual({
      waits: 'restart',
      fileValue: '-1',
    });
  });

  it('is nothing for a value that the server refuses', () => {
    expect(pending(setting(), ['banana'], REFUSED)).toEqual({ waits: 'none', fileValue: 'banana' });
    expect(pending(restartOnly(), ['many'], REFUSED)).toEqual({ waits: 'none', fileValue: 'many' });
    const tablespace = textual({ name: 'default_tablespace', setting: '' });
    expect(pending(tablespace, ['nosuch'], REFUSED)).toEqual({ waits: 'none', fileValue: 'nosuch' });
  });

  it('cannot be told where this database or role has a value of its own', () => {
    const mine = setting({ setting: '8192', source: 'database' });
    expect(pending(mine, ['64MB'])).toEqual({ waits: null, fileValue: '64MB' });
    expect(pending(mine, [])).toEqual({ waits: null, fileValue: null });
  });

  it('cannot be told from files that the role may not see, or that hold a line nobody can parse', () => {
    const hidden = configuration({ settings: [restartOnly({ pending_restart: true })], files: null });
    expect(pendingOf(hidden, restartOnly()).waits).toBeNull();
    const broken = configuration({ files: [[null, null, 'postgresql.conf', 'syntax error']] });
    expect(pendingOf(broken, setting()).waits).toBeNull();
  });

  it('is not guessed where the server shows another spelling than the files have', () => {
    const style = textual({ name: 'DateStyle', setting: 'ISO, DMY', source: 'configuration file' });
    expect(pending(style, ['iso,dmy'])).toEqual({ waits: 'none', fileValue: null });
    expect(pending(style, ['german'])).toEqual({ waits: null, fileValue: 'german' });
    const archive = textual({ name: 'archive_command', setting: '(disabled)', source: 'configuration file' });
    expect(pending(archive, ['cp %p /wal/%f'])).toEqual({ waits: null, fileValue: 'cp %p /wal/%f' });
  });
});

describe('errors of the configuration files', () => {
  it('are unknown names, refused values and lines that cannot be parsed', () => {
    const files = [
      [null, null, 'postgresql.conf', 'syntax error'],
      ['nosuch', '1', 'postgresql.conf', 'unrecognized configuration parameter'],
      ['work_mem', 'banana', AUTO, REFUSED],
      ['max_connections', 'many', AUTO, REFUSED],
      ['jit', 'off'],
    ] as const;
    const given = configuration({ settings: [setting(), restartOnly()], files });
    expect(fileErrorsOf(given).map(({ name }) => name)).toEqual([
      null,
      'nosuch',
      'work_mem',
      'max_connections',
    ]);
  });

  it('are not the values that only wait for a restart', () => {
    const files = [['max_connections', '200', AUTO, REFUSED]] as const;
    expect(fileErrorsOf(configuration({ settings: [restartOnly()], files }))).toEqual([]);
  });
});

describe('what a parameter of a Patroni member’s command line waits for', () => {
  const given = restartOnly({ source: 'command line', setting: '60' });
  const waiting = (...texts: readonly (readonly [string, string?])[]): unknown => {
    const files = texts.map(([text, file]) => ['max_connections', text, file ?? 'postgresql.conf'] as const);
    return pendingOnMember(onMember({ settings: [given], files }), given);
  };

  it('is the restart after which Patroni gives it what its own file has', () => {
    expect(waiting(['70'])).toEqual({ waits: 'restart', fileValue: '70' });
    // PostgreSQL’s own default, too.
    expect(waiting(['100'])).toEqual({ waits: 'restart', fileValue: '100' });
    expect(waiting(['60'], ['300', AUTO])).toEqual({ waits: 'none', fileValue: null });
    expect(waiting(['70'], ['300', AUTO])).toEqual({ waits: 'restart', fileValue: '70' });
    expect(waiting(['300', AUTO])).toEqual({ waits: 'none', fileValue: null });
  });

  it('is told of others as on any server', () => {
    const changed = setting();
    const files = [['work_mem', '64MB', AUTO]] as const;
    expect(pendingOnMember(onMember({ settings: [changed], files }), changed).waits).toBe('reload');
    expect(pendingOnMember(onMember({ settings: [given], files: null }), given).waits).toBeNull();
  });
});
