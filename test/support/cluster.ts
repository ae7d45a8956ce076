import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import type { Major } from './majors.js';
import { handleOf, type ServerHandle } from './serverHandle.js';
import { cloneTemplate, type Template } from './sharedServers.js';

export { MAJORS, type Major } from './majors.js';
export type { ServerHandle } from './serverHandle.js';

/**
 * The running server of that major which every test file shares: nobody stops or reconfigures it, and who writes does
 * so in a database of its own (`freshDatabase`).
 * @throws Error when the run has none: a test never passes because its server was missing.
 */
export function sharedServer(major: Major): ServerHandle {
  const address = inject('servers').find((candidate) => candidate.major === major);
  if (address === undefined) throw new Error(`no shared PostgreSQL ${String(major)} runs`);
  return handleOf(address);
}

/** What the test file made so far; vitest loads this module anew for each file. */
const made: { server: ServerHandle; name: string }[] = [];

afterAll(async () => {
  for (const { server, name } of made) await server.dropDatabase(name);
});

/** Makes a database like `template` for the calling test file, dropped after it; returns its name. */
export async function freshDatabase(server: ServerHandle, template: Template): Promise<string> {
  const name = `${template}_${randomBytes(6).toString('hex')}`;
  made.push({ server, name });
  await cloneTemplate(server, name, template);
  return name;
}
