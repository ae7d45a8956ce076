import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changesetOf } from '../support/changes.js';
import {
  startPatroniCluster,
  SUPERUSER_PASSWORD,
  type PatroniCluster,
  type PatroniMember,
} from '../support/patroniCluster.js';
import { PatroniChanges, provenOf } from './patroniChanges.js';

/** What each member of a healthy cluster proves. */
const ALL = (outcome: string): Record<string, string> => ({ n1: outcome, n2: outcome, n3: outcome });

describe('changes through the DCS of a Patroni cluster', { timeout: 300_000 }, () => {
  let cluster: PatroniCluster;
  let leader: PatroniMember;
  let home: string;
  let changes: PatroniChanges;

  beforeAll(async () => {
    cluster = await startPatroniCluster({ local: { n2: { random_page_cost: 1.3, jit: 'off' } } });
    [leader] = await cluster.settled();
    home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
    changes = new PatroniChanges(cluster, home, leader);
  }, 200_000);
  afterAll(async () => {
    await cluster.stop();
    await rm(home, { recursive: true });
  });

  test('a dry run tells what would be sent and wait, and sends nothing', async () => {
    const before = await changes.config();
    const dry = await changes.apply({ work_mem: '7MB', max_connections: '80' }, ['--dry-run']);
    expect(dry.envelope.error).toBeNull();
    expect(dry.data).toMatchObject({ dry_run: true, changed: false });
    expect(changesetOf(dry)).toMatchObject({
      ...{ via: 'patroni', node: null, status: 'planned' },
      dcs: {
        scope: 'pgdba-test',
        keys: [
          { name: 'work_mem', before: '5MB', after: '7MB' },
          { name: 'max_connections', before: 60, after: 80 },
        ],
      },
    });
    expect(dry.data?.pending_restart.map(({ member, name }) => `${member ?? ''} ${name}`)).toEqual(
      cluster.members.map(({ name }) => `${name} max_connections`),
    );
    expect(await changes.config()).toEqual(before);
    expect(await changes.unfinished()).toEqual([]);
  });

  test('one PATCH brings work_mem to every member and stages max_connections; rollback brings the same JSON back', async () => {
    const before = JSON.stringify(await changes.config());
    const wanted = { work_mem: '7MB', max_connections: '80', autovacuum_naptime: '90s' };
    const applied = await changes.apply(wanted);
    expect(applied.envelope.error).toBeNull();
    expect(provenOf(applied, 'work_mem')).toEqual(ALL('in_force'));
    expect(provenOf(applied, 'max_connections')).toEqual(ALL('pending_restart'));
    expect(await changes.shown('work_mem')).toEqual(['7MB', '7MB', '7MB']);
    expect(await changes.shown('max_connections')).toEqual(['60', '60', '60']);
    expect(applied.data?.pending_restart).toHaveLength(3);
    expect(await changes.config()).toMatchObject({
      postgresql: { parameters: { work_mem: '7MB', max_connections: 80, autovacuum_naptime: '90s' } },
    });

    const again = await changes.apply(wanted);
    expect(again.data).toMatchObject({ changed: false });
    expect(again.data?.pending_restart).toHaveLength(3);

    // Through a replica: it is the cluster that is changed, and its fingerprint is the same everywhere.
    const [replica] = cluster.members.filter((member) => member !== leader);
    changes.target = replica ?? leader;
    const back = await changes.finish('rollback', changesetOf(applied).id);
    expect(back.envelope.error).toBeNull();
    expect(changesetOf(back)).toMatchObject({ status: 'rolled_back' });
    expect(provenOf(back, 'max_connections')).toEqual(ALL('in_force'));
    expect(back.data?.pending_restart).toEqual([]);
    expect(JSON.stringify(await changes.config())).toBe(before);
    expect(await changes.shown('autovacuum_naptime')).toEqual(['1min', '1min', '1min']);
    expect((await changes.finish('rollback', changesetOf(applied).id)).data).toMatchObject({
      changed: false,
    });
    changes.target = leader;
  });

  test('what Patroni would take with 200 and ignore or change is refused before it is sent', async () => {
    const before = await changes.config();
    const cases: Readonly<Record<string, readonly [string, string]>> = {
      random_page_cost: ['1.5', 'parameter_overridden'], // 1: a member's own file
      work_mem: ['banana', 'parameter_value_invalid'], // 2
      no_such_parameter: ['1', 'parameter_unknown'], // 3
      'no_such.parameter': ['1', 'parameter_unknown'], // 3, with a dot
      temp_buffers: ['1kB', 'parameter_value_invalid'], // 4
      max_connections: ['20', 'parameter_value_invalid'], // 5
      port: ['5555', 'parameter_overridden'], // 6
      hot_standby: ['off', 'parameter_overridden'],
      wal_level: ['minimal', 'parameter_value_invalid'],
      wal_log_hints: ['off', 'parameter_overridden'],
    };
    const wanted = Object.fromEntries(Object.entries(cases).map(([name, [value]]) => [name, value]));
    const { result, envelope, data } = await changes.apply(wanted);
    expect(result.exitCode).toBe(2);
    const findings = envelope.error?.details?.['findings'] as { parameter: string | null; code: string }[];
    for (const [name, [, code]] of Object.entries(cases)) {
      expect(findings, name).toContainEqual(expect.objectContaining({ parameter: name, code }));
    }
    expect(data?.changeset?.parameters.map(({ outcome }) => outcome)).not.toContain('applied');
    const reset = await changes.apply({ max_connections: null }, ['--dry-run']);
    expect(reset.envelope.warnings.map(({ code }) => code)).toContain('patroni_fallback');
    expect(await changes.config()).toEqual(before);
  });

  test('what stands in the DCS already and makes changes vanish is told', async () => {
    const before = await changes.config();
    const wanted = { work_mem: '8MB' };
    const states: readonly (readonly [object, object, string])[] = [
      [{ ttl: 'banana' }, { ttl: 30 }, 'configuration_broken'], // 8
      [
        { postgresql: { parameters: { WORK_MEM: '4MB' } } },
        { postgresql: { parameters: { WORK_MEM: null } } },
        'configuration_broken', // 9
      ],
    ];
    for (const [there, back, code] of states) {
      await changes.patch(there);
      expect((await changes.apply(wanted)).envelope.error?.code, JSON.stringify(there)).toBe(code);
      await changes.patch(back);
    }
    await changes.patch({ postgresql: { max_connections: 99 } }); // 7
    const nested = await changes.apply(wanted, ['--dry-run']);
    expect(nested.envelope.warnings.map(({ code }) => code)).toContain('dcs_key_ignored');
    await changes.patch({ postgresql: { max_connections: null } });
    const inOtherWords = await changes.apply({ work_mem: '5120kB' }); // 11
    expect(inOtherWords.data).toMatchObject({ changed: false });
    expect(await changes.config()).toEqual(before);
  });

  test('an ALTER SYSTEM that beats the DCS on one member is found first, and told when it is forced past', async () => {
    const [, , third] = cluster.members;
    await third?.query("ALTER SYSTEM SET work_mem = '3MB'");
    await third?.query('SELECT pg_reload_conf()');
    const refused = await changes.apply({ work_mem: '9MB' });
    expect(refused.envelope.error).toMatchObject({ code: 'parameter_overridden' });
    expect(refused.envelope.error?.message).toContain('on n3 its postgresql.auto.conf');
    const forced = await changes.apply({ work_mem: '9MB' }, ['--force']);
    expect(forced.envelope.error).toBeNull();
    expect(provenOf(forced, 'work_mem')).toEqual({ n1: 'in_force', n2: 'in_force', n3: 'masked' });
    expect((await changes.finish('rollback', changesetOf(forced).id)).envelope.error).toBeNull();
    await third?.query('ALTER SYSTEM RESET work_mem');
    await third?.query('SELECT pg_reload_conf()');
  });

  test('a member that keeps its own value for a reason nobody could see is named, and all is taken back', async () => {
    // Its own file has the same value as the DCS, which shows only when the DCS changes.
    await changes.patch({ postgresql: { parameters: { jit: 'off' } } });
    await expect.poll(() => changes.shown('jit'), { timeout: 30_000 }).toEqual(['off', 'off', 'off']);
    const before = await changes.config();
    const partial = await changes.apply({ jit: 'on' });
    expect(partial.result.exitCode).toBe(8);
    expect(partial.envelope.error).toMatchObject({ code: 'partly_applied', details: { members: ['n2'] } });
    expect(provenOf(partial, 'jit')).toEqual({ n1: 'in_force', n2: 'not_in_force', n3: 'in_force' });
    expect(changesetOf(partial)).toMatchObject({ status: 'reverted' });
    expect(changesetOf(partial).dcs?.members.map(({ restored }) => restored)).toEqual([true, true, true]);
    expect(await changes.config()).toEqual(before);
    expect(await changes.unfinished()).toEqual([]);

    const kept = await changes.apply({ jit: 'on' }, ['--keep-partial', '--patroni-wait', '4s']);
    expect(kept.result.exitCode).toBe(8);
    expect(kept.envelope.error?.message).toContain('the change stays');
    expect(changesetOf(kept)).toMatchObject({ status: 'applied' });
    expect(await changes.shown('jit')).toEqual(['on', 'off', 'on']);
    await changes.finish('rollback', changesetOf(kept).id);
    expect(await changes.config()).toEqual(before);
  });

  test.each([null, 'pg_monitor'])(
    'a role with no rights but those of %s changes and proves',
    async (granted) => {
      const before = await changes.config();
      const role = `role_of_${granted ?? 'nobody'}`;
      await leader.query(`CREATE ROLE ${role} LOGIN PASSWORD '${SUPERUSER_PASSWORD}'`);
      if (granted !== null) await leader.query(`GRANT ${granted} TO ${role}`);
      const theirs = new PatroniChanges(cluster, home, leader, cluster.urls, role);
      const applied = await theirs.apply({ work_mem: '14MB', max_connections: '75', log_lock_waits: 'on' });
      expect(applied.envelope.error).toBeNull();
      expect(applied.envelope.warnings.map(({ code }) => code)).toContain('precheck_incomplete');
      expect(provenOf(applied, 'work_mem')).toEqual(ALL('in_force'));
      expect(provenOf(applied, 'log_lock_waits')).toEqual(ALL('in_force'));
      expect(provenOf(applied, 'max_connections')).toEqual(ALL('pending_restart'));
      const back = await theirs.finish('rollback', changesetOf(applied).id);
      expect(back.envelope.error).toBeNull();
      expect(provenOf(back, 'max_connections')).toEqual(ALL('in_force'));
      expect(back.data?.pending_restart).toEqual([]);
      expect(await changes.config()).toEqual(before);

      // What the role cannot see it cannot prove, nor that it was taken back.
      const hidden = await theirs.apply({ log_filename: 'seen-%d.log' });
      const refused = granted === null ? 'insufficient_privilege' : null;
      expect(hidden.envelope.error?.code ?? null).toBe(refused);
      if (refused === null) await theirs.finish('rollback', changesetOf(hidden).id);
      expect(await theirs.unfinished()).toEqual([]);
      expect(await changes.config()).toEqual(before);
      await leader.query(`DROP ROLE ${role}`);
    },
  );

  test('a rollback over somebody else’s change is refused, and --force overrules', async () => {
    const before = await changes.config();
    const applied = await changes.apply({ work_mem: '10MB' });
    await changes.patch({ postgresql: { parameters: { work_mem: '11MB' } } });
    const refused = await changes.finish('rollback', changesetOf(applied).id);
    expect(refused.envelope.error).toMatchObject({ code: 'changed_since' });
    expect(refused.result.exitCode).toBe(7);
    expect(await changes.config()).toMatchObject({ postgresql: { parameters: { work_mem: '11MB' } } });
    const forced = await changes.finish('rollback', changesetOf(applied).id, ['--force']);
    expect(forced.envelope.error).toBeNull();
    expect(changesetOf(forced)).toMatchObject({ status: 'rolled_back', forced: true });
    expect(await changes.config()).toEqual(before);
  });

  test('others who change the DCS all the time are no obstacle, or the conflict is told and nothing is changed', async () => {
    const before = await changes.config();
    let isOver = false;
    const hammer = async (n: number): Promise<void> => {
      for (let i = 0; !isOver; i++) {
        const body = { maximum_lag_on_failover: 1048577 + n * 1000 + i };
        await cluster.rest(cluster.members[n % 3] ?? leader, 'PATCH /config', body);
      }
    };
    const hammering = Promise.all([hammer(0), hammer(1), hammer(2)]);
    const applied = await changes.apply({ work_mem: '12MB' });
    isOver = true;
    await hammering;
    if (applied.envelope.error === null) {
      expect(await changes.shown('work_mem')).toEqual(['12MB', '12MB', '12MB']);
      await changes.finish('rollback', changesetOf(applied).id);
    } else expect(applied.envelope.error.code).toBe('patroni_conflict');
    expect(await changes.unfinished()).toEqual([]);
    await changes.patch({ maximum_lag_on_failover: 1048576 });
    expect(await changes.config()).toEqual(before);
  });

  test('a change that nobody confirms is taken back from every member', async () => {
    const before = await changes.config();
    const expired = await changes.apply({ work_mem: '13MB' }, ['--confirm-within', '1s']);
    expect(expired.result.exitCode).toBe(3);
    expect(changesetOf(expired)).toMatchObject({ status: 'rolled_back' });
    expect(await changes.shown('work_mem')).toEqual(['5MB', '5MB', '5MB']);
    expect(await changes.config()).toEqual(before);
  });
});
