import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { MAJORS } from '../support/majors.js';
import { runCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';

const PGBENCH = '/usr/lib/postgresql/15/bin/pgbench';
const run = promisify(execFile);

const pgbench = (server: TestServer, ...words: string[]) =>
  run(PGBENCH, [...words, '-h', '127.0.0.1', '-p', String(server.port), '-U', 'postgres', 'postgres']);

/** The lines of postgresql.auto.conf that set something, in any order. */
async function lines(server: TestServer): Promise<string[]> {
  const text = await readFile(join(server.dataDirectory, 'postgresql.auto.conf'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .sort();
}

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  it.each(['standard', 'remote-conservative'])(
    'restarts and passes pgbench with the %s profile, and has its lines back after a rollback',
    { timeout: 180_000 },
    async (profile) => {
      const home = await mkdtemp(join(tmpdir(), 'pgdba-test-pgbench-'));
      const server = await startServer({ major, name: 'pgbench' });
      try {
        await server.query("ALTER SYSTEM SET work_mem = '5MB'");
        await server.query('ALTER SYSTEM SET search_path = "$user", \'public\'');
        const before = await lines(server);
        const host = ['--ram', '4GB', '--cpus', '2', '--storage', 'ssd'];
        const wish = ['--workload', 'oltp', '--profile', profile, ...host];
        const tuned = await runCli(['config', 'tune', '--dsn', server.dsn(), ...wish, '--apply'], { home });
        expect(tuned.envelope.error).toBeNull();
        const { id, status } = tuned.envelope.data?.['changeset'] as { id: string; status: string };
        expect(status).toBe('applied');
        expect(await lines(server)).not.toEqual(before);
        await server.restart();
        await pgbench(server, '-i', '-q', '-s', '1');
        const { stdout } = await pgbench(server, '-n', '-c', '4', '-t', '100');
        expect(stdout).toContain('number of transactions actually processed: 400/400');
        const back = await runCli(['config', 'rollback', '--dsn', server.dsn(), '--changeset-id', id], {
          home,
        });
        expect(back.envelope.error).toBeNull();
        expect(await lines(server)).toEqual(before);
        await server.restart();
      } finally {
        await server.stop();
        await rm(home, { recursive: true, force: true });
      }
    },
  );
});
