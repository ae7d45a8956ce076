import type { Client } from 'pg';
import type { PgdbaError } from '../core/errors.js';
import { shuffled, targetsOf } from './addresses.js';
import { attempt, type Attempt, type Opened } from './attempt.js';
import { requestCancel } from './cancel.js';
import type { ChannelTarget } from './channel.js';
import {
  combineFailures,
  ConnectRefusal,
  describeConnectFailure,
  mayTryNextHost,
  type AttemptPlace,
} from './connectFailure.js';
import type { ConnectionPlan, ConnectionWarning, PlannedHost } from './libpq/plan.js';
import { parseServerVersion } from './serverVersion.js';
import { mismatch, needsUnguardedLook, rounds, type RequiredAttrs } from './sessionAttrs.js';

export interface ConnectOptions {
  /** What the session is called in pg_stat_activity: `pgdba/<command>`. */
  readonly applicationName: string;
  /** Settings for the startup packet, name → value. */
  readonly guards: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** For load_balance_hosts=random. */
  readonly random?: () => number;
  /** A source of the password that goes before PGPASSWORD and ~/.pgpass; asked only when the server wants one. */
  readonly password?: () => Promise<string | undefined>;
  readonly log?: (level: 'info' | 'debug', message: string) => void;
}

/** A session that is ready for queries. */
export interface Connection {
  readonly client: Client;
  readonly serverVersionNum: number;
  readonly backendPid: number;
  /** Host (or socket folder) as configured, port, and the address that was used; null for a socket. */
  readonly endpoint: { readonly host: string; readonly port: number; readonly address: string | null };
  readonly database: string;
  readonly user: string;
  /** false when a pooler refused the guards; then none is in force. */
  readonly guardsInStartup: boolean;
  readonly tls: { readonly version: string; readonly cipher: string } | null;
  readonly warnings: readonly ConnectionWarning[];
  /** Asks the server to cancel the running statement; takes half a second at most and never rejects. */
  cancel(): Promise<void>;
  /** Drops the socket at once. */
  destroy(): void;
  end(): Promise<void>;
}

/**
 * Connects as psql would: hosts and their addresses in order, with the encryptions that sslmode allows, until one
 * lets us in and is what target_session_attrs asks for.
 * @throws PgdbaError of exit code 4 that lists what each host said; the signal's reason; errors of injected code
 */
export async function connect(plan: ConnectionPlan, options: ConnectOptions): Promise<Connection> {
  let failures: PgdbaError[] = [];
  for (const attrs of rounds(plan.sessionAttrs)) {
    failures = [];
    const hosts = plan.shuffle ? shuffled(plan.hosts, options.random ?? Math.random) : plan.hosts;
    for (const host of hosts) {
      const connection = await tryHost({ plan, options, host, attrs }, failures);
      if (connection !== null) return connection;
      const last = failures.at(-1);
      if (last !== undefined && !mayTryNextHost(last)) throw combineFailures(failures);
    }
  }
  throw combineFailures(failures);
}

interface HostRequest {
  readonly plan: ConnectionPlan;
  readonly options: ConnectOptions;
  readonly host: PlannedHost;
  readonly attrs: RequiredAttrs;
}

/** Returns the connection, or null with the reasons added to `failures`. */
async function tryHost(request: HostRequest, failures: PgdbaError[]): Promise<Connection | null> {
  const { plan, options, host } = request;
  for (const target of await resolveTargets(request, failures)) {
    const place = placeOf(host, target);
    options.log?.(
      'debug',
      `connecting to ${place.host} port ${String(place.port)} (${place.address ?? 'socket'})`,
    );
    const wanted: Attempt = {
      plan,
      target,
      place,
      password: passwordSource(request),
      applicationName: options.applicationName,
      guards: options.guards,
      signal: options.signal,
    };
    const opened = await attempt(wanted);
    if (!('client' in opened)) {
      failures.push(...opened);
      const last = failures.at(-1);
      if (last !== undefined && !mayTryNextHost(last)) return null;
      continue;
    }
    const unfit = await unfitness(request.attrs, wanted, opened);
    if (unfit === null) return connectionOf(wanted, opened);
    opened.channel.socket.destroy();
    failures.push(unfit);
    // The other addresses of a name lead to the same server; libpq goes on to the next host, too.
    return null;
  }
  return null;
}

async function resolveTargets(
  request: HostRequest,
  failures: PgdbaError[],
): Promise<readonly ChannelTarget[]> {
  const { plan, host, options } = request;
  try {
    const targets = await targetsOf(host.endpoint, options.signal);
    return plan.shuffle ? shuffled(targets, options.random ?? Math.random) : targets;
  } catch (error) {
    options.signal.throwIfAborted();
    failures.push(describeConnectFailure(error, placeOf(host, null)));
    return [];
  }
}

function placeOf({ endpoint }: PlannedHost, target: ChannelTarget | null): AttemptPlace {
  return {
    host: endpoint.host,
    port: endpoint.port,
    address: target?.kind === 'tcp' ? target.address : null,
    socket: endpoint.kind === 'socket',
  };
}

function passwordSource({ options, host }: HostRequest): () => Promise<string | undefined> {
  return async () => (await options.password?.()) ?? host.password();
}

/** Returns why a session is not what target_session_attrs asks for, or null when it is. */
async function unfitness(attrs: RequiredAttrs, wanted: Attempt, opened: Opened): Promise<PgdbaError | null> {
  try {
    // Our own read-only guard would look like the server's default; a second session without it tells the truth.
    const looked = needsUnguardedLook(attrs, wanted.guards)
      ? await attempt({ ...wanted, guards: {} })
      : opened;
    if (!('client' in looked)) return combineFailures(looked);
    const reason = await mismatch(attrs, looked);
    if (looked !== opened) looked.channel.socket.destroy();
    return reason === null
      ? null
      : describeConnectFailure(new ConnectRefusal('no_suitable_host', reason), wanted.place);
  } catch (error) {
    opened.channel.socket.destroy();
    wanted.signal.throwIfAborted();
    return describeConnectFailure(error, wanted.place);
  }
}

function connectionOf({ plan, place, target }: Attempt, opened: Opened): Connection {
  const { client, channel, facts } = opened;
  const { backendPid, secretKey } = facts;
  const tls = channel.tls === null ? null : plan.tls;
  return {
    client,
    serverVersionNum: parseServerVersion(facts.parameters.get('server_version') ?? ''),
    backendPid,
    endpoint: { host: place.host, port: place.port, address: place.address },
    database: plan.database,
    user: plan.user,
    guardsInStartup: opened.guardsInStartup,
    tls:
      channel.tls === null
        ? null
        : { version: channel.tls.getProtocol() ?? '', cipher: channel.tls.getCipher().name },
    warnings: plan.warnings,
    cancel: () => requestCancel({ target, tls, backendPid, secretKey }),
    destroy: () => {
      channel.socket.destroy();
    },
    end: () => client.end(),
  };
}
