import { describe, expect, it } from 'vitest';
import type { Setting } from '../../../src/core/setting/spec.js';
import { withoutSession } from '../../../src/tuning/withoutSession.js';
import { AUTO, configuration, setting, textual } from './configurations.js';

const ours = textual({
  name: 'application_name',
  setting: 'pgdba/config show',
  source: 'client',
  boot_val: '',
});
const encoding = textual({
  name: 'client_encoding',
  setting: 'UTF8',
  source: 'client',
  boot_val: 'SQL_ASCII',
});
const ofDatabase = textual({ name: 'server_encoding', setting: 'LATIN1', context: 'internal' });
const WHOSE = { database: 'app', role: 'monitor' };

function seen(levels: Parameters<typeof configuration>[0]): Setting | undefined {
  return withoutSession(configuration({ settings: [ours], ...levels }), WHOSE).get('application_name');
}

describe('a setting that pgdba’s own connection asked for', () => {
  it('shows what the files say in its place', () => {
    const files = [
      ['application_name', 'early'],
      ['application_name', 'late', AUTO],
    ] as const;
    expect(seen({ files })).toMatchObject({
      setting: 'late',
      reset_val: 'late',
      source: 'configuration file',
      sourcefile: `/data/${AUTO}`,
      sourceline: 11,
    });
  });

  it('shows what this role in this database would get', () => {
    const value = (database: string | null, role: string | null) => ({
      ...{ database, role, name: 'application_name' },
      value: `${database ?? 'all'} ${role ?? 'all'}`,
    });
    const rows = [value(null, null), value('app', null), value(null, 'monitor'), value('app', 'monitor')];
    const sources = ['global', 'database', 'user', 'database user'];
    rows.forEach((row, i) => {
      const perSession = [value('other', 'monitor'), value('app', 'other'), ...rows.slice(0, i + 1)];
      expect(seen({ perSession, files: null })).toMatchObject({ setting: row.value, source: sources[i] });
    });
  });

  it('shows the default where no level names it; an encoding that of the database', () => {
    expect(seen({})).toMatchObject({ setting: '', source: 'default' });
    const settings = configuration({ settings: [encoding, ofDatabase] });
    expect(withoutSession(settings, WHOSE).get('client_encoding')).toMatchObject({
      setting: 'LATIN1',
      source: 'default',
    });
  });

  it('stays where files that the role may not see could name it', () => {
    expect(seen({ files: null })).toBe(ours);
  });

  it('is the only one that is touched', () => {
    const given = configuration({ settings: [setting({ setting: '9', source: 'database' })] });
    expect(withoutSession(given, WHOSE).get('work_mem')).toMatchObject({ setting: '9', source: 'database' });
  });
});
