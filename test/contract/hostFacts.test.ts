import { randomBytes } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HostFacts } from '../../src/tuning/host/hostFacts.js';
import { thisMachine } from '../../src/tuning/host/localMachine.js';
import { freshDatabase, MAJORS, sharedServer, type ServerHandle } from '../support/cluster.js';
import { logOf } from '../support/inspected.js';
import { ELSEWHERE, hostAsTold as told } from './hostTold.js';

/** Lines of complaint that one backend left in the server's log. */
async function complaintsOf(server: ServerHandle, pid: number): Promise<string[]> {
  const log = await logOf(server);
  return log
    .split('\n')
    .filter((line) => line.includes(`[${String(pid)}]`) && /\b(ERROR|FATAL|WARNING|PANIC):/.test(line));
}

/** What every fact that was read is, whoever read it. */
function values(facts: HostFacts): unknown {
  const { local: _local, ...read } = facts;
  return Object.fromEntries(Object.entries(read).map(([name, { value }]) => [name, value]));
}

const names = [
  'ram_bytes',
  'cpus',
  'cgroup_memory_limit_bytes',
  'cgroup_cpus',
  'memory_total_bytes',
] as const;

/** A borrowed server may run anywhere, and its log is out of reach; other systems than Linux have no /proc. */
const OURS = MAJORS.filter(
  (major) => process.platform === 'linux' && sharedServer(major).dataDirectory !== '',
);

describe.each(OURS)('the host of PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  const reader = `host_reader_${randomBytes(4).toString('hex')}`;
  let dbname: string;

  beforeAll(async () => {
    dbname = await freshDatabase(server, 'empty');
    await server.query(`CREATE ROLE ${reader} LOGIN IN ROLE pg_read_server_files`);
    await server.query(
      `GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text, bigint, bigint, boolean) TO ${reader}`,
      { dbname },
    );
  });
  afterAll(async () => {
    await server.query(`DROP OWNED BY ${reader}`, { dbname });
    await server.query(`DROP ROLE ${reader}`);
  });

  test('is told to a superuser over SQL, in two round trips and without a complaint', async () => {
    const { facts, roundTrips, backendPid } = await told(server.dsn(), ELSEWHERE);
    expect(facts.memory_total_bytes).toEqual({
      value: totalmem(),
      origin: 'sql',
      detail: 'MemTotal of /proc/meminfo, over pg_read_file',
    });
    for (const name of names) expect(facts[name].origin, name).toBe('sql');
    expect(facts.ram_bytes.value).toBe(
      Math.min(totalmem(), facts.cgroup_memory_limit_bytes.value ?? Infinity),
    );
    expect(facts.cpus.value).toBe(
      Math.min(availableParallelism(), Math.ceil(facts.cgroup_cpus.value ?? Infinity)),
    );
    expect(facts.local).toMatchObject({ value: null, origin: 'none' });
    expect(roundTrips).toBe(2);
    expect(await complaintsOf(server, backendPid)).toEqual([]);
  });

  test('is the same read on this machine, for a role that may read nothing', async () => {
    const superuser = await told(server.dsn(), ELSEWHERE);
    for (const dsn of [
      server.dsn({ user: 'bare' }),
      server.dsn({ user: 'bare', socket: true }),
      server.dsn({ user: 'monitor' }),
    ]) {
      const { facts, roundTrips, backendPid } = await told(dsn, thisMachine);
      expect(facts.local).toMatchObject({ value: true, origin: 'local' });
      for (const name of names) expect(facts[name].origin, name).toBe('local');
      expect(values(facts)).toEqual(values(superuser.facts));
      expect(roundTrips).toBe(1);
      expect(await complaintsOf(server, backendPid)).toEqual([]);
    }
  });

  test('is told over SQL where that is possible, on the server’s own machine too', async () => {
    const { facts } = await told(server.dsn(), thisMachine);
    expect(facts.local).toMatchObject({ value: true, origin: 'local' });
    for (const name of names) expect(facts[name].origin, name).toBe('sql');
  });

  test('is not known to a role that may read nothing, from elsewhere', async () => {
    for (const user of ['bare', 'monitor']) {
      const { facts, backendPid } = await told(server.dsn({ user }), ELSEWHERE);
      for (const [name, fact] of Object.entries(facts)) {
        expect(fact, name).toMatchObject({ value: null, origin: 'none' });
      }
      expect(facts.ram_bytes.detail).toMatch(
        new RegExp(`^role ${user} may not execute pg_read_file; the server is not proven`),
      );
      expect(await complaintsOf(server, backendPid)).toEqual([]);
    }
  });

  test('is told to a reader of server files as far as its grants go', async () => {
    const withGrant = await told(server.dsn({ user: reader, dbname }), ELSEWHERE);
    expect(withGrant.facts.ram_bytes).toMatchObject({ value: expect.any(Number) as number, origin: 'sql' });
    expect(withGrant.facts.cpus).toMatchObject({ value: expect.any(Number) as number, origin: 'sql' });
    expect(withGrant.facts.storage.detail).toContain(`role ${reader} may not execute pg_ls_dir`);
    expect(await complaintsOf(server, withGrant.backendPid)).toEqual([]);

    const withoutGrant = await told(server.dsn({ user: reader }), ELSEWHERE);
    expect(withoutGrant.facts.ram_bytes.detail).toContain(`role ${reader} may not execute pg_read_file`);
    expect(await complaintsOf(server, withoutGrant.backendPid)).toEqual([]);
  });

  test('is not looked for by a role that may execute pg_read_file and open no path', async () => {
    await server.query(
      'GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text, bigint, bigint, boolean) TO bare',
      {
        dbname,
      },
    );
    const { facts, backendPid } = await told(server.dsn({ user: 'bare', dbname }), ELSEWHERE);
    expect(facts.ram_bytes.detail).toContain('role bare is not a member of pg_read_server_files');
    expect(await complaintsOf(server, backendPid)).toEqual([]);
  });

  test('is what the caller says, fact by fact', async () => {
    const { facts } = await told(server.dsn(), ELSEWHERE, {
      ramBytes: 1024 ** 3,
      cpus: null,
      storage: 'san',
    });
    expect(facts.ram_bytes).toEqual({ value: 1024 ** 3, origin: 'flag', detail: '--ram' });
    expect(facts.storage).toEqual({ value: 'san', origin: 'flag', detail: '--storage' });
    expect(facts.cpus.origin).toBe('sql');
  });
});
