import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { serverUser } from '../../src/sandbox/systemUser.js';
import { programPath } from '../../src/sandbox/binaries.js';
import { binariesOf } from '../support/binaries.js';
import {
  apply,
  autoConfOf,
  type Changed,
  changedOf,
  changesetOf,
  outcomesOf,
  rollback,
  setLines,
  sharedHome,
  shown,
} from '../support/changes.js';
import { until } from '../support/inspected.js';
import { killAt } from '../support/killAt.js';
import { startProxy } from '../support/proxy.js';
import { runCli, startCli } from '../support/runCli.js';
import { startServer, type TestServer } from '../support/servers.js';
import { CHANGES, NEW, OLD, restore } from '../support/struck.js';

const run = promisify(execFile);

let server: TestServer;
let home: Awaited<ReturnType<typeof sharedHome>>;
beforeAll(async () => {
  server = await startServer({ major: 17 });
});
beforeEach(async () => {
  home = await sharedHome();
  await restore(server);
  return () => home.remove();
});
afterAll(() => server.stop());

function codesOf({ result, envelope }: Changed): unknown[] {
  return [result.exitCode, envelope.error?.code ?? null];
}

async function resume(args: readonly string[] = []): Promise<Changed> {
  return changedOf(
    await runCli(['config', 'apply', '--resume', '--dsn', server.dsn(), '--wait', '10s', ...args], home),
  );
}

/** A run that was killed between its first and its second step; returns its changeset's id. */
async function killed(): Promise<string> {
  // The operation after the first step's statement; counted by the test of kills at every operation.
  for (let n = 41; ; n++) {
    await apply(server.dsn(), CHANGES, ['--wait', '10s'], { ...home, env: killAt('kill', n) }).catch(
      () => undefined,
    );
    const history = await runCli(['config', 'history', '--dsn', server.dsn()], home);
    const { unfinished } = history.envelope.data as unknown as { unfinished: { id: string }[] };
    const [only] = unfinished;
    if (only === undefined) throw new Error(`operation ${String(n)} left nothing unfinished`);
    if (JSON.stringify(await autoConfOf(server)) !== JSON.stringify(OLD)) return only.id;
    await rollback(server.dsn(), only.id, [], home);
  }
}

