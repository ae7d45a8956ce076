import type { PgdbaError } from '../core/errors.js';
import { openChannel, type Channel, type ChannelTarget } from './channel.js';
import { ConnectRefusal, describeConnectFailure, type AttemptPlace } from './connectFailure.js';
import { isServerError } from './networkError.js';
import type { ConnectionPlan, SslMode } from './libpq/plan.js';
import { withGuards } from './startupPacket.js';
import { startSession, type Started } from './startup.js';
import { PROTOCOL_VIOLATION } from './sqlstates.js';

/** One address, and all that is needed to start a session there. */
export interface Attempt {
  readonly plan: ConnectionPlan;
  readonly target: ChannelTarget;
  readonly place: AttemptPlace;
  readonly password: () => Promise<string | undefined>;
  readonly applicationName: string;
  readonly guards: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A started session and the channel below it. */
export interface Opened extends Started {
  readonly channel: Channel;
  readonly guardsInStartup: boolean;
}

interface Encryption {
  readonly tls: boolean;
  /** Only with `tls`: plain text will do when the server has no TLS. */
  readonly ifOffered: boolean;
}

/** What each sslmode tries, in order (the manual's "libpq: SSL Mode Descriptions"). */
const ORDER: Readonly<Record<SslMode, readonly Encryption[]>> = {
  disable: [{ tls: false, ifOffered: false }],
  allow: [
    { tls: false, ifOffered: false },
    { tls: true, ifOffered: false },
  ],
  prefer: [
    { tls: true, ifOffered: true },
    { tls: false, ifOffered: false },
  ],
  require: [{ tls: true, ifOffered: false }],
  'verify-ca': [{ tls: true, ifOffered: false }],
  'verify-full': [{ tls: true, ifOffered: false }],
};

/**
 * Starts a session at one address, with the encryptions that sslmode allows, within connect_timeout.
 * @returns the session, or what each try failed of
 * @throws errors of injected code and the signal's reason
 */
export async function attempt(request: Attempt): Promise<Opened | readonly PgdbaError[]> {
  const failures: PgdbaError[] = [];
  const order = request.target.kind === 'socket' ? ORDER.disable : ORDER[request.plan.tls.mode];
  const limit = timeLimit(request.signal, request.plan.connectTimeoutMs);
  try {
    for (const encryption of order) {
      const progress: Progress = { encrypted: false };
      try {
        return await startWithGuards({ ...request, signal: limit.signal }, encryption, progress);
      } catch (error) {
        request.signal.throwIfAborted();
        const failure = describeConnectFailure(error, request.place);
        failures.push(failure);
        if (!mayChangeEncryption(failure, encryption, progress)) break;
      }
    }
    return failures;
  } finally {
    limit.release();
  }
}

/** How far a try came, for the decision whether another encryption may help. */
interface Progress {
  encrypted: boolean;
}

/** A server that refuses us with an ErrorResponse, or TLS that breaks, may let us in the other way; nothing else may. */
function mayChangeEncryption(failure: PgdbaError, encryption: Encryption, progress: Progress): boolean {
  if (encryption.tls && !progress.encrypted) return failure.code === 'tls_failed';
  return failure.sqlstate !== undefined;
}

/** pgbouncer refuses the guards by a protocol violation; then the session starts once more without them. */
async function startWithGuards(
  request: Attempt,
  encryption: Encryption,
  progress: Progress,
): Promise<Opened> {
  try {
    return await start(request, encryption, progress, true);
  } catch (error) {
    const refused = error instanceof Error && isServerError(error) && error.code === PROTOCOL_VIOLATION;
    if (!refused || Object.keys(request.guards).length === 0) throw error;
    return await start(request, encryption, progress, false);
  }
}

async function start(
  request: Attempt,
  encryption: Encryption,
  progress: Progress,
  guardsInStartup: boolean,
): Promise<Opened> {
  const { plan, signal } = request;
  const tls = encryption.tls ? { plan: plan.tls, ifOffered: encryption.ifOffered } : null;
  const channel = await openChannel(request.target, { signal, tls, keepAlive: plan.keepAlive });
  progress.encrypted = channel.tls !== null;
  const started = await startSession(channel, {
    parameters: {
      user: plan.user,
      database: plan.database,
      applicationName: request.applicationName,
      options: withGuards(plan.options, guardsInStartup ? request.guards : {}),
    },
    auth: plan.auth,
    password: request.password,
    signal,
  });
  return { ...started, channel, guardsInStartup };
}

/** A signal that also fires when connect_timeout is over. */
function timeLimit(signal: AbortSignal, ms: number | null): { signal: AbortSignal; release: () => void } {
  if (ms === null) return { signal, release: () => undefined };
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new ConnectRefusal('connection_timeout', 'timeout expired'));
  }, ms);
  return {
    signal: AbortSignal.any([signal, controller.signal]),
    release: () => {
      clearTimeout(timer);
    },
  };
}
