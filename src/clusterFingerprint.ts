import { meetServer } from './cluster/server.js';
import { PgdbaError } from './core/errors.js';
import type { Reach } from './reach.js';
import type { Run } from './run.js';

/**
 * The fingerprint of the cluster whose files are wanted: the server is asked, and the registry’s word counts when it does
 * not answer, if it does not hang on an address.
 * @throws PgdbaError of connecting
 */
export async function fingerprintOf(reach: Reach, run: Run): Promise<string> {
  try {
    const session = await reach.openSession();
    const server = await meetServer(session, { functions: [], settings: [] });
    const identity = await server.identity;
    await reach.introduce(server, identity, 'leave');
    await reach.compareFingerprint(identity);
    await session.close();
    return identity.fingerprint;
  } catch (error) {
    const pinned = await reach.pinned();
    if (!(error instanceof PgdbaError) || error.exit !== 4 || pinned?.tier !== 'system_identifier')
      throw error;
    run.warn(
      'server_unreachable',
      `the fingerprint is the registry’s, because the server did not answer: ${error.message}`,
    );
    return pinned.value;
  }
}
