import type { ClusterIdentity } from '../cluster/identity.js';
import { meetServer, type Server } from '../cluster/server.js';
import type { Clock } from '../core/clock.js';
import type { PgdbaError } from '../core/errors.js';
import type { Session } from '../db/session.js';
import { collectSections, type CollectOptions } from './collect.js';
import { collectDatabases, listDatabases, mergeDatabases, type DatabaseSample } from './databases.js';
import { questionsOf } from './prerequisites.js';
import type { Section } from './section.js';
import type { SectionResults } from './snapshot.js';

export interface InspectInput {
  readonly sections: readonly Section[];
  /** Milliseconds between two samples; null takes one. */
  readonly intervalMs: number | null;
  readonly allDatabases: boolean;
  readonly collect: CollectOptions;
}

export interface InspectDeps {
  readonly clock: Clock;
  /** Opens a guarded session, to another database of the same server if one is named. */
  readonly openSession: (database?: string) => Promise<Session>;
  /** Told as soon as the server is known, so that even a failing run can name it. */
  readonly met: (server: Server, identity: ClusterIdentity) => Promise<void>;
}

/** Everything that was asked for, read once. */
export interface Sample {
  readonly server: Server;
  readonly identity: ClusterIdentity;
  readonly sections: SectionResults;
  readonly databases: readonly DatabaseSample[];
}

export interface Samples {
  readonly first: Sample;
  /** Null in instant mode, and when the run's time was spent, or the connection lost, before it could be taken. */
  readonly second: Sample | null;
  /** Why the samples are not all that was asked for. */
  readonly error: PgdbaError | null;
}

/**
 * Takes one sample, or two with `intervalMs` between them. No connection is held while waiting: the second sample
 * connects anew, which also shows a restart or failover as what it is.
 * @throws PgdbaError when the first sample cannot even meet the server
 */
export async function takeSamples(input: InspectInput, deps: InspectDeps): Promise<Samples> {
  const { intervalMs, collect } = input;
  if (intervalMs === null) {
    const only = await takeSample(input, deps);
    return { first: only, second: null, error: only.server.session.lost };
  }
  // The first sample is only subtracted: it needs no texts, but every row that the second may rank among its first.
  const first = await takeSample({ ...input, collect: { ...collect, limit: 0, queryText: false } }, deps);
  const lost = first.server.session.lost;
  if (lost !== null) return { first, second: null, error: lost };
  const isSpent = (): boolean => collect.budget.aborted;
  await deps.clock.sleep(intervalMs, collect.budget);
  if (isSpent()) return { first, second: null, error: null };
  try {
    const second = await takeSample(input, deps);
    return { first, second, error: second.server.session.lost };
  } catch (error) {
    if (isSpent()) return { first, second: null, error: null };
    if (isConnectionFailure(error)) return { first, second: null, error };
    throw error;
  }
}

function isConnectionFailure(error: unknown): error is PgdbaError {
  return error instanceof Error && 'exit' in error && error.exit === 4;
}

async function takeSample(input: InspectInput, deps: InspectDeps): Promise<Sample> {
  const session = await deps.openSession();
  const server = await meetServer(
    session,
    questionsOf(input.sections),
    readsSeveralStatistics(input.sections),
  );
  const [identity, own, listed] = await Promise.all([
    server.identity,
    collectSections(server.snapshot, server.facts, input.sections, input.collect),
    input.allDatabases ? listDatabases(server.snapshot) : [],
  ]);
  await deps.met(server, identity);
  await session.close();
  const perDatabase = input.sections.filter(({ scope }) => scope === 'database');
  const others = await collectDatabases(listed, perDatabase, input.collect, deps.openSession);
  const { database } = server.facts;
  return {
    server,
    identity,
    sections: mergeDatabases(own, database, others),
    databases: [{ database, status: 'ok', message: null, sections: {} }, ...others],
  };
}

/** Whether the sections read more than one kind of cumulative statistics, which should then be of one moment. */
function readsSeveralStatistics(sections: readonly Section[]): boolean {
  return sections.filter(({ reads }) => reads === 'statistics').length > 1;
}
