import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  rescueCommands,
  restartCommand,
  type ServerPlace,
} from '../../../../src/tuning/changeset/applyRestart.js';

const PLACE: ServerPlace = {
  dataDirectory: '/srv/pg/data',
  configFile: '/srv/pg/data/postgresql.conf',
  port: 5433,
  socketDirectory: '/run/pg',
  role: 'postgres',
  major: 17,
};
const WAITING = [{ name: 'max_connections', current: '60', oldLine: null }];

describe('the next step', () => {
  it.each<[string, Partial<ServerPlace>, string]>([
    ['pg_ctl with the data directory', {}, 'pg_ctl restart -w -D /srv/pg/data'],
    [
      'pg_ctl with the folder of the configuration, which says where the data is',
      { configFile: '/etc/pg/postgresql.conf' },
      'pg_ctl restart -w -D /etc/pg',
    ],
    [
      'a variable where the role may not see the folder',
      { dataDirectory: null, configFile: null },
      'pg_ctl restart -w -D "$PGDATA"',
    ],
    ['quoted', { dataDirectory: "/a b/it's", configFile: null }, `pg_ctl restart -w -D '/a b/it'\\''s'`],
    [
      'Debian’s own command',
      { configFile: '/etc/postgresql/15/main/postgresql.conf' },
      'pg_ctlcluster 15 main restart',
    ],
    [
      'the unit of the RPMs',
      { dataDirectory: '/var/lib/pgsql/17/data', configFile: null },
      'systemctl restart postgresql-17',
    ],
  ])('is %s', (_what, place, command) => {
    expect(restartCommand({ ...PLACE, ...place })).toBe(command);
  });
});

describe('the rescue', () => {
  it('starts with the old value, sets the old line back, and restarts', () => {
    expect(rescueCommands(PLACE, WAITING)?.split('\n')).toEqual([
      "pg_ctl start -w -D /srv/pg/data -o '-c max_connections=60'",
      "psql -X -h /run/pg -p 5433 -U postgres -d postgres -c 'ALTER SYSTEM RESET max_connections'",
      'pg_ctl restart -w -D /srv/pg/data',
    ]);
  });

  it('holds every parameter that waits: any of them may be the one', () => {
    const rescue = rescueCommands({ ...PLACE, configFile: '/etc/postgresql/17/main/postgresql.conf' }, [
      ...WAITING,
      { name: 'shared_preload_libraries', current: 'a, b', oldLine: 'a, b' },
    ]);
    const [start = '', statements = ''] = rescue?.split('\n') ?? [];
    expect(start).toMatch(/^pg_ctlcluster 17 main start -o /);
    expect(optionsSeenByServer(start)).toEqual([
      '-c',
      'max_connections=60',
      '-c',
      'shared_preload_libraries=a, b',
    ]);
    expect(statements).toContain('max_connections');
    expect(statements).toContain('shared_preload_libraries');
  });

  it('keeps quotes and dollars of a value as they are, through the shell and through pg_ctl’s own', () => {
    const value = `it's "q" $HOME \`x\` \\ y`;
    const rescue = rescueCommands(PLACE, [{ name: 'cluster_name', current: value, oldLine: value }]);
    expect(optionsSeenByServer(rescue?.split('\n')[0] ?? '')).toEqual(['-c', `cluster_name=${value}`]);
  });

  it('is not there where the role may not see the old value', () => {
    expect(rescueCommands(PLACE, [{ name: 'x', current: null, oldLine: null }])).toBeNull();
  });
});

/** What pg_ctl hands on: the shell reads the command, and pg_ctl has another shell read what follows -o. */
function optionsSeenByServer(command: string): string[] {
  const [, options = ''] = /-o (.*)$/s.exec(command) ?? [];
  const print = 'for word; do printf "%s\\n" "$word"; done';
  const script = `options=${options}; eval "set -- $options"; ${print}`;
  return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trimEnd().split('\n');
}
