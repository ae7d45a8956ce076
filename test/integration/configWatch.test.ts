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

/** A server with a home of pgdba, on which one change follows another. */
class Ground {
  #value = 4;

  private constructor(
    readonly server: TestServer,
    readonly home: string,
    private readonly fingerprint: string,
  ) {}

  static async make(): Promise<Ground> {
    const server = await startServer({ major: 17, name: 'watch' });
    const home = await mkdtemp(join(tmpdir(), 'pgdba-test-watch-'));
    return new Ground(server, home, await fingerprintOf(server.dsn()));
  }

  async clear(): Promise<void> {
    await this.server.stop();
    await rm(this.home, { recursive: true, force: true });
  }

  async changeTo(workMem: string): Promise<string> {
    const file = join(this.home, 'change.json');
    await writeFile(file, JSON.stringify({ parameters: [{ name: 'work_mem', new_value: workMem }] }));
    return file;
  }

  /** Another value each time. */
  nextValue(): string {
    return `${String(++this.#value)}MB`;
  }

  apply(file: string, ...flags: string[]): string[] {
    return ['config', 'apply', '--dsn', this.server.dsn(), '--file', file, ...flags];
  }

  async line(): Promise<unknown> {
    const rows = await this.server.query(
      `SELECT setting FROM pg_catalog.pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf' AND name = 'work_mem'`,
    );
    return rows[0]?.['setting'] ?? null;
  }

  /** The id of the changeset that waits for something, once there is one that no process works on. */
  async waitingFor(reason: Unfinished['reason']): Promise<string> {
    for (;;) {
      const { unfinished } = await unfinishedOf(join(this.home, '.pgdba'), this.fingerprint, new Date());
      const found = unfinished.find((one) => one.reason === reason);
      if (found !== undefined) return found.id;
      await pause(20);
    }
  }

  awaited(): Promise<string> {
    return this.waitingFor('awaiting_confirmation');
  }
}

/** Each of the two on its own server, because what they do most is wait. */
describe.concurrent('--confirm-within', () => {
  describe('in turn', { concurrent: false }, confirmed);
});

function confirmed(): void {
  let ground: Ground;
  beforeAll(async () => {
    ground = await Ground.make();
  });
  afterAll(() => ground.clear());

  it('keeps a change that is confirmed in time', async () => {
    const value = ground.nextValue();
    const running = await startCli(
      ground.apply(await ground.changeTo(value), '--confirm-within', '50s'),
      ground,
    );
    const id = await ground.awaited();
    expect(await ground.line()).toBe(value);
    const history = await runCli(['config', 'history', '--dsn', ground.server.dsn()], { home: ground.home });
    expect(told(history).changesets[0]).toMatchObject({ id, confirm_until: expect.any(String) as string });
    const refused = await runCli(ground.apply(await ground.changeTo('99MB'), ...WAIT), { home: ground.home });
    expect(refused.envelope.error).toMatchObject({ code: 'changeset_unfinished' });
    const confirm = ['config', 'confirm', '--dsn', ground.server.dsn(), '--changeset-id', id];
    expect((await runCli(confirm, { home: ground.home })).exitCode).toBe(0);
    const result = await running.result;
    expect(result.exitCode).toBe(0);
    expect(told(result).changeset).toMatchObject({ id, status: 'applied', confirm_until: null });
    expect((await runCli(confirm, { home: ground.home })).exitCode).toBe(0);
    expect(await ground.line()).toBe(value);
  });

  it('takes it back, and says 3, when nobody does', async () => {
    const before = await ground.line();
    const result = await runCli(
      ground.apply(await ground.changeTo(ground.nextValue()), '--confirm-within', '1s'),
      ground,
    );
    expect(result.exitCode).toBe(3);
    expect(told(result).changeset.status).toBe('rolled_back');
    expect(await ground.line()).toBe(before);
    const { id } = told(result).changeset;
    const late = await runCli(
      ['config', 'confirm', '--dsn', ground.server.dsn(), '--changeset-id', id],
      ground,
    );
    expect(late.envelope.error).toMatchObject({ code: 'plan_stale' });
  });

  it('takes it back at once on SIGINT, and tells so', async () => {
    const before = await ground.line();
    const running = await startCli(
      ground.apply(await ground.changeTo(ground.nextValue()), '--confirm-within', '50s'),
      ground,
    );
    await ground.awaited();
    running.kill('SIGINT');
    const result = await running.result;
    expect(result.exitCode).toBe(130);
    expect(told(result).changeset.status).toBe('rolled_back');
    expect(await ground.line()).toBe(before);
  });

  it('ends when somebody takes the change back by hand', async () => {
    const before = await ground.line();
    const running = await startCli(
      ground.apply(await ground.changeTo(ground.nextValue()), '--confirm-within', '50s'),
      ground,
    );
    const id = await ground.awaited();
    const words = ['config', 'rollback', '--dsn', ground.server.dsn(), '--changeset-id', id, ...WAIT];
    const rollback = await runCli(words, { home: ground.home });
    expect(rollback.exitCode).toBe(0);
    expect((await running.result).exitCode).toBe(3);
    expect(await ground.line()).toBe(before);
  });

  it('is finished by the next apply when its run was killed', async () => {
    const before = await ground.line();
    const killed = await startCli(
      ground.apply(await ground.changeTo(ground.nextValue()), '--confirm-within', '4s'),
      ground,
    );
    const id = await ground.awaited();
    killed.kill('SIGKILL');
    await killed.result;
    const provisional = await ground.line();
    const next = ground.nextValue();
    const file = await ground.changeTo(next);
    // A dry run changes nothing, whether the time is over or not.
    for (const reason of ['awaiting_confirmation', 'unconfirmed'] as const) {
      expect(await ground.waitingFor(reason)).toBe(id);
      const dry = await runCli(ground.apply(file, '--dry-run'), { home: ground.home });
      expect(dry.envelope.error).toMatchObject({ code: 'changeset_unfinished' });
      expect(await ground.line()).toBe(provisional);
    }
    const history = await runCli(['config', 'history', '--dsn', ground.server.dsn()], { home: ground.home });
    expect(told(history).unfinished).toMatchObject([{ reason: 'unconfirmed' }]);
    const applied = await runCli(ground.apply(file), { home: ground.home });
    expect(applied.exitCode).toBe(0);
    expect(applied.envelope.warnings).toContainEqual(
      expect.objectContaining({ code: 'confirmation_expired', subject: id }),
    );
    expect(await ground.line()).toBe(next);
    const back = [
      'config',
      'rollback',
      '--dsn',
      ground.server.dsn(),
      '--changeset-id',
      told(applied).changeset.id,
    ];
    expect((await runCli(back, { home: ground.home })).exitCode).toBe(0);
    expect(await ground.line()).toBe(before);
  });
}

