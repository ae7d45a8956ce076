import { meetServer } from '../../src/cluster/server.js';
import { systemClock } from '../../src/core/clock.js';
import { connect } from '../../src/db/connect.js';
import { guards } from '../../src/db/guards.js';
import { resolveConnection } from '../../src/db/libpq/resolve.js';
import { processSurroundings } from '../../src/db/libpq/surroundings.js';
import { Session } from '../../src/db/session.js';
import { readHostFacts, type HostFacts, type HostFlags } from '../../src/tuning/host/hostFacts.js';
import type { LocalMachine } from '../../src/tuning/host/localMachine.js';
import { HOST_FUNCTIONS } from '../../src/tuning/host/sqlReader.js';

const LIMITS = { statementTimeoutMs: 20_000, lockTimeoutMs: 2_000 };
const NO_FLAGS: HostFlags = { ramBytes: null, cpus: null, storage: null };

/** A machine that shows nothing: as if pgdba ran far from the server. */
export const ELSEWHERE: LocalMachine = {
  readText: (path) => Promise.reject(new Error(path)),
  list: (path) => Promise.reject(new Error(path)),
  deviceNumber: (path) => Promise.reject(new Error(path)),
};

/** What was told, and what it cost beyond the look at the server. */
interface Told {
  readonly facts: HostFacts;
  readonly roundTrips: number;
  readonly backendPid: number;
}

/** What is told of the server's host to the role of `dsn`. */
export async function hostAsTold(dsn: string, machine: LocalMachine, flags = NO_FLAGS): Promise<Told> {
  const connection = await connect(resolveConnection({ dsn }, processSurroundings({})), {
    applicationName: 'pgdba/test',
    guards: guards(LIMITS),
    signal: new AbortController().signal,
  });
  const session = new Session(connection, LIMITS);
  try {
    const server = await meetServer(session, { functions: HOST_FUNCTIONS, settings: [] });
    await server.identity;
    const before = { ...session.cost };
    const facts = await readHostFacts({ server, flags, machine, clock: systemClock });
    return {
      facts,
      roundTrips: session.cost.roundTrips - before.roundTrips,
      backendPid: server.facts.backendPid,
    };
  } finally {
    await session.close();
  }
}
