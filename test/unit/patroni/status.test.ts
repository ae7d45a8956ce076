import { describe, expect, it } from 'vitest';
import { PgdbaError } from '../../../src/core/errors.js';
import { clusterStatus } from '../../../src/patroni/status.js';
import type { MemberSql } from '../../../src/patroni/statusData.js';
import { expectValid } from '../../support/documentSchemas.js';
import { recorded, sightOf, statusAt, VERSIONS } from './recorded.js';

const V3 = '3.0.2';
const V4 = '4.1.4';

/** What SQL shows of a member in the recorded cluster of 4.1.4. */
function sql(change: Partial<MemberSql> = {}): MemberSql {
  return {
    reachable: true,
    role: 'standby',
    timeline: 1,
    server_version_num: 150018,
    system_identifier: '7710580408345267755',
    replay_paused: false,
    pending_restart: [],
    error: null,
    ...change,
  };
}

describe.each(VERSIONS)('the status of Patroni %s', (version) => {
  it('fits its schema at every moment whose /cluster was recorded', () => {
    const moments = recorded(version).filter(({ request }) => request === 'GET /cluster');
    expect(moments.length).toBeGreaterThan(70);
    for (const { name } of moments) {
      const [situation = '', from = '', , polled] = name.split('.');
      const moment = {
        version,
        situation,
        from,
        ...(polled === undefined ? {} : { polled: Number(polled) }),
      };
      expectValid('patroni-status.schema.json', statusAt(moment));
    }
  });

  it('in the steady state is one leader, two replicas without lag, and nothing that disagrees', () => {
    const data = statusAt({ version, situation: 'steady' });
    expect(data).toMatchObject({
      scope: 'pgdba',
      told_by: 'http://127.0.0.1:18001',
      leader: 'n1',
      paused: false,
      timeline: 1,
      scheduled_switchover: null,
      disagreements: [],
    });
    expect(data.members).toMatchObject([
      { name: 'n1', role: 'leader', port: 15431, lag_bytes: null, timeline: 1, pending_restart: false },
      { name: 'n2', role: 'replica', port: 15432, lag_bytes: 0, timeline: 1, pending_restart: false },
      { name: 'n3', role: 'replica', port: 15433, lag_bytes: 0, timeline: 1, pending_restart: false },
    ]);
    const common = { reachable: true, error: null, patroni_version: version, server_version_num: 150018 };
    for (const member of data.members) expect(member).toMatchObject({ ...common, tags: {}, sql: null });
  });

  it('keeps Patroni’s own word for the role of the leader', () => {
    const [leader] = statusAt({ version, situation: 'steady' }).members;
    expect(leader?.own?.role).toBe({ '3.0.2': 'master', '4.1.4': 'primary' }[version]);
    expect(leader?.role).toBe('leader');
  });

  it('shows a pending restart as soon as the members know it, and that /cluster does not yet', () => {
    const data = statusAt({ version, situation: 'pending-at-once' });
    expect(data.members.map(({ pending_restart }) => pending_restart)).toEqual([true, true, true]);
    expect(
      data.disagreements.map(({ member, about, cluster, patroni }) => [member, about, cluster, patroni]),
    ).toEqual([
      ['n1', 'pending_restart', 'no', 'yes'],
      ['n2', 'pending_restart', 'no', 'yes'],
      ['n3', 'pending_restart', 'no', 'yes'],
    ]);
    expect(data.disagreements[0]?.message).toMatch(
      /^n1, pending_restart: \/cluster: no; its own \/patroni: yes\. \/cluster is one loop/,
    );
  });

  it('one loop later /cluster says so too', () => {
    const data = statusAt({ version, situation: 'pending-one-loop-later' });
    expect(data.members.every(({ pending_restart }) => pending_restart)).toBe(true);
    expect(data.disagreements).toEqual([]);
  });

  it('shows what is scheduled, in UTC', () => {
    const data = statusAt({ version, situation: 'scheduled' });
    const minute = { '3.0.2': ['12:11:00', '13:11:00'], '4.1.4': ['12:11:06', '13:11:07'] }[version];
    expect(data.scheduled_switchover).toEqual({
      at: `2026-11-21T${minute[1] ?? ''}.000Z`,
      from: 'n1',
      to: 'n2',
    });
    expect(data.members.map(({ scheduled_restart }) => scheduled_restart)).toEqual([
      null,
      null,
      `2026-11-21T${minute[0] ?? ''}.000Z`,
    ]);
  });

  it('shows a pause', () => {
    expect(statusAt({ version, situation: 'paused' })).toMatchObject({ paused: true, disagreements: [] });
  });

  it('after a switchover has the new leader, the new timeline and how the old one ended', () => {
    const data = statusAt({ version, situation: 'after-switchover' });
    expect(data).toMatchObject({ leader: 'n2', timeline: 2, disagreements: [] });
    expect(data.history).toEqual([
      {
        timeline: 1,
        lsn: '0/4000480',
        reason: 'no recovery target specified',
        at: { '3.0.2': '2026-11-21T11:11:23.851Z', '4.1.4': '2026-11-21T11:11:35.087Z' }[version],
        new_leader: 'n2',
      },
    ]);
  });
});

