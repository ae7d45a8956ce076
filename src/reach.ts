import type { ClusterIdentity } from './cluster/identity.js';
import type { Server } from './cluster/server.js';
import { PgdbaError } from './core/errors.js';
import { connect } from './db/connect.js';
import { giveSettings, withoutSettings } from './db/libpq/backendOptions.js';
import type { ConnectionPlan } from './db/libpq/plan.js';
import { resolveConnection } from './db/libpq/resolve.js';
import { processSurroundings } from './db/libpq/surroundings.js';
import { guards, writerGuards, type Limits } from './db/guards.js';
import { Session } from './db/session.js';
import type { Run } from './run.js';
import { clusterInfo, warnOfIdentity, warnOfNewer, warnOfPatroni } from './serverTold.js';
import { stopWhen } from './stopWhen.js';
import { warnOfUnfinished } from './unfinishedWarning.js';

/** The connection flags of a command, as parsed. */
export interface ReachFlags {
  readonly dsn?: string | undefined;
  readonly name?: string | undefined;
  readonly dbname?: string | undefined;
  readonly 'statement-timeout': number;
  readonly 'lock-timeout': number;
  readonly timeout: number;
  readonly 'patroni-url'?: readonly string[] | undefined;
}

/** Where to connect to, once the registry has been asked. */
interface Target {
  readonly name: string | null;
  readonly dsn: string | undefined;
  readonly fingerprint: { readonly value: string; readonly tier: string } | null;
  readonly password: (() => Promise<string | undefined>) | undefined;
  /** REST API of its Patroni nodes, as registered. */
  readonly patroniUrls: readonly string[];
}

export type SessionPurpose = 'read' | 'settings' | 'write';

/** Which session is wanted, when it is not the usual one. */
interface SessionWish {
  readonly database?: string;
  readonly dsn?: string;
  /** Another member of the same cluster, as host:port: reached as the target is, with these two exchanged. */
  readonly place?: string;
  /**
   * `read` (unless said): guarded from its startup packet. `settings`: sees settings as any new session has them, so
   * that no guard stands in the startup packet; the snapshot transaction sets them LOCAL. `write`: may write, and is
   * sure to be one backend from beginning to end.
   */
  readonly purpose?: SessionPurpose;
  /**
   * Lives until this is aborted, with a PgdbaError as the reason, and not until the run is interrupted or its time is
   * over: what a run has begun is taken back even then.
   */
  readonly until?: AbortSignal;
}

const GUARDS: Readonly<Record<SessionPurpose, (limits: Limits) => Record<string, string>>> = {
  read: guards,
  settings: () => ({}),
  write: writerGuards,
};

/** The one way from a command's flags to guarded sessions. */
export class Reach {
  readonly #budget = new AbortController();
  readonly #limits: Limits;
  #target: Promise<Target> | undefined;

  /**
   * @param whenSpent what --timeout does: `degrade` stops the reads and lets the command answer with what it has;
   * `fail` ends the run with `run_timeout`
   */
  constructor(
    private readonly run: Run,
    private readonly flags: ReachFlags,
    whenSpent: 'degrade' | 'fail',
  ) {
    this.#limits = { statementTimeoutMs: flags['statement-timeout'], lockTimeoutMs: flags['lock-timeout'] };
    if (flags.timeout > 0) this.#startClock(flags.timeout, whenSpent);
  }

  /** Aborted when --timeout has passed. */
  get budget(): AbortSignal {
    return this.#budget.signal;
  }

