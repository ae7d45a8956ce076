import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unfinishedOf, type Unfinished } from '../../src/tuning/changeset/unfinished.js';
import { fingerprintOf } from '../support/changes.js';
import { runCli, startCli, type CliResult } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';
import { WAIT } from '../support/struck.js';

/** The parts of `data` that these tests look at. */
interface Told {
  readonly changeset: { readonly id: string; readonly status: string; readonly confirm_until: string | null };
  readonly observation: { readonly verdict: string; readonly reason: string } | null;
  readonly unfinished: readonly { readonly reason: string }[];
  readonly changesets: readonly { readonly id: string; readonly confirm_until: string | null }[];
}

const told = (result: CliResult): Told => result.envelope.data as unknown as Told;

let server: TestServer;
let home: string;
let fingerprint: string;
let values = 4;

beforeAll(async () => {
  server = await startServer({ major: 17, name: 'watch' });
  fingerprint = await fingerprintOf(server.dsn());
  home = await mkdtemp(join(tmpdir(), 'pgdba-test-watch-'));
});
afterAll(async () => {
  await server.stop();
  await rm(home, { recursive: true, force: true });
});

async function changeTo(workMem: string): Promise<string> {
  const file = join(home, 'change.json');
  await writeFile(file, JSON.stringify({ parameters: [{ name: 'work_mem', new_value: workMem }] }));
  return file;
}

/** Another value each time. */
const nextValue = (): string => `${String(++values)}MB`;

const apply = (file: string, ...flags: string[]): string[] => [
  'config',
  'apply',
  '--dsn',
  server.dsn(),
  '--file',
  file,
  ...flags,
];

async function line(): Promise<unknown> {
  const rows = await server.query(
    `SELECT setting FROM pg_catalog.pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf' AND name = 'work_mem'`,
  );
  return rows[0]?.['setting'] ?? null;
}

/** The id of the changeset that waits for something, once there is one that no process works on. */
async function waitingFor(reason: Unfinished['reason']): Promise<string> {
  for (;;) {
    const { unfinished } = await unfinishedOf(join(home, '.pgdba'), fingerprint, new Date());
    const found = unfinished.find((one) => one.reason === reason);
    if (found !== undefined) return found.id;
    await pause(20);
  }
}

const awaited = (): Promise<string> => waitingFor('awaiting_confirmation');

describe('--confirm-within', () => {
  it('keeps a change that is confirmed in time', async () => {
    const value = nextValue();
    const running = await startCli(apply(await changeTo(value), '--confirm-within', '50s'), { home });
    const id = await awaited();
    expect(await line()).toBe(value);
    const history = await runCli(['config', 'history', '--dsn', server.dsn()], { home });
    expect(told(history).changesets[0]).toMatchObject({ id, confirm_until: expect.any(String) as string });
    const refused = await runCli(apply(await changeTo('99MB'), ...WAIT), { home });
    expect(refused.envelope.error).toMatchObject({ code: 'changeset_unfinished' });
    const confirm = ['config', 'confirm', '--dsn', server.dsn(), '--changeset-id', id];
    expect((await runCli(confirm, { home })).exitCode).toBe(0);
    const result = await running.result;
    expect(result.exitCode).toBe(0);
    expect(told(result).changeset).toMatchObject({ id, status: 'applied', confirm_until: null });
    expect((await runCli(confirm, { home })).exitCode).toBe(0);
    expect(await line()).toBe(value);
  });

  it('takes it back, and says 3, when nobody does', async () => {
    const before = await line();
    const result = await runCli(apply(await changeTo(nextValue()), '--confirm-within', '1s'), { home });
    expect(result.exitCode).toBe(3);
    expect(told(result).changeset.status).toBe('rolled_back');
    expect(await line()).toBe(before);
    const { id } = told(result).changeset;
    const late = await runCli(['config', 'confirm', '--dsn', server.dsn(), '--changeset-id', id], { home });
    expect(late.envelope.error).toMatchObject({ code: 'plan_stale' });
  });

  it('takes it back at once on SIGINT, and tells so', async () => {
    const before = await line();
    const running = await startCli(apply(await changeTo(nextValue()), '--confirm-within', '50s'), { home });
    await awaited();
    running.kill('SIGINT');
    const result = await running.result;
    expect(result.exitCode).toBe(130);
    expect(told(result).changeset.status).toBe('rolled_back');
    expect(await line()).toBe(before);
  });

  it('ends when somebody takes the change back by hand', async () => {
    const before = await line();
    const running = await startCli(apply(await changeTo(nextValue()), '--confirm-within', '50s'), { home });
    const id = await awaited();
    const words = ['config', 'rollback', '--dsn', server.dsn(), '--changeset-id', id, ...WAIT];
    const rollback = await runCli(words, { home });
    expect(rollback.exitCode).toBe(0);
    expect((await running.result).exitCode).toBe(3);
    expect(await line()).toBe(before);
  });

  it('is finished by the next apply when its run was killed', async () => {
    const before = await line();
    const killed = await startCli(apply(await changeTo(nextValue()), '--confirm-within', '4s'), { home });
    const id = await awaited();
    killed.kill('SIGKILL');
    await killed.result;
    const provisional = await line();
    const next = nextValue();
    const file = await changeTo(next);
    // A dry run changes nothing, whether the time is over or not.
    for (const reason of ['awaiting_confirmation', 'unconfirmed'] as const) {
      expect(await waitingFor(reason)).toBe(id);
      const dry = await runCli(apply(file, '--dry-run'), { home });
      expect(dry.envelope.error).toMatchObject({ code: 'changeset_unfinished' });
      expect(await line()).toBe(provisional);
    }
    const history = await runCli(['config', 'history', '--dsn', server.dsn()], { home });
    expect(told(history).unfinished).toMatchObject([{ reason: 'unconfirmed' }]);
    const applied = await runCli(apply(file), { home });
    expect(applied.exitCode).toBe(0);
    expect(applied.envelope.warnings).toContainEqual(
      expect.objectContaining({ code: 'confirmation_expired', subject: id }),
    );
    expect(await line()).toBe(next);
    const back = ['config', 'rollback', '--dsn', server.dsn(), '--changeset-id', told(applied).changeset.id];
    expect((await runCli(back, { home })).exitCode).toBe(0);
    expect(await line()).toBe(before);
  });
});

