import { describe, expect, it } from 'vitest';
import type { Manager } from '../../../src/core/clusterKinds.js';
import { onMember } from '../patroni/members.js';
import type { Configuration } from '../../../src/tuning/configuration.js';
import { configurationWarnings } from '../../../src/tuning/showWarnings.js';
import { AUTO, configuration, restartOnly, setting, textual } from './configurations.js';

function warned(given: Configuration): string[] {
  return configurationWarnings(given, 'standalone').map(({ code, subject }) => `${code} ${subject ?? '-'}`);
}

describe('what about a configuration deserves a warning', () => {
  it('is nothing in one that is well', () => {
    expect(warned(configuration())).toEqual([]);
  });

  it('is what the role cannot see', () => {
    expect(warned(configuration({ files: null, complete: false }))).toEqual([
      'settings_hidden -',
      'files_hidden -',
    ]);
  });

  it('is an error in a file, with its place', () => {
    const files = [['nosuch', '1', 'conf.d/a.conf', 'unrecognized configuration parameter']] as const;
    expect(configurationWarnings(configuration({ files }), 'standalone')).toMatchObject([
      {
        code: 'configuration_file_error',
        message: '/data/conf.d/a.conf line 10: nosuch: unrecognized configuration parameter',
        subject: 'nosuch',
      },
    ]);
  });

  it('is a value that nobody should run with', () => {
    const settings = [setting({ name: 'fsync', vartype: 'bool', setting: 'off', unit: null })];
    expect(warned(configuration({ settings }))).toEqual(['dangerous_setting fsync']);
  });

  it('is a line of postgresql.auto.conf that the command line beats', () => {
    const given = (source: string): Configuration =>
      configuration({
        settings: [setting({ setting: '65536', source })],
        files: [['work_mem', '1GB', AUTO]],
      });
    expect(configurationWarnings(given('command line'), 'standalone').map(({ message }) => message)).toEqual([
      'postgresql.auto.conf has work_mem = 1GB, but the server was started with 64MB on its command line, which wins',
    ]);
    expect(warned(given('configuration file'))).toEqual([]);
  });

  it('is a flag of a restart that nothing needs', () => {
    expect(warned(configuration({ settings: [restartOnly({ pending_restart: true })] }))).toEqual([
      'pending_restart_stale max_connections',
    ]);
    const files = [['max_connections', '200', AUTO, 'setting could not be applied']] as const;
    expect(warned(configuration({ settings: [restartOnly({ pending_restart: true })], files }))).toEqual([]);
  });

  it('is no flag of a restart that Patroni’s own file needs', () => {
    const waits = restartOnly({ source: 'command line', setting: '60', pending_restart: true });
    const codes = (text: string, managedBy: Manager): unknown[] => {
      const given = onMember({ settings: [waits], files: [['max_connections', text]] });
      return configurationWarnings(given, managedBy).map(({ code }) => code);
    };
    expect(codes('70', 'patroni')).toEqual([]);
    expect(codes('60', 'patroni')).toEqual(['pending_restart_stale']);
    expect(codes('70', 'standalone')).toEqual(['pending_restart_stale']);
  });

  it('shows no secret', () => {
    const settings = [
      textual({ name: 'primary_conninfo', setting: 'password=geheim', source: 'command line' }),
    ];
    const files = [['primary_conninfo', 'host=b password=geheim', AUTO]] as const;
    const warnings = configurationWarnings(configuration({ settings, files }), 'standalone');
    expect(warnings).toHaveLength(1);
    expect(JSON.stringify(warnings)).not.toContain('geheim');
  });
});
