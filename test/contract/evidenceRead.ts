import { meetServer } from '../../src/cluster/server.js';
import { connect } from '../../src/db/connect.js';
import { guards, type Limits } from '../../src/db/guards.js';
import { resolveConnection } from '../../src/db/libpq/resolve.js';
import { Session } from '../../src/db/session.js';
import { questionsOf } from '../../src/inspect/prerequisites.js';
import { readSettings } from '../../src/tuning/configuration.js';
import type { Evidence } from '../../src/tuning/evidence.js';
import { EVIDENCE_SECTIONS, readEvidence } from '../../src/tuning/readEvidence.js';
import type { Settings } from '../../src/core/setting/spec.js';
import { surroundings } from '../unit/db/surroundings.js';

const LIMITS: Limits = { statementTimeoutMs: 20_000, lockTimeoutMs: 200 };

export interface EvidenceRead {
  readonly evidence: Evidence;
  readonly settings: Settings;
  /** Round trips that reading the evidence took, once the server was met. */
  readonly roundTrips: number;
}

/** What a session of the product finds out at that DSN. */
export async function evidenceAt(dsn: string): Promise<EvidenceRead> {
  const connection = await connect(resolveConnection({ dsn }, surroundings()), {
    applicationName: 'pgdba/config tune',
    guards: guards(LIMITS),
    signal: new AbortController().signal,
  });
  const session = new Session(connection, LIMITS);
  try {
    const settings = await readSettings(session);
    const server = await meetServer(session, questionsOf(EVIDENCE_SECTIONS), true);
    await server.identity;
    const before = session.cost.roundTrips;
    const evidence = await readEvidence(server, settings);
    return { evidence, settings, roundTrips: session.cost.roundTrips - before };
  } finally {
    await session.close();
  }
}
