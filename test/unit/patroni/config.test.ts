import { describe, expect, it } from 'vitest';
import { PgdbaError } from '../../../src/core/errors.js';
import type { Setting } from '../../../src/core/setting/spec.js';
import type { ClusterMember } from '../../../src/patroni/answers.js';
import { clusterConfig, type ConfiguredMember } from '../../../src/patroni/config.js';
import type { ConfigParameter, MemberValue, PatroniConfigData } from '../../../src/patroni/configData.js';
import type { MemberConfiguration } from '../../../src/patroni/levels.js';
import { expectValid } from '../../support/documentSchemas.js';
import { restartOnly, setting, textual } from '../tuning/configurations.js';

const PATRONIS = '/data/postgresql.conf';
const BASE = '/data/postgresql.base.conf';
const AUTO = '/data/postgresql.auto.conf';
const CONFIG_FILE = textual({ name: 'config_file', setting: PATRONIS, source: 'override' });

const inFile = (sourcefile: string | null, change: Partial<Setting>): Setting =>
  setting({ source: 'configuration file', sourcefile, ...change });

interface Choice {
  readonly settings?: readonly Setting[];
  readonly files?: MemberConfiguration['fileEntries'];
  readonly complete?: boolean;
  readonly own?: ConfiguredMember['own'];
}

const LISTED: ClusterMember = { name: 'n1', role: 'leader', state: 'running', host: 'db1', port: 5432 };

function member({ settings = [], files = [], complete = true, own = null }: Choice): ConfiguredMember {
  const all = [CONFIG_FILE, ...settings].map((one): [string, Setting] => [one.name.toLowerCase(), one]);
  return { listed: LISTED, own, configuration: { settings: new Map(all), complete, fileEntries: files } };
}

function configWith(parameters: unknown, ...members: readonly ConfiguredMember[]): PatroniConfigData {
  const config = { ttl: 30, postgresql: { parameters } };
  const named = members.map((one, i) => ({ ...one, listed: { ...one.listed, name: `n${String(i + 1)}` } }));
  const view = { members: named.map(({ listed }) => listed), scope: 'demo' };
  const data = clusterConfig({ url: 'http://db1:8008', value: config }, view, named);
  expectValid('patroni-config.schema.json', data);
  return data;
}

function rowOf(data: PatroniConfigData, name: string): ConfigParameter {
  const found = data.parameters.find((row) => row.name === name);
  if (found === undefined) throw new Error(`there is no row of ${name}`);
  return found;
}

/** What the row of a parameter says of the one member. */
function valueWith(parameters: unknown, choice: Choice, name = 'work_mem'): MemberValue {
  const [value] = rowOf(configWith(parameters, member(choice)), name).members;
  if (value === undefined) throw new Error('there is no member');
  return value;
}

