import type { ClusterIdentity } from './cluster/identity.js';
import { meetServer, type Server } from './cluster/server.js';
import { questionsOf } from './inspect/prerequisites.js';
import type { Section } from './inspect/section.js';
import { Reach, type ReachFlags, type SessionPurpose } from './reach.js';
import type { Run } from './run.js';

/** A command's look at a server. */
export interface Look {
  readonly server: Server;
  readonly reach: Reach;
  /** Read in the same round trip as the command's own questions. */
  readonly identity: Promise<ClusterIdentity>;
}

/**
 * Opens the one guarded, read-only session of a command that looks, lets it ask what it has to ask, and closes it. What
 * the command asks first travels in one round trip with the cluster's identity.
 * @param needy whose needs are judged by the first look at the server
 * @param purpose `settings` for a command that must see settings as the role’s own sessions do
 * @throws PgdbaError of connecting; `run_timeout`; what `work` throws
 */
export async function looking<T>(
  run: Run,
  flags: ReachFlags,
  needy: readonly Pick<Section, 'needs'>[],
  work: (look: Look) => Promise<T>,
  purpose: SessionPurpose = 'read',
): Promise<T> {
  const reach = new Reach(run, flags, 'fail');
  const session = await reach.openSession({ purpose });
  const server = await meetServer(session, questionsOf(needy), true);
  const { identity } = server;
  const [answer] = await Promise.all([
    work({ server, reach, identity }),
    identity.then((known) => reach.met(server, known)),
  ]);
  await session.close();
  if (session.lost !== null) throw session.lost;
  return answer;
}
