import type { ClusterIdentity } from './cluster/identity.js';
import { isNewerThanKnown, type Server } from './cluster/server.js';
import { majorOf, NEWEST_MAJOR } from './core/version.js';
import { PgdbaError } from './core/errors.js';
import { connect } from './db/connect.js';
import { resolveConnection } from './db/libpq/resolve.js';
import { processSurroundings } from './db/libpq/surroundings.js';
import { guards, type Limits } from './db/guards.js';
import { Session } from './db/session.js';
import type { ClusterInfo } from './output/envelope.js';
import type { Run } from './run.js';

/** The connection flags of a command, as parsed. */
export interface ReachFlags {
  readonly dsn?: string | undefined;
  readonly name?: string | undefined;
  readonly dbname?: string | undefined;
  readonly 'statement-timeout': number;
  readonly 'lock-timeout': number;
  readonly timeout: number;
}

/** Where to connect to, once the registry has been asked. */
interface Target {
  readonly name: string | null;
  readonly dsn: string | undefined;
  readonly fingerprint: { readonly value: string; readonly tier: string } | null;
  readonly password: (() => Promise<string | undefined>) | undefined;
}

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
  async openSession(other: { readonly database?: string; readonly dsn?: string } = {}): Promise<Session> {
    const { run, flags } = this;
    const target = await this.#resolveTarget();
    const dsn = other.dsn ?? target.dsn;
    const dbname = other.database ?? flags.dbname;
    const plan = resolveConnection(
      {
        ...(dsn === undefined ? {} : { dsn }),
        ...(dbname === undefined ? {} : { dbname }),
      },
      processSurroundings(run.surroundings.env),
    );
    const signal = AbortSignal.any([run.interrupted, this.budget]);
    const connection = await connect(plan, {
      applicationName: `pgdba/${run.command}`,
      guards: guards(this.#limits),
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
    this.#stopWhenSpent(session);
    return session;
  }

  /** Stops the session when --timeout has passed; what it was reading then ends with `run_timeout`. */
  #stopWhenSpent(session: Session): void {
    const stop = (): void => void session.stop(this.budget.reason as PgdbaError);
    this.budget.addEventListener('abort', stop, { once: true });
    if (this.budget.aborted) stop();
  }

  /** Tells the run which server it is talking to, and warns of what about it limits or belies the answer. */
  async met(server: Server, identity: ClusterIdentity): Promise<void> {
    const { name, fingerprint } = await this.introduce(server, identity);
    if (fingerprint?.tier !== identity.tier || fingerprint.value === identity.fingerprint) return;
    this.run.warn('fingerprint_mismatch', `cluster ${name ?? ''} was registered with another fingerprint`, {
      hint: `Run pgdba cluster check ${name ?? ''}.`,
    });
  }

  /** As {@link met}, for a command that compares the fingerprints itself. */
  async introduce(server: Server, identity: ClusterIdentity): Promise<Target> {
    const target = await this.#resolveTarget();
    const { run } = this;
    run.cluster = clusterInfo(server, identity, target.name);
    warnOfIdentity(run, identity);
    if (isNewerThanKnown(server.facts.serverVersionNum)) {
      const [major, newest] = [majorOf(server.facts.serverVersionNum), NEWEST_MAJOR].map(String);
      run.warn(
        'server_newer_than_known',
        `PostgreSQL ${major ?? ''} is newer than ${newest ?? ''}, the newest that pgdba knows`,
        {
          hint: 'What it knows works as before; columns that are new there are not shown.',
        },
      );
    }
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
    if (name === undefined) return { name: null, dsn, fingerprint: null, password: undefined };
    const { findCluster, passwordSource } = await import('./cluster/registry.js');
    const cluster = await findCluster(this.run.surroundings.home, name);
    const { fingerprint, tier } = cluster;
    return {
      name,
      dsn: cluster.dsn,
      fingerprint: fingerprint === null || tier === null ? null : { value: fingerprint, tier },
      password: passwordSource(cluster, this.run.surroundings.env),
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

function clusterInfo(server: Server, identity: ClusterIdentity, name: string | null): ClusterInfo {
  const { facts } = server;
  return {
    name,
    fingerprint: identity.fingerprint,
    tier: identity.tier,
    system_identifier: identity.inputs.system_identifier,
    server_version_num: facts.serverVersionNum,
    role: facts.inRecovery ? 'standby' : 'primary',
    timeline: identity.timeline,
    database: facts.database,
    managed_by: server.managedBy,
    identity: identity.inputs,
    node: {
      addr: facts.serverAddr,
      port: facts.serverPort,
      data_directory: facts.settings['data_directory'] ?? null,
    },
  };
}

function warnOfIdentity(run: Run, identity: ClusterIdentity): void {
  if (identity.tier === 'system_identifier') return;
  run.warn(
    'identity_degraded',
    `the role may not call pg_control_system(): the fingerprint is made of ${identity.tier}, which another address changes`,
    {
      hint: 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_control_system() TO the role.',
      subject: 'pg_control_system',
    },
  );
}