describe('the level that wins for a parameter', () => {
  const eightMb = { setting: '8192' };

  it('is the DCS where the file of Patroni has its value, in whatever unit', () => {
    const settings = [inFile(PATRONIS, eightMb)];
    expect(valueWith({ work_mem: '8192kB' }, { settings })).toEqual({
      ...{ member: 'n1', value: '8MB', level: 'dcs', matches_dcs: true },
      ...{ auto_conf: null, pending_restart: false, reason: null },
    });
  });

  it('is the member’s own file where the file of Patroni has another value', () => {
    const settings = [inFile(PATRONIS, eightMb)];
    expect(valueWith({ work_mem: '5MB' }, { settings })).toMatchObject({
      level: 'local_yaml',
      matches_dcs: false,
    });
  });

  it('is the member’s own file where the DCS has none', () => {
    expect(valueWith({}, { settings: [inFile(PATRONIS, eightMb)] })).toMatchObject({
      level: 'local_yaml',
      matches_dcs: null,
    });
  });

  it('is ALTER SYSTEM, whatever the DCS says', () => {
    const settings = [inFile(AUTO, eightMb)];
    const files = [
      { name: 'work_mem', setting: '5MB', sourcefile: PATRONIS },
      { name: 'work_mem', setting: '8MB', sourcefile: AUTO },
    ];
    expect(valueWith({ work_mem: '5MB' }, { settings, files })).toMatchObject({
      level: 'auto_conf',
      matches_dcs: false,
      auto_conf: '8MB',
    });
  });

  it('is the command line, over an entry of ALTER SYSTEM that never takes effect', () => {
    const settings = [restartOnly({ source: 'command line', setting: '60', pending_restart: true })];
    const files = [{ name: 'max_connections', setting: '300', sourcefile: AUTO }];
    expect(valueWith({ max_connections: 60 }, { settings, files }, 'max_connections')).toMatchObject({
      level: 'command_line',
      matches_dcs: true,
      auto_conf: '300',
      pending_restart: false,
    });
  });

  it('is a file below Patroni’s', () => {
    const settings = [inFile(BASE, eightMb)];
    expect(valueWith({ work_mem: 'banana' }, { settings })).toMatchObject({
      level: 'include',
      matches_dcs: false,
    });
  });

  it('is the DCS for a value that Patroni has put within the limits', () => {
    const settings = [inFile(PATRONIS, { setting: '64' })];
    expect(valueWith({ work_mem: '1kB' }, { settings })).toMatchObject({
      level: 'dcs',
      matches_dcs: false,
      reason: 'the DCS’s value is out of range: Patroni has put the limit in its place',
    });
  });

  it('is told by what the file holds while the value in force waits for a restart', () => {
    const own = { source: 'configuration file', sourcefile: PATRONIS, pending_restart: true };
    const settings = [restartOnly({ ...own, name: 'shared_buffers', setting: '16384', unit: '8kB' })];
    const files = [{ name: 'shared_buffers', setting: '256MB', sourcefile: PATRONIS }];
    expect(valueWith({ shared_buffers: '256MB' }, { settings, files }, 'shared_buffers')).toMatchObject({
      ...{ value: '128MB', level: 'dcs', matches_dcs: false, pending_restart: true },
    });
  });

  it('is unknown to a role that may not see the files', () => {
    const settings = [inFile(null, eightMb)];
    expect(valueWith({ work_mem: '8MB' }, { settings, files: null, complete: false })).toMatchObject({
      value: '8MB',
      level: null,
      matches_dcs: true,
      reason: 'the role may not see which file it comes from; pg_read_all_settings would let it',
    });
  });

  it('is what the database or the role sets for this very session', () => {
    const settings = [setting({ ...eightMb, source: 'database' })];
    expect(valueWith({ work_mem: '5MB' }, { settings })).toMatchObject({ level: 'database_role' });
  });
});

describe('what waits for a restart', () => {
  const status = { state: 'running', role: 'primary', patroni: { version: '4.1.4', scope: 'demo' } };
  const settings = [restartOnly({ source: 'command line', setting: '60' })];
  const waiting = (own: ConfiguredMember['own'], parameters: unknown = { max_connections: 80 }): unknown =>
    valueWith(parameters, { settings, own }, 'max_connections').pending_restart;

  it('is named by Patroni 4', () => {
    const reason = { max_connections: { old_value: '60', new_value: '80' } };
    expect(waiting({ ...status, pending_restart: true, pending_restart_reason: reason })).toBe(true);
    const other = { max_wal_senders: { old_value: '10', new_value: '20' } };
    expect(waiting({ ...status, pending_restart: true, pending_restart_reason: other })).toBe(false);
  });

  it('is with Patroni 3 what is not as the DCS wants it', () => {
    expect(waiting({ ...status, pending_restart: true })).toBe(true);
    expect(waiting({ ...status, pending_restart: true }, { max_connections: 60 })).toBe(false);
    expect(waiting({ ...status, pending_restart: true }, {})).toBe(null);
  });

  it('is nothing where Patroni says that no restart is pending', () => {
    expect(waiting(status)).toBe(false);
  });
});

