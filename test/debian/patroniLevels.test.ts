import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PatroniSeen } from '../../src/patroni/seenData.js';
import type { ApplyData } from '../../src/tuning/changeset/applyData.js';
import type { ConfigDiffData } from '../../src/tuning/diffData.js';
import type { ConfigShowData } from '../../src/tuning/showData.js';
import type { ConfigTuneData } from '../../src/tuning/tuneData.js';
import { sharedServer } from '../support/cluster.js';
import { freePort } from '../support/freePort.js';
import {
  startPatroniCluster,
  SUPERUSER_PASSWORD,
  type PatroniCluster,
  type PatroniMember,
} from '../support/patroniCluster.js';
import { runCli, type CliResult } from '../support/runCli.js';
import { untilSeen } from './patroniRead.js';

interface Asked<D> {
  readonly result: CliResult;
  readonly data: D;
  /** `code subject` of each warning. */
  readonly warned: readonly string[];
}

/** One cluster goes through all of it; what a test changes on it, it takes back. */
describe('the levels of a Patroni cluster of three', { timeout: 300_000 }, () => {
  let cluster: PatroniCluster;
  let leader: PatroniMember;
  let others: readonly PatroniMember[];
  /** The one whose own file has random_page_cost. */
  let local: PatroniMember;
  let home: string;

  function member(at: number): PatroniMember {
    const found = others[at];
    if (found === undefined) throw new Error('there are too few members');
    return found;
  }

  /** Runs a command on a member, with all endpoints of Patroni unless others are given. */
  async function asked<D>(
    on: PatroniMember,
    words: readonly string[],
    { input, url = cluster.urls.join(',') }: { readonly input?: string; readonly url?: string | null } = {},
  ): Promise<Asked<D>> {
    const args = [...words, '--dsn', cluster.dsn(on), ...(url === null ? [] : ['--patroni-url', url])];
    const env = { PGPASSWORD: SUPERUSER_PASSWORD };
    const result = await runCli(args, {
      home,
      env,
      timeoutMs: 100_000,
      ...(input === undefined ? {} : { input }),
    });
    const warned = result.envelope.warnings.map(({ code, subject }) => `${code} ${subject ?? '-'}`);
    return { result, data: result.envelope.data as unknown as D, warned };
  }

  async function applied(
    on: PatroniMember,
    name: string,
    new_value: string | null,
    ...words: string[]
  ): Promise<Asked<ApplyData>> {
    const input = JSON.stringify({ parameters: [{ name, new_value }] });
    return asked<ApplyData>(on, ['config', 'apply', '--file', '-', ...words], { input });
  }

  async function altered(on: PatroniMember, ...statements: readonly string[]): Promise<void> {
    for (const sql of [...statements, 'SELECT pg_reload_conf()']) await on.query(sql);
  }

  const beaten = ({ auto_conf_beats_dcs: rows }: PatroniSeen): unknown[] =>
    rows.map((row) => [
      row.parameter,
      row.member,
      row.dcs_value,
      row.auto_conf,
      row.in_force,
      row.matches_dcs,
    ]);

  beforeAll(async () => {
    cluster = await startPatroniCluster({
      local: { n2: { random_page_cost: 1.3 } },
      dcs: { random_page_cost: 2 },
    });
    [leader, ...others] = await cluster.settled();
    const found = cluster.members.find(({ name }) => name === 'n2');
    if (found === undefined) throw new Error('there is no n2');
    local = found;
    home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
  }, 200_000);
  afterAll(async () => {
    await cluster.stop();
    await rm(home, { recursive: true });
  });

  describe('with ALTER SYSTEM on two members', () => {
    /** One that beats the DCS, and beside it near misses: the command line wins, the DCS has nothing. */
    beforeAll(async () => {
      await altered(
        member(0),
        "ALTER SYSTEM SET work_mem = '9MB'",
        'ALTER SYSTEM SET max_connections = 300',
        "ALTER SYSTEM SET log_min_duration_statement = '1s'",
      );
      await altered(leader, "ALTER SYSTEM SET work_mem = '5120kB'");
    });
    afterAll(async () => {
      const names = ['work_mem', 'max_connections', 'log_min_duration_statement'];
      const resets = names.map((name) => `ALTER SYSTEM RESET ${name}`);
      await altered(member(0), ...resets);
      await altered(leader, ...resets);
    });

    const expected = (): unknown[] => {
      const rows = [
        ['work_mem', member(0).name, '5MB', '9MB', '9MB', false],
        ['work_mem', leader.name, '5MB', '5120kB', '5MB', true],
      ];
      return rows.sort(([, a], [, b]) => (String(a) < String(b) ? -1 : 1));
    };
    const warnings = ['auto_conf_beats_dcs work_mem', 'auto_conf_beats_dcs work_mem'];

    test('config show tells of them, wherever it is asked, and which level wins', async () => {
      const { data, result, warned } = await untilSeen(
        () => asked<ConfigShowData>(member(0), ['config', 'show', '*o*']),
        ({ data: seen }) =>
          seen.settings.some(({ name, display }) => name === 'work_mem' && display === '9MB'),
      );
      if (data.patroni === null) throw new Error('Patroni was not asked');
      expect(data.patroni).toMatchObject({ scope: 'pgdba-test', member: member(0).name });
      expect(data.patroni.members.map(({ reachable }) => reachable)).toEqual([true, true, true]);
      expect(beaten(data.patroni)).toEqual(expected());
      expect(warned.filter((one) => one.startsWith('auto_conf_beats_dcs'))).toEqual(warnings);
      expect(result.envelope.cluster).toMatchObject({ role: 'standby', node: { port: member(0).port } });
      const row = (name: string): unknown[] => {
        const found = data.settings.find((one) => one.name === name);
        return [found?.level, found?.dcs_value, found?.matches_dcs];
      };
      expect(row('work_mem')).toEqual(['auto_conf', '5MB', false]);
      expect(row('max_connections')).toEqual(['command_line', '60', true]);
      expect(row('log_min_duration_statement')).toEqual(['auto_conf', null, null]);
      expect(row('autovacuum')).toEqual(['default', null, null]);
      const remedy = data.patroni.auto_conf_beats_dcs.find(
        ({ member: name }) => name === member(0).name,
      )?.remedy;
      expect(remedy).toBe('ALTER SYSTEM RESET work_mem; SELECT pg_catalog.pg_reload_conf();');
    });

    test('doctor tells of them', async () => {
      const { data, warned } = await asked<{ readonly patroni: PatroniSeen }>(leader, ['doctor']);
      expect(data.patroni.member).toBe(leader.name);
      expect(beaten(data.patroni)).toEqual(expected());
      expect(warned).toEqual(warnings);
    });

    test('config diff --against dcs tells what beats the DCS, and that its own file does', async () => {
      const on = member(0);
      const { data, result } = await asked<ConfigDiffData>(on, [
        'config',
        'diff',
        '--against',
        'dcs',
        '--exit-code',
      ]);
      expect(result.exitCode).toBe(3);
      if (data.patroni === null) throw new Error('Patroni was not asked');
      expect(beaten(data.patroni)).toEqual(expected());
      const rows = data.differences.map(({ parameter, current, other, level }) => [
        parameter,
        current,
        other,
        level,
      ]);
      expect(rows).toContainEqual(['work_mem', '9MB', '5MB', 'auto_conf']);
      const there = await asked<ConfigDiffData>(local, ['config', 'diff', '--against', 'dcs']);
      expect(there.data.differences).toContainEqual(
        expect.objectContaining({
          parameter: 'random_page_cost',
          current: '1.3',
          other: '2',
          level: 'local_yaml',
        }),
      );
    });

    test('config diff tells the drift between all members, and of one', async () => {
      const { data } = await asked<ConfigDiffData>(leader, ['config', 'diff', '--against', 'members']);
      const drift = [
        ['log_min_duration_statement', '-1', '1s', member(0).name],
        ['work_mem', '5MB', '9MB', member(0).name],
        ...(local === leader
          ? others.map(({ name }) => ['random_page_cost', '1.3', '2', name])
          : [['random_page_cost', '2', '1.3', 'n2']]),
      ];
      const rows = ({ differences }: ConfigDiffData): unknown[] =>
        differences.map((one) => [one.parameter, one.current, one.other, one.member]);
      expect(rows(data)).toHaveLength(drift.length);
      expect(rows(data)).toEqual(expect.arrayContaining(drift));
      expect(data.left_out).toEqual(expect.arrayContaining(['port', 'primary_conninfo', 'cluster_name']));
      expect(data.compared).toBeGreaterThan(250);
      const itself = await asked<ConfigDiffData>(member(0), [
        ...['config', 'diff', '--against', `member:${member(0).name}`],
      ]);
      expect(itself.data.against).toMatchObject({ kind: 'member', name: leader.name });
      expect(rows(itself.data)).toContainEqual(['work_mem', '9MB', '5MB', leader.name]);
      const nobody = await asked(leader, ['config', 'diff', '--against', 'member:n9']);
      expect(nobody.result).toMatchObject({ exitCode: 2, envelope: { error: { code: 'usage' } } });
      expect(nobody.result.envelope.error?.hint).toContain('n1, n2, n3');
    });

    test('ALTER SYSTEM RESET through config apply takes such an entry away, unforced', async () => {
      const { result, data } = await applied(member(0), 'work_mem', null, '--via', 'alter-system');
      expect(result.exitCode).toBe(0);
      expect(data.changeset).toMatchObject({ status: 'applied', forced: false });
      expect(await member(0).query('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
      await altered(member(0), "ALTER SYSTEM SET work_mem = '9MB'");
    });
  });

  test('ALTER SYSTEM that would beat the DCS, or never take effect, is refused but for those who insist', async () => {
    const on = member(1);
    const plain = ['config', 'apply', '--file', '-', '--force'];
    const input = JSON.stringify({ parameters: [{ name: 'work_mem', new_value: '7MB' }] });
    const unasked = await asked<ApplyData>(on, plain, { input, url: null });
    expect(unasked.result).toMatchObject({ exitCode: 5, envelope: { error: { code: 'cluster_managed' } } });
    // Where Patroni is known it goes through the DCS, and who may not change that is not given ALTER SYSTEM in its place.
    const unnamed = await asked<ApplyData>(on, plain, { input });
    expect(unnamed.result).toMatchObject({ exitCode: 9, envelope: { error: { code: 'patroni_refused' } } });
    expect(await on.query('SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
    for (const [name, value, words] of [
      ['work_mem', '7MB', 'the DCS has work_mem = "5MB"'],
      ['max_connections', '80', 'on the postmaster’s command line'],
    ] as const) {
      const { result, data } = await applied(on, name, value, '--via', 'alter-system');
      expect(result).toMatchObject({ exitCode: 5, envelope: { error: { code: 'parameter_overridden' } } });
      expect(result.envelope.error?.message).toContain(words);
      expect(data.changeset?.parameters).toMatchObject([
        { patroni_override: 'overridden', outcome: 'not_executed' },
      ]);
      const forced = await applied(on, name, value, '--via', 'alter-system', '--force');
      expect(forced.result.exitCode).toBe(0);
      expect(forced.warned).toContain(`parameter_overridden ${name}`);
      const record = { status: 'applied', forced: true, parameters: [{ patroni_override: 'overridden' }] };
      expect(forced.data.changeset).toMatchObject(record);
    }
    expect(await on.query('SHOW work_mem')).toEqual([{ work_mem: '7MB' }]);
    expect(await on.query('SHOW max_connections')).toEqual([{ max_connections: '60' }]);
    const own = await applied(local, 'random_page_cost', '1.7', '--via', 'alter-system', '--dry-run');
    expect(own.result.envelope.error?.message).toContain('own Patroni file has random_page_cost = "1.3"');
    const unset = await applied(on, 'log_temp_files', '4MB', '--via', 'alter-system');
    expect(unset.result.exitCode).toBe(0);
    expect(unset.warned).toContain('one_member_only log_temp_files');
    expect(unset.data.changeset?.parameters).toMatchObject([{ patroni_override: 'not_set_but_ephemeral' }]);
    const names = ['work_mem', 'max_connections', 'log_temp_files'];
    await altered(on, ...names.map((name) => `ALTER SYSTEM RESET ${name}`));
  });

  test('config tune and config diff tell what each recommendation would meet', async () => {
    const words = ['--workload', 'olap', '--ram', '8GB'];
    const { data } = await asked<ConfigTuneData>(leader, ['config', 'tune', ...words]);
    const override = (name: string): unknown =>
      data.recommendations.find(({ parameter }) => parameter === name)?.override.patroni_override;
    expect(override('work_mem')).toBe('overridden');
    expect(override('shared_buffers')).toBe('overridden');
    expect(override('max_wal_size')).toBe('not_set_but_ephemeral');
    expect(data.changeset?.parameters.find(({ name }) => name === 'max_wal_size')?.patroni_override).toBe(
      'not_set_but_ephemeral',
    );
    const diff = await asked<ConfigDiffData>(leader, ['config', 'diff', ...words]);
    const row = diff.data.differences.find(({ parameter }) => parameter === 'work_mem');
    expect(row).toMatchObject({ level: 'dcs', override: { patroni_override: 'overridden' } });
  });

  test('values of the DCS that are not in force are told with the reason', async () => {
    const bad = {
      maintenance_work_mem: 'banana',
      nosuch: 1,
      temp_buffers: '1kB',
      port: 5999,
      shared_buffers: '32MB',
    };
    const given = { ...bad, max_connections: 70, log_lock_waits: true };
    await cluster.rest(leader, 'PATCH /config', { postgresql: { parameters: given } });
    const { data } = await untilSeen(
      () => asked<ConfigDiffData>(leader, ['config', 'diff', '--against', 'dcs']),
      ({ data: seen }) =>
        seen.differences.every(({ parameter }) => parameter !== 'log_lock_waits') &&
        seen.differences.some(
          ({ parameter, reason }) => parameter === 'max_connections' && reason?.includes('restart'),
        ),
    );
    const told = (name: string): unknown[] => {
      const row = data.differences.find(({ parameter }) => parameter === name);
      return [row?.other, row?.level, row?.reason, row?.pending];
    };
    expect(told('maintenance_work_mem')).toEqual([
      'banana',
      'default',
      expect.stringContaining('not a number'),
      'none',
    ]);
    expect(told('temp_buffers')).toEqual(['1kB', 'dcs', expect.stringContaining('out of range'), 'none']);
    expect(told('port')).toEqual(['5999', 'command_line', expect.stringContaining('ignores'), 'none']);
    expect(told('shared_buffers')).toEqual([
      '32MB',
      'local_yaml',
      expect.stringContaining('own Patroni file'),
      'none',
    ]);
    expect(told('max_connections')).toEqual([
      '70',
      'command_line',
      expect.stringContaining('restart of this'),
      'restart',
    ]);
    expect(data.unknown).toMatchObject([{ parameter: 'nosuch', reason: 'no_such_parameter' }]);
    await cluster.rest(leader, 'PATCH /config', { postgresql: { parameters: { max_connections: 20 } } });
    const small = await untilSeen(
      () => asked<ConfigDiffData>(leader, ['config', 'diff', '--against', 'dcs']),
      ({ data: seen }) =>
        seen.differences.some(
          (one) => one.parameter === 'max_connections' && one.reason?.includes('“100”') === true,
        ),
    );
    expect(small.warned).not.toContain('pending_restart_stale max_connections');
    const shown = await asked<ConfigShowData>(leader, ['config', 'show', '--pending-restart']);
    expect(shown.data.settings).toMatchObject([
      { name: 'max_connections', pending: 'restart', file_value: '100' },
    ]);
    const gone = Object.fromEntries(Object.keys(given).map((name) => [name, null]));
    await cluster.rest(leader, 'PATCH /config', {
      postgresql: { parameters: { ...gone, max_connections: 60 } },
    });
  });

  test('where nobody answers, nothing is guessed', async () => {
    const url = `http://127.0.0.1:${String(await freePort())}`;
    const { data, result, warned } = await asked<ConfigShowData>(leader, ['config', 'show', 'work_mem'], {
      url,
    });
    expect(result.exitCode).toBe(0);
    expect(warned).toContain('patroni_unreachable -');
    expect(data).toMatchObject({
      patroni: null,
      settings: [{ level: null, dcs_value: null, matches_dcs: null }],
    });
    const diff = await asked(leader, ['config', 'diff', '--against', 'dcs'], { url });
    expect(diff.result).toMatchObject({ exitCode: 9, envelope: { error: { code: 'patroni_unreachable' } } });
    const input = JSON.stringify({ parameters: [{ name: 'log_temp_files', new_value: '4MB' }] });
    const words = ['config', 'apply', '--file', '-', '--via', 'alter-system', '--dry-run'];
    const apply = await asked<ApplyData>(leader, words, { url, input });
    expect(apply.result).toMatchObject({ exitCode: 5, envelope: { error: { code: 'cluster_managed' } } });
    expect(apply.data.changeset?.parameters).toMatchObject([{ patroni_override: 'unknown' }]);
  });

  test('where Patroni of another cluster answers, it is not believed', async () => {
    const env = { PGPASSWORD: SUPERUSER_PASSWORD };
    const args = ['config', 'show', 'work_mem', '--dsn', sharedServer(15).dsn(), '--patroni-url', leader.url];
    const { envelope, exitCode } = await runCli(args, { env });
    expect(exitCode).toBe(0);
    expect(envelope.warnings.map(({ code }) => code)).toContain('fingerprint_mismatch');
    expect(envelope.data).toMatchObject({ patroni: null });
  });

  test('a member that is down is told, and the others all the same', async () => {
    const down = member(1);
    await down.stop();
    const { data, warned } = await asked<ConfigDiffData>(leader, ['config', 'diff', '--against', 'members']);
    expect(warned).toContain(`patroni_member_unseen ${down.name}`);
    expect(data.against.name).toBe(member(0).name);
    expect(data.patroni?.members.find(({ name }) => name === down.name)).toMatchObject({ reachable: false });
    const one = await asked(leader, ['config', 'diff', '--against', `member:${down.name}`]);
    expect(one.result).toMatchObject({ exitCode: 4, envelope: { error: { code: 'connection_refused' } } });
  });
});
