import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { thisMachine } from '../../src/tuning/host/localMachine.js';
import { startServer, type TestServer } from '../support/servers.js';
import { ELSEWHERE, hostAsTold } from './hostTold.js';

const LIMIT = 1024 ** 3;
/** Where each version of cgroups is mounted, and its file of the limit. */
const HIERARCHIES = [
  { root: '/sys/fs/cgroup/memory', file: 'memory.limit_in_bytes', version: 'v1' },
  { root: '/sys/fs/cgroup', file: 'memory.max', version: 'v2' },
] as const;

/** The version of this machine's cgroups that a limit can be set in; undefined where tests may not make cgroups. */
async function limited(name: string): Promise<(typeof HIERARCHIES)[number] | undefined> {
  for (const hierarchy of HIERARCHIES) {
    const folder = `${hierarchy.root}/${name}`;
    try {
      await mkdir(`${folder}/inner`, { recursive: true });
      if (existsSync(`${folder}/${hierarchy.file}`)) {
        await writeFile(`${folder}/${hierarchy.file}`, String(LIMIT));
        return hierarchy;
      }
    } catch {
      // Not this one, then.
    }
    await removed(folder);
  }
  return undefined;
}

async function removed(folder: string): Promise<void> {
  for (const path of [`${folder}/inner`, folder]) await rmdir(path).catch(() => undefined);
}

const name = `pgdba-test-${randomBytes(4).toString('hex')}`;
const hierarchy = await limited(name);

/** Needs root and cgroups that can be written; what is read of other hosts is tried on trees of files. */
describe.skipIf(hierarchy === undefined)('a server in a cgroup below one with a limit', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startServer({ major: 17 });
    await server.query('CREATE ROLE bare LOGIN');
    await writeFile(`${hierarchy?.root ?? ''}/${name}/inner/cgroup.procs`, String(server.pid()));
  });
  afterAll(async () => {
    await server.stop();
    await removed(`${hierarchy?.root ?? ''}/${name}`);
  });

  test('has that much memory, over SQL and from its own machine', async () => {
    const overSql = await hostAsTold(server.dsn(), ELSEWHERE);
    const here = await hostAsTold(server.dsn({ user: 'bare' }), thisMachine);
    const setBy = `${hierarchy?.file ?? ''} of cgroup ${hierarchy?.version ?? ''} /${name}`;
    expect(overSql.facts.ram_bytes).toEqual({
      value: LIMIT,
      origin: 'sql',
      detail: `${setBy}, over pg_read_file`,
    });
    expect(here.facts.ram_bytes).toEqual({
      value: LIMIT,
      origin: 'local',
      detail: `${setBy}, of this machine`,
    });
  });
});
