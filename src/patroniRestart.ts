import type { Server } from './cluster/server.js';
import { PgdbaError } from './core/errors.js';
import { maskSecrets } from './core/mask.js';
import type { ClusterMember } from './patroni/answers.js';
import type { PatroniClient } from './patroni/client.js';
import { restartData, restartError, type RestartAnswer } from './patroni/restartAnswer.js';
import { carryOutRestart } from './patroni/restartCarryOut.js';
import { isFine, notRestarted, type RestartDeps, type RestartLimits } from './patroni/restartOutcome.js';
import { maxLagOf, settlingMs } from './patroni/dcsLimits.js';
import { obstaclesTo } from './patroni/restartObstacles.js';
import { planRestart, untoldError, type RestartPlan, type RestartWish } from './patroni/restartPlan.js';
import type { RestartMember, RestartSight, RestartSql } from './patroni/restartSight.js';
import { syncStandbysAreBack } from './patroni/syncStandbys.js';
import { asPgdbaError } from './patroni/transport.js';
import { placeOf } from './patroniSql.js';
import type { Reach } from './reach.js';
import type { Outcome, Run } from './run.js';
import { meetConfigured, type Configuration } from './tuning/configuration.js';
import { fileErrorsOf } from './tuning/pending.js';

const LOOK_EVERY_MS = 500;

/** Where a cluster is reached: its REST API, and its servers over SQL. */
interface Ways {
  readonly client: PatroniClient;
  readonly reach: Reach;
  readonly run: Run;
}

interface RestartOptions extends RestartWish {
  readonly dryRun: boolean;
  /** Members that are known to wait: their Patroni is given two of its loops to say so, too. */
  readonly awaited?: readonly string[];
  /** Milliseconds for each member. */
  readonly memberTimeoutMs: number;
  /** Null: maximum_lag_on_failover of the DCS. */
  readonly maxLagBytes: number | null;
}

/** How long a member may take to come back, and the cluster to be well before the next, unless something else is said. */
export const MEMBER_TIMEOUT_MS = 300_000;

/**
 * Plans the ordered restart of a cluster, and carries it out unless it is a dry run.
 * @throws PgdbaError of the REST API when nobody gives /config and /cluster; `usage`, `standby_ordering`
 */
export async function restartCluster(options: RestartOptions, ways: Ways): Promise<RestartAnswer> {
  const { run } = ways;
  const { sight, plan } = await planned(options, ways);
  const maxLagBytes = options.maxLagBytes ?? maxLagOf(sight.config);
  const limits: RestartLimits = { memberTimeoutMs: options.memberTimeoutMs, maxLagBytes };
  if (sight.view.pause === true) {
    run.warn(
      'patroni_paused',
      'the cluster is paused: should the leader not come back, nobody takes its place',
    );
  }
  const [first] = plan.steps;
  const untold = untoldError(plan, options);
  if (options.dryRun) {
    const gate = { plan, maxLagBytes, replayTo: null };
    const obstacles = first === undefined ? [] : obstaclesTo(sight, { ...gate, step: first });
    return { data: restartData({ sight, plan, maxLagBytes, obstacles, outcomes: null }), error: untold };
  }
  const outcomes =
    untold === null
      ? await carryOutRestart(plan, limits, restartDeps(ways))
      : plan.steps.map((step) => notRestarted(step, untold.message));
  if (outcomes.length > 0 && outcomes.every(isFine)) await tellOfSync(plan, sight, ways);
  const data = restartData({ sight, plan, maxLagBytes, obstacles: [], outcomes });
  return { data, error: untold ?? restartError(outcomes) };
}

async function tellOfSync(
  { syncStandbys }: RestartPlan,
  { config }: RestartSight,
  { client, run, reach }: Ways,
): Promise<void> {
  const signal = AbortSignal.any([run.interrupted, reach.budget]);
  if (await syncStandbysAreBack(syncStandbys, { client, config, clock: run.clock, signal })) return;
  run.warn(
    'sync_standby_missing',
    `the cluster had ${String(syncStandbys)} synchronous standbys, and has not as many again yet`,
    { hint: 'pgdba patroni status shows when it does.' },
  );
}

/** The plan, as soon as every awaited member is part of it, or the time for that is over: then it says why it is not. */
async function planned(
  options: RestartOptions,
  ways: Ways,
): Promise<{ readonly sight: RestartSight; readonly plan: RestartPlan }> {
  const { run, reach } = ways;
  const { awaited } = options;
  const signal = AbortSignal.any([run.interrupted, reach.budget]);
  const beganMs = run.clock.monotonicMs();
  for (;;) {
    // Within a change the envelope is about the cluster already.
    const sight = await lookForRestart(ways, awaited === undefined);
    const plan = planRestart(sight, options);
    const missing = (awaited ?? []).filter((name) => !plan.steps.some(({ member }) => member === name));
    const isOver = run.clock.monotonicMs() >= beganMs + settlingMs(sight.config) || signal.aborted;
    if (missing.length === 0 || isOver) return { sight, plan };
    await run.clock.sleep(LOOK_EVERY_MS, signal);
  }
}

/**
 * Runs a restart so that whatever ends the run (a signal, --timeout, a crash of pgdba) waits until no more is begun, and
 * tells what became of each member.
 */
