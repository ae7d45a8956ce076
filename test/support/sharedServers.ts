import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { borrowedServer } from './borrowedServers.js';
import { keepTemplates, makeTemplate } from './dataDirectories.js';
import { MAJORS, type Major } from './majors.js';
import type { ServerAddress, ServerHandle } from './serverHandle.js';
import { clearAbandonedFolders } from './serverFolders.js';
import { startServer, type TestServer } from './servers.js';

/** Databases of every shared server. `seeded` and `empty` are for reading only; who writes clones one of them. */
export type Template = 'seeded' | 'empty';

/** The servers of one test run, and how to end them. */
export interface SharedServers {
  readonly addresses: readonly ServerAddress[];
  readonly stop: () => Promise<void>;
}

const ROLES = `
  CREATE ROLE monitor LOGIN PASSWORD 'monitor' IN ROLE pg_monitor;
  CREATE ROLE bare LOGIN PASSWORD 'bare';
`;

/** Starts one server of every major, with the roles and databases that the tests share. */
export async function startSharedServers(majors: readonly Major[] = MAJORS): Promise<SharedServers> {
  await clearAbandonedFolders();
  const forgetTemplates = await keepTemplates();
  const started = await Promise.allSettled(majors.map(startOne));
  const servers = started.filter((result) => result.status === 'fulfilled').map((result) => result.value);
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
    await forgetTemplates();
  };
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return { addresses: servers.map((server) => server.address), stop };
}

async function startOne(major: Major): Promise<{ address: ServerAddress; stop: () => Promise<void> }> {
  const server = (await borrowedServer(major)) ?? (await firstServer(major));
  try {
    await prepare(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const { host, port, socketDirectory, dataDirectory, superuser, password } = server;
  const address = { major, host, port, socketDirectory, dataDirectory, superuser, password };
  return { address, stop: () => server.stop() };
}

/** Starts the shared server on a copy of the template that all others of the run are copies of, too. */
async function firstServer(major: Major): Promise<TestServer> {
  await makeTemplate(major);
  return startServer({ major, name: `shared${String(major)}` });
}

/** Makes roles and databases; on a borrowed server they may be there from the last run. */
async function prepare(server: ServerHandle): Promise<void> {
  const known = await server.query("SELECT 1 FROM pg_roles WHERE rolname = 'bare'");
  if (known.length === 0) await server.query(ROLES);
  const databases = (await server.query('SELECT datname FROM pg_database')).map((row) => row['datname']);
  if (!databases.includes('empty')) await server.createDatabase('empty', { template: 'template0' });
  if (!databases.includes('seeded_template')) {
    await server.createDatabase('seeded_template', { template: 'template0' });
    await server.query(await supportFile('seed.sql'), { dbname: 'seeded_template' });
    // Nobody may sit in a template while another test clones it.
    await server.query('ALTER DATABASE seeded_template WITH ALLOW_CONNECTIONS false IS_TEMPLATE true');
  }
  if (!databases.includes('seeded')) await cloneTemplate(server, 'seeded', 'seeded');
}

/** Makes database `name` like `template`; a seeded one also gets the cumulative statistics of a little work. */
export async function cloneTemplate(server: ServerHandle, name: string, template: Template): Promise<void> {
  await server.createDatabase(name, { template: template === 'seeded' ? 'seeded_template' : 'template0' });
  if (template === 'empty') return;
  const client = await server.client({ dbname: name });
  try {
    // One statement at a time: VACUUM refuses to run in the transaction that several make.
    for (const statement of (await supportFile('workload.sql')).split(/;\s*\n/))
      await client.query(statement);
  } finally {
    await client.end();
  }
}

function supportFile(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, name), 'utf8');
}