describe('the reason of a pending restart', () => {
  it('is told by 4.x', () => {
    const [member] = statusAt({ version: V4, situation: 'pending-at-once' }).members;
    expect(member?.pending_restart_reason).toEqual([
      { parameter: 'max_connections', old_value: '60', new_value: '80' },
    ]);
  });

  it('is unknown in 3.x', () => {
    const [member] = statusAt({ version: V3, situation: 'pending-at-once' }).members;
    expect(member).toMatchObject({ pending_restart: true, pending_restart_reason: null });
  });

  it('shows no secret', () => {
    const sight = sightOf({ version: V4, situation: 'pending-at-once' });
    const own = sight.nodes[0]?.own;
    if (own === undefined || own instanceof PgdbaError) throw new Error('n1 did not answer');
    own.pending_restart_reason = { ssl_passphrase_command: { old_value: '', new_value: 'x password=hush' } };
    const told = JSON.stringify(clusterStatus(sight, []));
    expect(told).toContain('ssl_passphrase_command');
    expect(told).not.toContain('hush');
  });
});

describe('a cluster of 4.1.4 in trouble', () => {
  it('shows how far a member lags', () => {
    const { members } = statusAt({ version: V4, situation: 'lagging' });
    expect(
      members.map(({ name, lag_bytes, replay_lag_bytes }) => [name, lag_bytes, replay_lag_bytes]),
    ).toEqual([
      ['n1', 0, 0],
      ['n2', null, null],
      ['n3', 42504920, 42504920],
    ]);
  });

  it('shows WAL that is received and not replayed apart', () => {
    const { members } = statusAt({ version: V4, situation: 'replay-paused', from: 'n3' });
    expect(members[2]).toMatchObject({ name: 'n3', lag_bytes: 0, replay_lag_bytes: 3877200 });
  });

  it('tells a stopped member as /cluster does, with an unknown lag', () => {
    const data = statusAt({ version: V4, situation: 'member-down' });
    expect(data.members[2]).toMatchObject({
      ...{ name: 'n3', state: 'stopped', lag_bytes: null, replay_lag_bytes: null, timeline: null },
      ...{ reachable: false, own: null, patroni_version: null, pending_restart: false },
      error: { code: 'patroni_unreachable' },
    });
    expect(data.disagreements).toEqual([]);
  });

  it('knows a member no more after the ttl', () => {
    const { members, leader } = statusAt({ version: V4, situation: 'member-gone' });
    expect([members.map(({ name }) => name), leader]).toEqual([['n1', 'n2'], 'n2']);
  });

  it('disbelieves /cluster, which says that a member streams whose Patroni was killed', () => {
    const data = statusAt({ version: V4, situation: 'member-patroni-killed', from: 'n2' });
    expect(data.members[2]).toMatchObject({ name: 'n3', state: 'streaming', lag_bytes: 0, reachable: false });
    expect(data.disagreements).toContainEqual(
      expect.objectContaining({
        member: 'n3',
        about: 'state',
        cluster: 'running',
        patroni: 'does not answer',
      }),
    );
  });

  it('shows both sides of a switchover under way', () => {
    const data = statusAt({ version: V4, situation: 'switchover-at-once' });
    expect(data).toMatchObject({ leader: 'n2', timeline: 1, history: [] });
    expect(
      data.disagreements.map(({ member, about, cluster, patroni }) => [member, about, cluster, patroni]),
    ).toEqual([['n2', 'role', 'leader', 'replica']]);
    expect(data.members[0]?.own).toMatchObject({ role: 'demoted', state: 'stopped', timeline: null });
  });

  it('without the DCS tells what the nodes say of themselves, and that nobody leads', () => {
    const data = statusAt({ version: V4, situation: 'etcd-down' });
    expect(data).toMatchObject({
      scope: 'pgdba',
      told_by: null,
      leader: null,
      timeline: null,
      history: null,
    });
    expect(data.members.map(({ name, role, api_url, host }) => [name, role, api_url, host])).toEqual([
      ['n1', 'replica', 'http://127.0.0.1:18001/patroni', null],
      ['n2', 'replica', 'http://127.0.0.1:18002/patroni', null],
      ['n3', 'replica', 'http://127.0.0.1:18003/patroni', null],
    ]);
    for (const { own } of data.members) expect(own?.cluster_unlocked).toBe(true);
    expect(data.members[0]?.own?.dcs_last_seen).toBe('2026-11-21T11:13:10.000Z');
  });
});

