import pg from 'pg';
import { AuthPolicy } from './authPolicy.js';
import type { Channel } from './channel.js';
import { ConnectRefusal } from './connectFailure.js';
import type { AuthRules } from './libpq/plan.js';
import { startupPacket, type StartupParameters } from './startupPacket.js';
import { StartupWire, type StartupFacts } from './startupWire.js';

/** A server may ask for this many rounds of hashing; libpq has no limit, but a hostile server may not keep us for hours. */
const MOST_SCRAM_ITERATIONS = 10_000_000;

/** pg's types lag behind its options. */
interface ClientOptions extends pg.ClientConfig {
  readonly scramMaxIterations: number;
}

export interface StartupOptions {
  readonly parameters: StartupParameters;
  readonly auth: AuthRules;
  readonly password: () => Promise<string | undefined>;
  readonly signal: AbortSignal;
}

/** A session that is ready for queries. */
export interface Started {
  readonly client: pg.Client;
  readonly facts: StartupFacts;
}

/** Every value stays the text that the server sent. */
const textOnly: pg.CustomTypesConfig = { getTypeParser: () => (value: string | Buffer) => value };

/**
 * Authenticates on an open channel and waits until the server is ready.
 * @throws pg's DatabaseError, Error of the network, ConnectRefusal, the password source's own error, the signal's reason
 */
export async function startSession(channel: Channel, options: StartupOptions): Promise<Started> {
  const { parameters, signal } = options;
  const policy = new AuthPolicy(options.auth, channel.tls !== null, options.password);
  const wire = new StartupWire(channel, startupPacket(parameters), policy);
  const config: ClientOptions = {
    stream: () => wire,
    pipeline: true,
    user: parameters.user,
    database: parameters.database,
    host: 'localhost',
    port: 5432,
    // TLS is on the channel already. The next values keep pg from looking into process.env and ~/.pgpass.
    ssl: false,
    sslnegotiation: 'postgres',
    connectionTimeoutMillis: 0,
    password: () => policy.knownPassword,
    enableChannelBinding: policy.bindsChannel,
    scramMaxIterations: MOST_SCRAM_ITERATIONS,
    types: textOnly,
  };
  const client = new pg.Client(config);
  // Without a listener a socket that dies between two queries would end the process; the next query reports it.
  client.on('error', () => undefined);
  const onAbort = (): void => {
    wire.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect();
  } catch (error) {
    wire.destroy();
    throw startupFailure(error, signal);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
  return { client, facts: wire.facts };
}

function startupFailure(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof Error && error.message === 'Connection terminated unexpectedly') {
    return new ConnectRefusal('connection_failed', 'server closed the connection unexpectedly');
  }
  return error;
}