describe('config rollback', () => {
  test('refuses when somebody changed a value since; --force does it, and says so in the record', async () => {
    const { id } = changesetOf(await apply(server.dsn(), CHANGES, [], home));
    await setLines(server, { work_mem: '77MB' });
    const refused = await rollback(server.dsn(), id, [], home);
    expect(codesOf(refused)).toEqual([7, 'changed_since']);
    expect(refused.envelope.error?.message).toMatch(/work_mem has '77MB' and not '64MB'/);
    expect(await autoConfOf(server)).toEqual({ ...NEW, work_mem: '77MB' });

    const forced = await rollback(server.dsn(), id, ['--force'], home);
    expect(forced.envelope.error).toBeNull();
    expect(changesetOf(forced)).toMatchObject({ status: 'rolled_back', forced: true });
    expect(await autoConfOf(server)).toEqual(OLD);
    const audit = await readFile(join(home.home, '.pgdba', 'audit.jsonl'), 'utf8');
    const lines = audit
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ operation, outcome, forced: isForced }) => [operation, outcome, isForced])).toEqual([
      ['apply', 'started', false],
      ['apply', 'applied', false],
      ['rollback', 'started', true],
      ['rollback', 'rolled_back', true],
    ]);
  });

  test('lines that are back already are left alone', async () => {
    const { id } = changesetOf(await apply(server.dsn(), CHANGES, [], home));
    await restore(server);
    const back = await rollback(server.dsn(), id, [], home);
    expect(back.envelope.error).toBeNull();
    expect(back.data).toMatchObject({ changed: false, changeset: { status: 'rolled_back' } });
  });

  test('--dry-run says what would be done, and writes nothing anywhere', async () => {
    const { id } = changesetOf(await apply(server.dsn(), CHANGES, [], home));
    const before = await snapshotOf(home.home);
    const dry = await rollback(server.dsn(), id, ['--dry-run'], home);
    expect(dry.envelope.error).toBeNull();
    expect(changesetOf(dry).dry_run_result?.parameters).toEqual([
      { name: 'work_mem', action: 'set', sql: expect.stringContaining("'5MB'") as string, effect: 'reload' },
      { name: 'random_page_cost', action: 'reset', sql: expect.any(String) as string, effect: 'reload' },
      {
        name: 'log_min_duration_statement',
        action: 'set',
        sql: expect.stringContaining("'250ms'") as string,
        effect: 'reload',
      },
    ]);
    expect(await snapshotOf(home.home)).toEqual(before);
    expect(await autoConfOf(server)).toEqual(NEW);
  });

  test('an id that is none, or of no changeset, is exit 5', async () => {
    for (const id of ['nonsense', '../../etc/passwd', '01890a5d-ac96-774b-bcce-b302099a8057']) {
      expect(codesOf(await rollback(server.dsn(), id, [], home))).toEqual([5, 'unknown_changeset']);
    }
  });

  test('a signal in the middle leaves everything as it was before', async () => {
    const { id } = changesetOf(await apply(server.dsn(), CHANGES, [], home));
    // Backwards: the last of the changes comes first.
    const proxy = await startProxy({
      target: server,
      rules: { holdAt: /ALTER SYSTEM RESET "?random_page_cost/ },
    });
    const dsn = `postgresql://postgres@${proxy.host}:${String(proxy.port)}/postgres`;
    const running = await startCli(['config', 'rollback', '--changeset-id', id, '--dsn', dsn], home);
    await until(() => (proxy.connections.some(({ held }) => held) ? true : undefined));
    expect(await autoConfOf(server)).toEqual({ ...NEW, log_min_duration_statement: '250ms' });
    running.kill('SIGINT');
    const ended = changedOf(await running.result);
    await proxy.close();
    expect(codesOf(ended)).toEqual([130, 'interrupted']);
    expect(ended.data).toMatchObject({ changed: false, changeset: { status: 'applied' } });
    expect(await autoConfOf(server)).toEqual(NEW);
    expect((await rollback(server.dsn(), id, [], home)).envelope.error).toBeNull();
    expect(await autoConfOf(server)).toEqual(OLD);
  });
});

describe('a changeset that was cut off', () => {
  test('stands in the way of the next, and either command of the hint finishes it', async () => {
    const first = await killed();
    const next = await apply(server.dsn(), { work_mem: '9MB' }, ['--wait', '10s'], home);
    expect(codesOf(next)).toEqual([7, 'changeset_unfinished']);
    expect(next.envelope.error?.hint).toContain(`pgdba config rollback --changeset-id ${first}`);
    expect(next.envelope.error?.hint).toContain(`pgdba config apply --resume --changeset-id ${first}`);
    const dry = await apply(server.dsn(), { work_mem: '9MB' }, ['--dry-run'], home);
    expect(codesOf(dry)).toEqual([7, 'changeset_unfinished']);

    const resumed = await resume(['--changeset-id', first]);
    expect(resumed.envelope.error).toBeNull();
    expect(resumed.data).toMatchObject({ changed: true, changeset: { status: 'applied' } });
    expect(new Set(Object.values(outcomesOf(resumed)))).toEqual(new Set(['applied']));
    expect(await autoConfOf(server)).toEqual(NEW);
    expect(await shown(server, 'work_mem')).toBe('64MB');
  });

  test('is found by --resume without its id; a second time there is nothing to do', async () => {
    const id = await killed();
    const resumed = await resume();
    expect(changesetOf(resumed)).toMatchObject({ id, status: 'applied' });
    const named = await resume(['--changeset-id', id]);
    expect(codesOf(named)).toEqual([0, null]);
    expect(named.data?.changed).toBe(false);
    expect(named.envelope.warnings).toContainEqual(expect.objectContaining({ code: 'already_applied' }));
    const unnamed = await resume();
    expect(codesOf(unnamed)).toEqual([0, null]);
    expect(unnamed.data).toMatchObject({ changed: false, changeset: null });
    expect(unnamed.envelope.warnings).toContainEqual(expect.objectContaining({ code: 'nothing_unfinished' }));
  });

  test('before it had begun leaves its plan as good as new', async () => {
    const planned = await apply(server.dsn(), CHANGES, ['--dry-run'], home);
    const file = join(home.home, 'plan.json');
    await writeFile(file, planned.result.stdout);
    const { id, fingerprint } = changesetOf(planned);
    const folder = join(home.home, '.pgdba', 'snapshots', fingerprint ?? '', 'changesets');
    const words = ['config', 'apply', '--file', file, '--dsn', server.dsn(), '--wait', '10s'];
    // Killed with every number until it leaves a journal, and no document yet.
    for (let n = 15, left: string[] = []; !left.includes(`${id}.journal.jsonl`); n++) {
      await runCli(words, { ...home, env: killAt('kill', n) });
      left = await readdir(folder).catch(() => []);
      expect(left).not.toContain(`${id}.json`);
    }
    const applied = changedOf(await runCli(words, home));
    expect(applied.envelope.error).toBeNull();
    expect(changesetOf(applied)).toMatchObject({ id, status: 'applied' });
    expect(await autoConfOf(server)).toEqual(NEW);
    // The same plan once more: its values are not those that it was made for.
    expect(codesOf(changedOf(await runCli(words, home)))).toEqual([7, 'plan_stale']);
    expect((await rollback(server.dsn(), id, [], home)).envelope.error).toBeNull();
    const again = changedOf(await runCli(words, home));
    expect(again.envelope.error).toBeNull();
    // The record of the first time stays.
    expect(changesetOf(again).id).not.toBe(id);
  });

  test('is not resumed once it was rolled back', async () => {
    const id = await killed();
    expect((await rollback(server.dsn(), id, ['--wait', '10s'], home)).envelope.error).toBeNull();
    expect(await autoConfOf(server)).toEqual(OLD);
    expect(codesOf(await resume(['--changeset-id', id]))).toEqual([7, 'plan_stale']);
    expect(await autoConfOf(server)).toEqual(OLD);
  });
});

