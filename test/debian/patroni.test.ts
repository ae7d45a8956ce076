import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import { PatroniClient } from '../../src/patroni/client.js';
import { endpointOf } from '../../src/patroni/endpoint.js';
import { freePort } from '../support/freePort.js';
import {
  PATRONI_PASSWORD,
  PATRONI_USER,
  startPatroniCluster,
  type PatroniCluster,
  type PatroniMember,
} from '../support/patroniCluster.js';
import { runCli } from '../support/runCli.js';
import { patroniConfig, patroniStatus, untilSeen } from './patroniRead.js';

/** One cluster goes through all of it, from the harmless to what takes it apart. */
describe('a Patroni cluster of three', { timeout: 300_000 }, () => {
  let cluster: PatroniCluster;
  let leader: PatroniMember;
  let others: readonly PatroniMember[];
  let urls: readonly string[];
  let home: string;

  /** Flags with which everything is asked: all endpoints, and SQL. */
  const asked = (): string[] => ['--patroni-url', cluster.urls.join(','), '--dsn', cluster.dsn(leader)];

  function client(password = PATRONI_PASSWORD): PatroniClient {
    return new PatroniClient({
      endpoints: urls.map(endpointOf),
      credentials: () => Promise.resolve({ user: PATRONI_USER, password }),
      tls: { ca: null, client: null, verify: true },
      timeoutMs: 30_000,
      clock: systemClock,
      signal: new AbortController().signal,
    });
  }

  beforeAll(async () => {
    const local = { n2: { random_page_cost: 1.3 } };
    cluster = await startPatroniCluster({ local, dcs: { random_page_cost: 2 } });
    [leader, ...others] = await cluster.settled();
    urls = cluster.urls;
    home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
  }, 200_000);
  afterAll(async () => {
    await cluster.stop();
    await rm(home, { recursive: true });
  });

  test('is healthy in everybody’s eyes', async () => {
    const { data, result } = await untilSeen(
      () => patroniStatus(asked()),
      (seen) =>
        seen.data.disagreements.length === 0 &&
        seen.data.members.every(({ lag_bytes: lag, role }) => lag === 0 || role === 'leader'),
    );
    expect(result.exitCode).toBe(0);
    expect(result.envelope.cluster).toMatchObject({ managed_by: 'patroni', role: 'primary' });
    expect(data).toMatchObject({
      scope: 'pgdba-test',
      leader: leader.name,
      paused: false,
      timeline: 1,
      history: [],
    });
    expect(data.members).toHaveLength(3);
    for (const member of data.members) {
      const leads = member.name === leader.name;
      expect(member).toMatchObject({
        ...{
          role: leads ? 'leader' : 'replica',
          state: 'running',
          timeline: 1,
          reachable: true,
          error: null,
        },
        ...{ patroni_version: '3.0.2', pending_restart: false, pending_restart_reason: null },
        sql: {
          ...{ reachable: true, role: leads ? 'primary' : 'standby', timeline: 1, pending_restart: [] },
          ...{ system_identifier: data.system_identifier, replay_paused: leads ? null : false, error: null },
        },
      });
    }
  });

  test('is found through the registry, and without a connection to PostgreSQL', async () => {
    const names = cluster.urls.flatMap((url) => ['--patroni-url', url]);
    await runCli(['cluster', 'add', 'ha', '--dsn', cluster.dsn(leader), ...names], { home });
    const registered = await patroniStatus(['--name', 'ha'], { home });
    expect(registered.data.members.map(({ sql }) => sql?.reachable)).toEqual([true, true, true]);
    const env = { PGDBA_PATRONI_URL: `http://127.0.0.1:${String(await freePort())},${leader.url}` };
    const alone = await patroniStatus([], { env });
    expect(alone.result.envelope.cluster).toBeNull();
    expect(alone.data).toMatchObject({ told_by: leader.url, leader: leader.name });
    expect(alone.data.members.map(({ sql }) => sql)).toEqual([null, null, null]);
  });

  test('is asked for by name where SQL shows it and no URL is known', async () => {
    const { envelope, exitCode } = await runCli(['patroni', 'status', '--dsn', cluster.dsn(leader)], {
      env: { PGPASSWORD: 'super-secret' },
    });
    expect(exitCode).toBe(5);
    expect(envelope.error).toMatchObject({ code: 'patroni_url_missing', retryable: false });
    expect(envelope.error?.message).toContain('the server shows that Patroni manages it');
    const shown = await runCli(['config', 'show', 'work_mem', '--dsn', cluster.dsn(leader)], {
      env: { PGPASSWORD: 'super-secret' },
    });
    expect(shown.envelope.warnings.map(({ code }) => code)).toContain('patroni_url_missing');
    expect((await runCli(['patroni', 'config'])).envelope.error?.code).toBe('patroni_url_missing');
  });

  test('is out of reach behind a wrong URL', async () => {
    const nowhere = `http://me:hush@127.0.0.1:${String(await freePort())}`;
    const { result } = await patroniStatus(['--patroni-url', nowhere]);
    expect(result.exitCode).toBe(9);
    expect(result.envelope.error).toMatchObject({ code: 'patroni_unreachable', retryable: true });
    expect(result.stdout).not.toContain('hush');
    const postgres = await patroniStatus(['--patroni-url', `http://127.0.0.1:${String(leader.port)}`]);
    expect(postgres.result.envelope.error?.code).toBe('patroni_unreachable');
  });

  test('shows which level wins on which member', async () => {
    const [first] = others;
    await first?.query("ALTER SYSTEM SET work_mem = '9MB'");
    await first?.query("ALTER SYSTEM SET max_connections = '300'");
    await first?.query('SELECT pg_reload_conf()');
    const { data, result } = await untilSeen(
      () => patroniConfig(asked()),
      (seen) => seen.data.parameters.find(({ name }) => name === 'work_mem')?.differs === true,
    );
    expect(result.exitCode).toBe(0);
    const row = (name: string): unknown[] =>
      (data.parameters.find((one) => one.name === name)?.members ?? []).map((one) => [
        ...[one.member, one.value, one.level, one.matches_dcs, one.auto_conf],
      ]);
    const each = (of: (name: string) => unknown[]): unknown[] =>
      cluster.members.map(({ name }) => [name, ...of(name)]);
    expect(row('work_mem')).toEqual(
      each((name) =>
        name === first?.name ? ['9MB', 'auto_conf', false, '9MB'] : ['5MB', 'dcs', true, null],
      ),
    );
    expect(row('random_page_cost')).toEqual(
      each((name) => (name === 'n2' ? ['1.3', 'local_yaml', false, null] : ['2', 'dcs', true, null])),
    );
    expect(row('max_connections')).toEqual(
      each((name) => ['60', 'command_line', true, name === first?.name ? '300' : null]),
    );
    expect(row('fsync')).toEqual(each(() => ['off', 'local_yaml', null, null]));
    expect(row('max_wal_size')).toEqual([]);
    expect(data.config).toMatchObject({ loop_wait: 2, postgresql: { parameters: { work_mem: '5MB' } } });
    await first?.query('ALTER SYSTEM RESET work_mem');
    await first?.query('ALTER SYSTEM RESET max_connections');
    await first?.query('SELECT pg_reload_conf()');
  });

  test('takes a PATCH, whose pending restart and end every source sees', async () => {
    const [replica] = others;
    const outcome = await client().patchConfig({ postgresql: { parameters: { max_connections: 70 } } });
    expect(outcome).toMatchObject({
      outcome: 'changed',
      config: { postgresql: { parameters: { max_connections: 70 } } },
    });
    const pending = await untilSeen(
      () => patroniStatus(asked()),
      ({ data }) => data.members.every(({ pending_restart }) => pending_restart === true),
    );
    expect(pending.result.exitCode).toBe(0);
    const { data } = await patroniConfig(asked());
    const row = data.parameters.find(({ name }) => name === 'max_connections');
    expect(row).toMatchObject({ dcs_value: '70', dcs_problem: null, differs: false });
    for (const member of row?.members ?? []) {
      expect(member).toMatchObject({
        value: '60',
        level: 'command_line',
        matches_dcs: false,
        pending_restart: true,
      });
    }
    expect(await client().restart(replica?.url ?? '', { restart_pending: true }, 60_000)).toMatchObject({
      outcome: 'restarted',
    });
    expect(await replica?.query('SHOW max_connections')).toEqual([{ max_connections: '70' }]);
    expect(await client().restart(replica?.url ?? '', { restart_pending: true }, 60_000)).toMatchObject({
      outcome: 'not_needed',
    });
    expect(await client().reload(leader.url)).toBe('reload scheduled');
  });

  test('refuses a PATCH with a wrong password, and says so', async () => {
    const refused = client('wrong:hush').patchConfig({ postgresql: { parameters: { work_mem: '1GB' } } });
    await expect(refused).rejects.toMatchObject({
      code: 'patroni_refused',
      details: { status: 401, said: 'not authenticated' },
    });
  });

  test('tells a conflict, with what another member has', async () => {
    const conflict = await untilSeen(
      async () => {
        const values = ['11MB', '12MB', '13MB', '14MB', '15MB', '16MB'];
        const outcomes = await Promise.all(
          values.map((work_mem) => client().patchConfig({ postgresql: { parameters: { work_mem } } })),
        );
        expect(outcomes.some(({ outcome }) => outcome === 'changed')).toBe(true);
        return outcomes.find(({ outcome }) => outcome === 'conflict');
      },
      (seen) => seen !== undefined,
    );
    if (conflict?.outcome !== 'conflict') throw new Error('there was no conflict');
    expect(conflict.error.code).toBe('patroni_conflict');
    expect(conflict.now?.url).not.toBe(urls[0]);
    expect(conflict.now?.value).toHaveProperty('postgresql.parameters.work_mem');
  });

  test('shows a pause', async () => {
    await client().patchConfig({ pause: true });
    await untilSeen(
      () => patroniStatus(asked()),
      ({ data }) => data.paused === true && data.disagreements.every(({ about }) => about !== 'pause'),
    );
    await client().patchConfig({ pause: null });
    await untilSeen(
      () => patroniStatus(asked()),
      ({ data }) => data.paused === false && data.members.every(({ own }) => own?.paused === false),
    );
  });

  test('shows a member that is down and asks the others', async () => {
    const [, last] = others;
    await last?.stop();
    const { data, result } = await patroniStatus(asked());
    expect(result.exitCode).toBe(0);
    expect(data.leader).toBe(leader.name);
    const row = data.members.find(({ name }) => name === last?.name);
    expect(row).toMatchObject({
      ...{ reachable: false, own: null, patroni_version: null },
      error: { code: 'patroni_unreachable' },
      sql: { reachable: false, error: { code: 'connection_refused' } },
    });
    expect(data.members.filter(({ reachable }) => reachable)).toHaveLength(2);
    const config = await patroniConfig(asked());
    expect(config.result.exitCode).toBe(0);
    expect(config.data.members.find(({ name }) => name === last?.name)).toMatchObject({ reachable: false });
    last?.start();
    await cluster.settled();
  });

  test('shows a switchover while it happens and when it is over', async () => {
    const [candidate] = others;
    const body = { leader: leader.name, candidate: candidate?.name };
    const switched = cluster.rest(leader, 'POST /switchover', body);
    const seen = await untilSeen(
      () => patroniStatus(asked()),
      ({ data }) =>
        data.leader === candidate?.name &&
        data.disagreements.length === 0 &&
        data.timeline === 2 &&
        data.history?.length === 1,
    );
    expect((await switched).status).toBe(200);
    expect(seen.data.history?.at(-1)).toMatchObject({ timeline: 1 });
    [leader, ...others] = await cluster.settled();
    expect(leader.name).toBe(candidate?.name);
  });

  test('without its DCS still tells what each node says of itself', async () => {
    await cluster.stopEtcd();
    const { data, result } = await patroniStatus([...asked(), '--patroni-timeout', '3s']);
    expect(result.exitCode).toBe(9);
    expect(result.envelope.error).toMatchObject({ code: 'patroni_unreachable' });
    expect(data).toMatchObject({ scope: 'pgdba-test', told_by: null, history: null });
    expect(data.members.map(({ api_url, reachable }) => [api_url, reachable])).toEqual(
      urls.map((url) => [url, true]),
    );
    cluster.startEtcd();
    await cluster.settled();
  });
});
