import { PgdbaError } from '../../../src/core/errors.js';
import type { Setting } from '../../../src/core/setting/spec.js';
import type { RestartDeps } from '../../../src/patroni/restartOutcome.js';
import type { RestartMember, RestartSight } from '../../../src/patroni/restartSight.js';
import type { ClusterMember, NodeStatus } from '../../../src/patroni/answers.js';

export type Values = Readonly<Record<string, number>>;

/** The five, with what a small server has; and one that nothing but the files know. */
export const DEFAULTS = {
  max_connections: 100,
  max_locks_per_transaction: 64,
  max_prepared_transactions: 0,
  max_wal_senders: 10,
  max_worker_processes: 8,
} as const;

const FIVE = Object.keys(DEFAULTS);

export interface WorldMember {
  readonly name: string;
  role: ClusterMember['role'];
  /** In force. */
  values: Values;
  /** The primary's values as far as it has replayed them: its control file. */
  replayed: Values;
  position: bigint;
  up: boolean;
  starts: number;
  pending: boolean;
  tags?: Record<string, unknown>;
  lag: number | 'unknown';
  state: string;
  scheduled?: string;
  fileErrors: string[];
  /** Whether shared_buffers waits, of which only SQL tells. */
  sqlPending: boolean;
  /** Whether it has the flag still, and the change was taken back. */
  takenBack: boolean;
}

/**
 * A cluster that behaves as Patroni's do in what an ordered restart stands on: a standby starts with what its control
 * file says where that is higher, replays the leader's values some looks after the leader wrote them, and breaks the rules
 * (`sins`) when somebody is restarted who must not be.
 */
export class World {
  readonly members: WorldMember[];
  readonly sins: string[] = [];
  readonly told: string[] = [];
  readonly asked: { readonly member: string; readonly body: Readonly<Record<string, unknown>> }[] = [];
  readonly stop = new AbortController();
  wal = 1000n;
  nowMs = 0;
  paused = false;
  switchover: string | undefined;
  /** What becomes of a request; `ok` unless said. */
  answer: (member: WorldMember) => 'ok' | 'never back' | 'lost' | 'lost before' | PgdbaError = () => 'ok';
  onLook: () => void = () => undefined;
  looksUntilBack = 2;
  readonly #back = new Map<string, number>();
  /** Where the leader wrote the values that it has. */
  #recordAt = 0n;

  constructor(
    names: readonly string[],
    now: Values,
    readonly wanted: Values,
  ) {
    this.members = names.map((name, i) => ({
      ...{
        name,
        role: i === 0 ? 'leader' : 'replica',
        values: { ...now },
        replayed: { ...now },
        position: 1000n,
      },
      ...{
        up: true,
        starts: 1,
        lag: 0,
        state: 'running',
        fileErrors: [],
        sqlPending: false,
        takenBack: false,
      },
      pending: FIVE.some((parameter) => now[parameter] !== wanted[parameter]),
    }));
  }

  member(name: string): WorldMember {
    const found = this.members.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  }

  get leader(): WorldMember | undefined {
    return this.members.find(({ role }) => role === 'leader' || role === 'standby_leader');
  }