describe('the problem of a value in the DCS', () => {
  it.each([
    ['no number', { work_mem: 'banana' }, 'work_mem', '“banana” is not a number'],
    ['out of range', { work_mem: '1kB' }, 'work_mem', '“1kB” is out of range: 64kB to 2147483647kB'],
    ['no such parameter', { nosuch: 1 }, 'nosuch', 'PostgreSQL has no parameter of that name'],
    ['Patroni’s own', { port: 5433 }, 'port', 'Patroni sets it itself on each member and ignores this value'],
    ['no plain value', { work_mem: {} }, 'work_mem', 'it is neither text, number nor yes or no'],
    [
      'two spellings',
      { work_mem: 1, WORK_MEM: 2 },
      'WORK_MEM',
      'the DCS has it in more than one spelling: work_mem, WORK_MEM',
    ],
  ])('is told: %s', (_what, parameters, name, problem) => {
    const data = configWith(parameters, member({ settings: [setting()] }));
    expect(rowOf(data, name).dcs_problem).toBe(problem);
  });

  it('is none for a good value, a parameter of an extension, and where nobody was asked', () => {
    const data = configWith({ work_mem: '8MB', 'my.thing': 'x' }, member({ settings: [setting()] }));
    expect(data.parameters.map(({ dcs_problem }) => dcs_problem)).toEqual([null, null]);
    const unasked = { ...member({}), configuration: null };
    expect(rowOf(configWith({ work_mem: 'banana' }, unasked), 'work_mem')).toMatchObject({
      dcs_value: 'banana',
      dcs_problem: null,
      differs: null,
      members: [
        { value: null, level: null, reason: 'no connection to PostgreSQL was given (--dsn, --name)' },
      ],
    });
  });
});

describe('the rows of a cluster', () => {
  it('are the DCS’s parameters, and those that some member has of its own', () => {
    const one = member({
      settings: [setting(), inFile(PATRONIS, { name: 'random_page_cost', setting: '1.3' })],
    });
    const two = member({ settings: [setting(), inFile(BASE, { name: 'max_wal_size', setting: '1024' })] });
    const data = configWith({ work_mem: '4MB' }, one, two);
    expect(data.parameters.map(({ name, in_dcs, differs }) => [name, in_dcs, differs])).toEqual([
      ['work_mem', true, false],
      ['random_page_cost', false, null],
    ]);
  });

  it('tell whether members differ', () => {
    const [four, eight] = ['4096', '8192'].map((kb) =>
      member({ settings: [inFile(PATRONIS, { setting: kb })] }),
    );
    if (four === undefined || eight === undefined) throw new Error('no members');
    expect(rowOf(configWith({ work_mem: '4MB' }, four, eight, four), 'work_mem').differs).toBe(true);
  });

  it('tell why a member could not be asked', () => {
    const refused = {
      ...member({}),
      configuration: new PgdbaError('auth_failed', 'no password=hush for you'),
    };
    const data = configWith({ work_mem: '4MB' }, refused);
    expect(data.members[0]).toMatchObject({ reachable: false, error: { code: 'auth_failed' } });
    expect(JSON.stringify(data)).not.toContain('hush');
  });

  it.each(['x', null, [], 7])('are none where the parameters of the DCS are no object: %j', (parameters) => {
    expect(configWith(parameters, member({})).parameters).toEqual([]);
  });
});

describe('secrets', () => {
  it('are masked wherever the DCS and the members hold them', () => {
    const value = {
      postgresql: {
        authentication: {
          superuser: { username: 'postgres', password: 'hush1' },
          replication: { password: 123456 },
        },
        parameters: { 'app.api_key': 'hush2', primary_conninfo: 'host=a password=hush3', work_mem: '4MB' },
      },
      standby_cluster: { host: 'postgresql://u:hush4@h/d' },
    };
    const conninfo = inFile(AUTO, { ...textual(), name: 'primary_conninfo', setting: 'password=hush5' });
    const files = [{ name: 'primary_conninfo', setting: 'password=hush6', sourcefile: AUTO }];
    const one = member({
      settings: [{ ...conninfo, source: 'configuration file', sourcefile: AUTO }],
      files,
    });
    const data = clusterConfig({ url: 'http://db1:8008', value }, { members: [LISTED] }, [one]);
    const told = JSON.stringify(data);
    expect(told).not.toMatch(/hush|123456/);
    expect(data.config).toMatchObject({
      postgresql: {
        authentication: { superuser: { username: 'postgres' } },
        parameters: { work_mem: '4MB' },
      },
    });
    expect(rowOf(data, 'primary_conninfo').members[0]?.auto_conf).toContain('password=');
  });
});