describe('--observe', () => {
  /**
   * Sorts that spill with little work_mem, from two sessions, until told to stop. They read a table, because a session
   * that touches none tells nobody of its transactions for a long time; and they pause, because a hundred transactions
   * in a window are enough, and other tests have work to do.
   */
  async function underLoad<T>(work: () => Promise<T>): Promise<T> {
    let running = true;
    const worker = async (): Promise<void> => {
      const client = await server.client({});
      while (running) {
        await client.query(
          'SELECT count(*) FROM (SELECT c.oid, g FROM pg_catalog.pg_class AS c, generate_series(1, 5) AS g ORDER BY md5(g::text)) AS s',
        );
        await pause(10);
      }
      await client.end();
    };
    const workers = [worker(), worker()];
    try {
      return await work();
    } finally {
      running = false;
      await Promise.all(workers);
    }
  }

  it('takes back a change under which the same work costs more', { timeout: 120_000 }, async () => {
    const before = await line();
    const file = await changeTo('64kB');
    const result = await underLoad(() =>
      runCli(apply(file, '--observe', '5s', '--max-regression', '25%'), { home }),
    );
    expect(told(result).observation).toMatchObject({
      verdict: 'regression',
      reason: expect.stringContaining('temp_bytes_per_commit') as string,
      max_regression_ratio: 0.25,
    });
    expect(told(result).changeset.status).toBe('rolled_back');
    expect(result.exitCode).toBe(3);
    expect(await line()).toBe(before);
  });

  it('keeps a change under which nothing can be said, and says so', { timeout: 120_000 }, async () => {
    const value = nextValue();
    const result = await runCli(apply(await changeTo(value), '--observe', '5s'), { home });
    expect(result.exitCode).toBe(0);
    expect(told(result).observation).toMatchObject({ verdict: 'inconclusive' });
    expect(told(result).changeset).toMatchObject({ status: 'applied', confirm_until: null });
    expect(await line()).toBe(value);
  });

  it(
    'takes back a change after which the server stopped answering, once it is back',
    { timeout: 120_000 },
    async () => {
      const before = await line();
      const running = await startCli(apply(await changeTo(nextValue()), '--observe', '5s'), {
        home,
        timeoutMs: 110_000,
      });
      await awaited();
      await server.crash('SIGQUIT');
      await pause(9000);
      await server.start();
      const result = await running.result;
      expect(told(result).observation).toMatchObject({ verdict: 'server_lost' });
      expect(told(result).changeset.status).toBe('rolled_back');
      expect(result.exitCode).toBe(3);
      expect(await line()).toBe(before);
    },
  );

  it('refuses what would be refused before it measures', async () => {
    const file = await changeTo('64 parsecs');
    const result = await runCli(apply(file, '--observe', '5min'), { home });
    expect(result.exitCode).toBe(2);
    expect(result.durationMs).toBeLessThan(60_000);
  });

  it('goes with what is said of the host', async () => {
    const result = await runCli(apply(await changeTo('5MB'), '--ram', '8GB', '--dry-run'), { home });
    expect(result.envelope.error).toBeNull();
    const everywhere = { home, env: { PGDBA_RAM: '8GB' } };
    expect((await runCli(apply(await changeTo('5MB'), '--dry-run'), everywhere)).exitCode).toBe(0);
  });

  it.each([
    [['--observe', '1s'], /5s at least/],
    [['--max-regression', '10%'], /needs --observe/],
    [['--observe', '5s', '--max-regression', 'much'], /not a percentage/],
    [['--confirm-within', '10ms'], /less than a second/],
  ])('%j is a usage error', async (flags, message) => {
    const result = await runCli(apply(await changeTo('5MB'), ...flags), { home });
    expect(result.exitCode).toBe(2);
    expect(result.envelope.error?.message).toMatch(message);
  });
});