describe('what SQL says otherwise', () => {
  const steady = { version: V4, situation: 'steady' } as const;
  const abouts = (rows: Readonly<Record<string, MemberSql>>): unknown =>
    statusAt(steady, rows).disagreements.map(({ member, about, patroni, sql: said }) => [
      member,
      about,
      patroni,
      said,
    ]);
  const leader = sql({ role: 'primary', replay_paused: null });

  it('is nothing in a healthy cluster', () => {
    expect(abouts({ n1: leader, n2: sql(), n3: sql() })).toEqual([]);
  });

  it('is nothing where a member cannot be asked', () => {
    const nothing = { role: null, timeline: null, server_version_num: null, system_identifier: null };
    const silent = sql({ reachable: false, ...nothing, replay_paused: null, pending_restart: null });
    expect(abouts({ n1: leader, n2: silent })).toEqual([]);
  });

  it.each([
    [
      'a replica that was promoted behind Patroni’s back',
      { role: 'primary' as const },
      'role',
      'replica',
      'leader',
    ],
    ['another timeline', { timeline: 2 }, 'timeline', '1', '2'],
    [
      'what ALTER SYSTEM left waiting',
      { pending_restart: ['shared_buffers'] },
      'pending_restart',
      'no',
      'yes',
    ],
    ['another server', { server_version_num: 170010 }, 'version', '150018', '170010'],
    ['another cluster', { system_identifier: '1' }, 'system_identifier', '7710580408345267755', '1'],
  ])('is told: %s', (_what, change, about, patroni, said) => {
    expect(abouts({ n2: sql(change) })).toEqual([['n2', about, patroni, said]]);
  });

  it('does not call the leader of a standby cluster a replica', () => {
    const sight = sightOf(steady);
    const [first] = sight.nodes;
    if (first?.listed == null || first.own instanceof PgdbaError) throw new Error('n1 did not answer');
    first.listed.role = first.own.role = 'standby_leader';
    expect(clusterStatus(sight, [sql()])).toMatchObject({ leader: 'n1', disagreements: [] });
  });
});

describe('an api_url that leads elsewhere', () => {
  it('shows by the name and the scope of who answers', () => {
    const here = sightOf({ version: V4, situation: 'steady' });
    const [, other] = here.nodes;
    if (other === undefined || other.own instanceof PgdbaError) throw new Error('n2 did not answer');
    other.own.patroni = { version: V4, scope: 'elsewhere', name: 'x9' };
    const { disagreements } = clusterStatus(here, []);
    expect(
      disagreements.map(({ member, about, cluster, patroni }) => [member, about, cluster, patroni]),
    ).toEqual([
      ['n2', 'scope', 'pgdba', 'elsewhere'],
      ['n2', 'name', 'n2', 'x9'],
    ]);
  });
});