export async function restarting(run: Run, work: () => Promise<RestartAnswer>): Promise<Outcome> {
  let answer: RestartAnswer | undefined;
  const settled = work().then((result) => (answer = result));
  run.onInterrupt(async () => {
    await settled.catch(() => undefined);
  });
  run.lastWord = (ended) => (answer === undefined ? ended : whenEnded(answer, ended));
  const { data, error } = await settled;
  return { data, ...(error === null ? {} : { error }) };
}

/** A member that is left in doubt is told before everything else. */
function whenEnded({ data, error }: RestartAnswer, ended: Error): Outcome {
  const inDoubt = data.steps.some(({ outcome }) => outcome === 'failed' || outcome === 'unknown');
  if (!(ended instanceof PgdbaError) || (inDoubt && error !== null)) return { data, error: error ?? ended };
  const { code, message, hint } = ended;
  const became = error === null ? 'every member was restarted before' : error.message;
  return { data, error: new PgdbaError(code, `${message}; ${became}`, { hint, cause: ended }) };
}

function restartDeps({ client, reach, run }: Ways): RestartDeps {
  const known = new Map<string, ClusterMember>();
  const signal = AbortSignal.any([run.interrupted, reach.budget]);
  return {
    look: async () => {
      const sight = await lookForRestart({ client, reach, run });
      for (const { listed } of sight.members) known.set(listed.name, listed);
      return sight;
    },
    lookAt: async (name) => ({ sql: withoutServer(await sqlOf(reach, known.get(name) ?? null, signal)) }),
    restart: ({ listed }, conditions, timeoutMs) =>
      client.restart(listed.api_url ?? '', conditions, timeoutMs),
    tell: (line) => void process.stderr.write(`${maskSecrets(line)}\n`),
    clock: run.clock,
    signal,
  };
}

type Met = RestartSql & { readonly server: Server };

async function lookForRestart({ client, reach, run }: Ways, introduce = false): Promise<RestartSight> {
  const signal = AbortSignal.any([run.interrupted, reach.budget]);
  const [{ value: config }, { value: view }] = await Promise.all([client.config(), client.cluster()]);
  const seen = await Promise.all(view.members.map((listed) => lookAtMember(client, reach, listed, signal)));
  if (introduce)
    await tellWhoAnswers(
      reach,
      seen.map(({ sql }) => sql),
    );
  return { config, view, members: seen.map((one) => ({ ...one, sql: withoutServer(one.sql) })) };
}

async function lookAtMember(
  client: PatroniClient,
  reach: Reach,
  listed: ClusterMember,
  signal: AbortSignal,
): Promise<Omit<RestartMember, 'sql'> & { readonly sql: Met | PgdbaError }> {
  const { api_url: url } = listed;
  const noUrl = new PgdbaError('patroni_unreachable', '/cluster tells no api_url of this member');
  const [own, sql] = await Promise.all([
    url === undefined ? noUrl : client.status(url).catch(asPgdbaError),
    sqlOf(reach, listed, signal),
  ]);
  return { listed, own, sql };
}

/** The envelope is about the primary where it can be asked. */
async function tellWhoAnswers(reach: Reach, sights: readonly (Met | PgdbaError)[]): Promise<void> {
  const met = sights.filter((one): one is Met => !(one instanceof PgdbaError));
  const best = met.find(({ inRecovery }) => !inRecovery) ?? met[0];
  if (best !== undefined) await reach.met(best.server, await best.server.identity);
}

function withoutServer(sql: Met | PgdbaError): RestartSql | PgdbaError {
  if (sql instanceof PgdbaError) return sql;
  const { startedAt, inRecovery, walPosition, configuration, fileErrors } = sql;
  return { startedAt, inRecovery, walPosition, configuration, fileErrors };
}

/** What keeps the server from starting; entries that only wait for the restart are none of it. */
function errorsIn(configuration: Configuration): readonly string[] | null {
  if (configuration.fileEntries === null) return null;
  return fileErrorsOf(configuration).map(
    ({ name, error, sourcefile, sourceline }) =>
      `${sourcefile} line ${String(sourceline ?? '?')}: ${name === null ? '' : `${name}: `}${error ?? ''}`,
  );
}

const POSTMASTER = /* sql */ `
SELECT pg_catalog.to_char(pg_catalog.pg_postmaster_start_time() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
         AS started_at,
       pg_catalog.pg_wal_lsn_diff(
         CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
              ELSE pg_catalog.pg_current_wal_lsn() END,
         '0/0')::text AS wal_position`;

/** What cannot be asked, as while it restarts, is the answer too. */
async function sqlOf(
  reach: Reach,
  listed: ClusterMember | null,
  signal: AbortSignal,
): Promise<Met | PgdbaError> {
  const place = placeOf(listed);
  if (place === null)
    return new PgdbaError('connection_failed', '/cluster tells no host and port of this member');
  try {
    const session = await reach.openSession({ place, purpose: 'settings' });
    const { server, configuration } = await meetConfigured(session);
    const [{ result }] = await Promise.all([server.snapshot.read({ sql: POSTMASTER }), server.identity]);
    await session.close();
    if (result instanceof PgdbaError) return result;
    const [startedAt, position] = result.rows[0] ?? [];
    return {
      ...{ server, configuration, inRecovery: server.facts.inRecovery, startedAt: startedAt ?? '' },
      walPosition: position == null ? null : BigInt(position),
      fileErrors: errorsIn(configuration),
    };
  } catch (error) {
    if (error instanceof PgdbaError) return error;
    if (signal.aborted) return new PgdbaError('connection_lost', 'the run was ended');
    throw error;
  }
}