  /**
   * Opens a guarded session: to the target, to another database of it, or to another server that is reached with the
   * target's password, such as a replica.
   */
  async openSession(other: SessionWish = {}): Promise<Session> {
    const { run, flags } = this;
    const target = await this.#resolveTarget();
    const dsn = other.place === undefined ? (other.dsn ?? target.dsn) : await dsnAt(target, other.place);
    const dbname = other.database ?? flags.dbname;
    const wished = resolveConnection(
      {
        ...(dsn === undefined ? {} : { dsn }),
        ...(dbname === undefined ? {} : { dbname }),
      },
      processSurroundings(run.surroundings.env),
    );
    const plan = other.purpose === 'settings' ? this.#withoutSettings(wished) : wished;
    const signal = other.until ?? AbortSignal.any([run.interrupted, this.budget]);
    const connection = await connect(plan, {
      applicationName: `pgdba/${run.command}`,
      guards: GUARDS[other.purpose ?? 'read'](this.#limits),
      signal,
      log: (level, message) => {
        run.log.write(level, message);
      },
      ...(target.password === undefined ? {} : { password: target.password }),
    });
    for (const { code, message, hint } of connection.warnings) {
      run.warn(code, message, hint === undefined ? {} : { hint });
    }
    const session = run.adopt(new Session(connection, this.#limits));
    stopWhen(other.until ?? this.budget, session);
    if (signal.aborted) {
      // It came about just as all others were stopped.
      await session.stop();
      signal.throwIfAborted();
    }
    if (other.purpose === 'write') await requireDirect(session);
    return session;
  }

  /** Settings that the session asks for would show as those of the server. */
  #withoutSettings(plan: ConnectionPlan): ConnectionPlan {
    if (!giveSettings(plan.options)) return plan;
    this.run.warn(
      'session_options_ignored',
      'settings in options, PGOPTIONS and PGGEQO are not used here: they would hide the server’s own',
    );
    return { ...plan, options: withoutSettings(plan.options) };
  }

  /** Tells the run which server it is talking to, and warns of what about it limits or belies the answer. */
  async met(server: Server, identity: ClusterIdentity): Promise<void> {
    await this.introduce(server, identity);
    await this.compareFingerprint(identity);
  }

  /** Warns when the cluster was registered with another fingerprint. */
  async compareFingerprint(identity: ClusterIdentity): Promise<void> {
    const { name, fingerprint } = await this.#resolveTarget();
    if (fingerprint?.tier !== identity.tier || fingerprint.value === identity.fingerprint) return;
    this.run.warn('fingerprint_mismatch', `cluster ${name ?? ''} was registered with another fingerprint`, {
      hint: `Run pgdba cluster check ${name ?? ''}.`,
    });
  }

  /** The fingerprint that the registry holds for --name; null without a name, or before its first check. */
  async pinned(): Promise<Target['fingerprint']> {
    return (await this.#resolveTarget()).fingerprint;
  }

  /** URLs of Patroni: those given, else those that the registry holds for --name. */
  async patroniUrls(): Promise<readonly string[]> {
    return this.flags['patroni-url'] ?? (await this.#resolveTarget()).patroniUrls;
  }

  /**
   * As {@link met}, for a command that compares the fingerprints itself.
   * @param unfinished what to do about changesets that were cut off in the middle: `leave` them to a command that
   * tells of them in its own way
   */
  async introduce(
    server: Server,
    identity: ClusterIdentity,
    unfinished: 'warn' | 'leave' = 'warn',
  ): Promise<Target> {
    const target = await this.#resolveTarget();
    const { run } = this;
    run.cluster = clusterInfo(server, identity, target.name);
    warnOfIdentity(run, identity);
    if (server.managedBy === 'patroni' && (await this.patroniUrls()).length === 0) warnOfPatroni(run);
    if (unfinished === 'warn') await warnOfUnfinished(run, identity.fingerprint);
    warnOfNewer(run, server);
    return target;
  }

  /** The error to tell: after --timeout has passed, what a statement that we cancelled for it says is not news. */
  explain(thrown: unknown): unknown {
    return thrown instanceof PgdbaError && this.budget.aborted ? this.budget.reason : thrown;
  }

  #resolveTarget(): Promise<Target> {
    this.#target ??= this.#lookUp();
    return this.#target;
  }

  async #lookUp(): Promise<Target> {
    const { name, dsn } = this.flags;
    if (name === undefined)
      return { name: null, dsn, fingerprint: null, password: undefined, patroniUrls: [] };
    const { findCluster, passwordSource } = await import('./cluster/registry.js');
    const cluster = await findCluster(this.run.surroundings.home, name);
    const { fingerprint, tier } = cluster;
    return {
      name,
      dsn: cluster.dsn,
      fingerprint: fingerprint === null || tier === null ? null : { value: fingerprint, tier },
      password: passwordSource(cluster, this.run.surroundings.env),
      patroniUrls: cluster.patroni_urls,
    };
  }

  #startClock(timeoutMs: number, whenSpent: 'degrade' | 'fail'): void {
    const error = new PgdbaError(
      'run_timeout',
      `the run took longer than --timeout (${String(timeoutMs)} ms)`,
    );
    const timer = setTimeout(() => {
      this.#budget.abort(error);
      if (whenSpent === 'fail') this.run.fail(error);
    }, timeoutMs);
    timer.unref();
  }
}

/** Loaded when it is needed: most runs reach one server. */
async function dsnAt({ dsn }: Target, place: string): Promise<string> {
  const { replicaDsn } = await import('./cluster/replicas.js');
  return replicaDsn(dsn ?? '', place);
}

/**
 * A session that writes must be one backend to the end: advisory locks and what a statement left behind are lost, or
 * left to a stranger, behind a pooler.
 * @throws PgdbaError `transaction_pooler`
 */
async function requireDirect(session: Session): Promise<void> {
  const { connection } = session;
  const pid = await session.send({ sql: 'SELECT pg_catalog.pg_backend_pid()' });
  if (connection.guardsInStartup && Number(pid.rows[0]?.[0]) === connection.backendPid) return;
  await session.close();
  throw new PgdbaError('transaction_pooler', 'a pooler stands between pgdba and the server');
}
