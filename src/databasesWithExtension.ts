import { meetServer, type Server } from './cluster/server.js';
import { fewAtOnce } from './core/fewAtOnce.js';
import { listDatabases } from './inspect/databases.js';
import type { Reach } from './reach.js';

/** Sessions that are open at once for it. */
const AT_ONCE = 3;

/** Which of the server's other databases have an extension; one that cannot be reached counts as one without. */
export async function databasesWithExtension(
  { snapshot }: Pick<Server, 'snapshot'>,
  reach: Reach,
  extension: string,
  most: number,
): Promise<readonly string[]> {
  const open = (await listDatabases(snapshot)).filter(({ mayConnect }) => mayConnect).slice(0, most);
  const found = await fewAtOnce(open, AT_ONCE, async ({ database }) => {
    try {
      const session = await reach.openSession({ database });
      const { facts, identity } = await meetServer(session, { functions: [], settings: [] });
      await identity;
      await session.close();
      return facts.extensions[extension] === undefined ? [] : [database];
    } catch {
      return [];
    }
  });
  return found.flat();
}