  sight(): RestartSight {
    return {
      config: { loop_wait: 1, maximum_lag_on_failover: 1000, postgresql: { parameters: { ...this.wanted } } },
      view: {
        members: this.members.map((one) => this.#listed(one)),
        ...(this.paused ? { pause: true } : {}),
        ...(this.switchover === undefined ? {} : { scheduled_switchover: { at: this.switchover } }),
      },
      members: this.members.map((one) => this.#seen(one)),
    };
  }

  deps(): RestartDeps {
    return {
      look: () => {
        this.#pass();
        return Promise.resolve(this.sight());
      },
      lookAt: (name) => {
        this.#pass();
        return Promise.resolve({ sql: this.#seen(this.member(name)).sql });
      },
      restart: ({ listed }, body) => this.#restart(this.member(listed.name), body),
      tell: (line) => void this.told.push(line),
      clock: {
        now: () => new Date(this.nowMs),
        monotonicMs: () => this.nowMs,
        sleep: (ms) => {
          this.nowMs += ms;
          return Promise.resolve();
        },
      },
      signal: this.stop.signal,
    };
  }

  /** Between two looks: the leader writes, replicas replay, who restarts comes nearer to being back. */
  #pass(): void {
    this.onLook();
    this.wal += 10n;
    const { leader } = this;
    for (const one of this.members) {
      const left = this.#back.get(one.name);
      if (left !== undefined) {
        if (left > 0) this.#back.set(one.name, left - 1);
        else {
          this.#back.delete(one.name);
          one.up = true;
        }
      }
      if (!one.up || leader === undefined) continue;
      if (one === leader) one.position = this.wal;
      else this.#replay(one, leader);
    }
  }

  #replay(one: WorldMember, leader: WorldMember): void {
    if (!leader.up) return;
    const next = one.position + 40n;
    one.position = next < leader.position ? next : leader.position;
    if (one.position < this.#recordAt) return;
    one.replayed = { ...leader.values };
    if (FIVE.some((name) => (one.values[name] ?? 0) < (leader.values[name] ?? 0))) {
      this.sins.push(`${one.name} has less than its leader`);
    }
  }

  #restart(one: WorldMember, body: Readonly<Record<string, unknown>>): ReturnType<RestartDeps['restart']> {
    this.asked.push({ member: one.name, body });
    const down = this.members.filter(({ up }) => !up).map(({ name }) => name);
    if (down.length > 0) this.sins.push(`${one.name} while ${down.join()} is down`);
    const answer = this.answer(one);
    if (answer instanceof PgdbaError) return Promise.reject(answer);
    if (body['restart_pending'] === true && !one.pending) {
      return Promise.resolve({ outcome: 'not_needed', said: 'restart conditions are not satisfied' });
    }
    if (answer !== 'lost before') this.#goDown(one, answer === 'never back');
    if (answer === 'ok') return Promise.resolve({ outcome: 'restarted', said: 'restarted successfully' });
    return Promise.reject(new PgdbaError('patroni_answer_lost', 'the connection was closed'));
  }

  #goDown(one: WorldMember, forEver: boolean): void {
    const isLeader = one === this.leader;
    const value = (name: string): number => {
      const wanted = this.wanted[name] ?? 0;
      return isLeader ? wanted : Math.max(wanted, one.replayed[name] ?? 0);
    };
    one.values = Object.fromEntries(FIVE.map((name) => [name, value(name)]));
    one.pending = FIVE.some((name) => one.values[name] !== this.wanted[name]);
    one.sqlPending = false;
    one.up = false;
    one.starts++;
    if (isLeader) this.#recordAt = this.wal += 200n;
    if (!forEver) this.#back.set(one.name, this.looksUntilBack);
  }

  #listed(one: WorldMember): ClusterMember {
    return {
      ...{ name: one.name, role: one.role, state: one.up ? one.state : 'stopped', lag: one.lag },
      api_url: `http://${one.name}:8008/patroni`,
      ...(one.tags === undefined ? {} : { tags: one.tags }),
    };
  }

  #seen(one: WorldMember): RestartMember {
    const listed = this.#listed(one);
    const own: NodeStatus = {
      ...{ state: one.up ? one.state : 'starting', role: one.role, pending_restart: one.pending },
      patroni: { version: '3.0.2', scope: 'world' },
      ...(one.scheduled === undefined ? {} : { scheduled_restart: { schedule: one.scheduled } }),
    };
    if (!one.up) return { listed, own, sql: new PgdbaError('connection_refused', 'nothing listens') };
    const settings = [
      ...FIVE.map((name) => integer(name, one.values[name] ?? 0, 'command line', false)),
      integer(
        'shared_buffers',
        one.sqlPending ? 16 : 32,
        'configuration file',
        one.sqlPending || one.takenBack,
      ),
    ];
    const fileEntries = [{ name: 'shared_buffers', setting: '32', sourcefile: '/d/postgresql.auto.conf' }];
    const configuration = {
      settings: new Map(settings.map((setting) => [setting.name, setting])),
      ...{ complete: true, fileEntries },
    };
    const inRecovery = one.role !== 'leader';
    const sql = { startedAt: `start ${String(one.starts)}`, inRecovery, walPosition: one.position };
    return { listed, own, sql: { ...sql, configuration, fileErrors: one.fileErrors } };
  }
}

function integer(name: string, value: number, source: string, pending: boolean): Setting {
  return {
    ...{ name, setting: String(value), unit: null, vartype: 'integer', context: 'postmaster', category: '' },
    ...{ source, sourcefile: null, sourceline: null, boot_val: '32', reset_val: String(value) },
    ...{ min_val: '0', max_val: '1000000', enumvals: null, pending_restart: pending },
  } satisfies Setting;
}