test.each([
  ['neither --file nor --resume', []],
  ['both of them', ['--file', '-', '--resume']],
  ['an id without --resume', ['--file', '-', '--changeset-id', '01890a5d-ac96-774b-bcce-b302099a8057']],
])('%s is exit 2', async (_what, args) => {
  const result = changedOf(
    await runCli(['config', 'apply', '--dsn', server.dsn(), ...args], { input: '{}' }),
  );
  expect(codesOf(result)).toEqual([2, 'usage']);
});

test(
  'the rescue that is printed brings back a server that does not start',
  { timeout: 120_000 },
  async () => {
    const changes = { listen_addresses: 'no.such.host.invalid', max_connections: '80' };
    const changed = await apply(server.dsn(), changes, ['--force'], home);
    expect(changed.envelope.error).toBeNull();
    const [first, second] = changed.data?.pending_restart ?? [];
    expect(first?.rescue).toBe(second?.rescue);
    const [start = '', statements = '', restart = ''] = (first?.rescue ?? '').split('\n');
    await server.halt();
    await expect(server.start()).rejects.toThrow(/could not/);

    const bin = dirname(programPath(await binariesOf(17), 'pg_ctl'));
    const user = serverUser();
    const asServer = {
      env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, LC_ALL: 'C' },
      cwd: '/',
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    };
    const shell = (line: string): Promise<unknown> => run('sh', ['-c', `${line} >/dev/null 2>&1`], asServer);
    await shell(start);
    expect(await shown(server, 'listen_addresses')).toBe('127.0.0.1');
    expect(await shown(server, 'max_connections')).toBe('60');
    // The statements by our own client, because not every machine of ours has psql.
    expect(statements).toMatch(/^psql -X -h \S+ -p \d+ -U postgres -d postgres -c /);
    for (const [, statement = ''] of statements.matchAll(/-c '((?:[^']|'\\'')*)'/g)) {
      await server.query(statement.replaceAll("'\\''", "'"));
    }
    await shell(restart);
    expect(await autoConfOf(server)).toEqual(OLD);
    expect(await shown(server, 'max_connections')).toBe('60');
    await shell(restart.replace('restart', 'stop'));
    await server.start();
  },
);

/** Every file below a folder with its content. */
async function snapshotOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')] as const)),
  );
}