describe.concurrent('--observe', () => {
  describe('in turn', { concurrent: false }, observed);
});

function observed(): void {
  let ground: Ground;
  beforeAll(async () => {
    ground = await Ground.make();
  });
  afterAll(() => ground.clear());

  /**
   * Sorts that spill with little work_mem, from two sessions, until told to stop. They read a table, because a session
   * that touches none tells nobody of its transactions for a long time; and they pause, because a hundred transactions
   * in a window are enough, and other tests have work to do.
   */
  async function underLoad<T>(work: () => Promise<T>): Promise<T> {
    let running = true;
    const worker = async (): Promise<void> => {
      const client = await ground.server.client({});
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
    const before = await ground.line();
    const file = await ground.changeTo('64kB');
    const result = await underLoad(() =>
      runCli(ground.apply(file, '--observe', '5s', '--max-regression', '25%'), { home: ground.home }),
    );
    expect(told(result).observation).toMatchObject({
      verdict: 'regression',
      reason: expect.stringContaining('temp_bytes_per_commit') as string,
      max_regression_ratio: 0.25,
    });
    expect(told(result).changeset.status).toBe('rolled_back');
    expect(result.exitCode).toBe(3);
    expect(await ground.line()).toBe(before);
  });

  it('keeps a change under which nothing can be said, and says so', { timeout: 120_000 }, async () => {
    const value = ground.nextValue();
    const result = await runCli(ground.apply(await ground.changeTo(value), '--observe', '5s'), {
      home: ground.home,
    });
    expect(result.exitCode).toBe(0);
    expect(told(result).observation).toMatchObject({ verdict: 'inconclusive' });
    expect(told(result).changeset).toMatchObject({ status: 'applied', confirm_until: null });
    expect(await ground.line()).toBe(value);
  });

  it(
    'takes back a change after which the server stopped answering, once it is back',
    { timeout: 120_000 },
    async () => {
      const before = await ground.line();
      const running = await startCli(
        ground.apply(await ground.changeTo(ground.nextValue()), '--observe', '5s'),
        {
          home: ground.home,
          timeoutMs: 110_000,
        },
      );
      await ground.awaited();
      await ground.server.crash('SIGQUIT');
      await pause(9000);
      await ground.server.start();
      const result = await running.result;
      expect(told(result).observation).toMatchObject({ verdict: 'server_lost' });
      expect(told(result).changeset.status).toBe('rolled_back');
      expect(result.exitCode).toBe(3);
      expect(await ground.line()).toBe(before);
    },
  );

  it('refuses what would be refused before it measures', async () => {
    const file = await ground.changeTo('64 parsecs');
    const result = await runCli(ground.apply(file, '--observe', '5min'), { home: ground.home });
    expect(result.exitCode).toBe(2);
    expect(result.durationMs).toBeLessThan(60_000);
  });

  it('goes with what is said of the host', async () => {
    const result = await runCli(
      ground.apply(await ground.changeTo('5MB'), '--ram', '8GB', '--dry-run'),
      ground,
    );
    expect(result.envelope.error).toBeNull();
    const everywhere = { home: ground.home, env: { PGDBA_RAM: '8GB' } };
    expect((await runCli(ground.apply(await ground.changeTo('5MB'), '--dry-run'), everywhere)).exitCode).toBe(
      0,
    );
  });

  it.each([
    [['--observe', '1s'], /5s at least/],
    [['--max-regression', '10%'], /needs --observe/],
    [['--observe', '5s', '--max-regression', 'much'], /not a percentage/],
    [['--confirm-within', '10ms'], /less than a second/],
  ])('%j is a usage error', async (flags, message) => {
    const result = await runCli(ground.apply(await ground.changeTo('5MB'), ...flags), { home: ground.home });
    expect(result.exitCode).toBe(2);
    expect(result.envelope.error?.message).toMatch(message);
  });
}
