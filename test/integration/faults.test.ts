import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedServer } from '../support/cluster.js';
import { type FaultKind, type Proxy, startProxy } from '../support/proxy.js';
import { type CliResult, runCli } from '../support/runCli.js';

const server = sharedServer(17);
const SECTIONS = 'system,pg_control_system,pg_stat_wal,pg_locks_summary,pg_stat_archiver';
/** So many at once: the machine has two cores, and most of a run is waiting. */
const AT_ONCE = 4;

let proxies: Proxy[];
let homes: string[];

beforeAll(async () => {
  const lines = Array.from({ length: AT_ONCE }, async () => {
    const proxy = await startProxy({ target: server });
    const home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
    const added = await runCli(['cluster', 'add', 'faulty', '--dsn', dsnOf(proxy)], { home });
    const pinned = await runCli(['cluster', 'check', 'faulty'], { home });
    expect([added.exitCode, pinned.exitCode]).toEqual([0, 0]);
    return [proxy, home] as const;
  });
  const started = await Promise.all(lines);
  proxies = started.map(([proxy]) => proxy);
  homes = started.map(([, home]) => home);
});
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await Promise.all(homes.map((home) => rm(home, { recursive: true })));
});

function dsnOf(proxy: Proxy): string {
  return `postgresql://postgres@127.0.0.1:${String(proxy.port)}/seeded`;
}

/**
 * Messages at the end of a run that hold nothing of the answer: inspect waits for all but those to the COMMIT, the
 * others need not hear how long their last read took either.
 */
const AFTERWORD: Readonly<Record<string, number>> = { inspect: 2, doctor: 7, 'cluster check': 7 };

type Command = (proxy: Proxy, home: string, more: readonly string[]) => Promise<CliResult>;

const COMMANDS: Readonly<Record<string, Command>> = {
  inspect: (proxy, home, more) =>
    runCli(['inspect', '--dsn', dsnOf(proxy), '--sections', SECTIONS, ...more], { home }),
  doctor: (proxy, home, more) => runCli(['doctor', '--dsn', dsnOf(proxy), ...more], { home }),
  'cluster check': (_proxy, home, more) => runCli(['cluster', 'check', 'faulty', ...more], { home }),
};

interface Outcome {
  readonly count: number;
  readonly result: CliResult;
}

/** One run for each count of server messages, a few at a time, with the line broken behind that many. */
async function breakBehind(
  counts: readonly number[],
  kind: FaultKind,
  command: Command,
  more: readonly string[] = [],
): Promise<Outcome[]> {
  const waiting = [...counts];
  const outcomes: Outcome[] = [];
  const lane = async (proxy: Proxy, home: string): Promise<void> => {
    for (let count = waiting.shift(); count !== undefined; count = waiting.shift()) {
      proxy.setRules({ fault: { at: 'server-messages', count, kind } });
      outcomes.push({ count, result: await command(proxy, home, more) });
    }
    proxy.setRules({});
  };
  await Promise.all(proxies.map((proxy, i) => lane(proxy, homes[i] ?? '')));
  return outcomes.sort((a, b) => a.count - b.count);
}

/** How many messages the server sends to one whole run of the command. */
async function messagesOf(command: Command): Promise<number> {
  const [proxy, home] = [proxies[0], homes[0]];
  if (proxy === undefined || home === undefined) throw new Error('there is no proxy');
  proxy.setRules({});
  const { exitCode } = await command(proxy, home, []);
  expect(exitCode).toBe(0);
  return proxy.connections[0]?.serverMessages ?? 0;
}

const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, i) => i);

describe.each(Object.entries(COMMANDS))('%s, when the connection', (name, command) => {
  test.each(['close', 'reset'] as const)(
    'breaks (%s) behind any message of the server, tells so with exit 4',
    async (kind) => {
      const total = await messagesOf(command);
      expect(total).toBeGreaterThan(40);
      const outcomes = await breakBehind(upTo(total - 1 - (AFTERWORD[name] ?? 0)), kind, command);
      for (const { count, result } of outcomes) {
        const told = `${name} ${kind} behind ${String(count)} of ${String(total)} messages`;
        const { error, command: ran } = result.envelope;
        expect(
          { exit: result.exitCode, ran, retryable: error?.retryable },
          `${told}: ${JSON.stringify(error)}`,
        ).toEqual({
          exit: 4,
          ran: name,
          retryable: true,
        });
        expect(['connection_failed', 'connection_lost'], told).toContain(error?.code);
        expect(result.stderr, told).toBe('');
        expect(result.durationMs, told).toBeLessThan(10_000);
      }
    },
  );

  test('is forgotten by a firewall behind a dozen of the messages, ends in time all the same', async () => {
    const total = await messagesOf(command);
    const counts = Array.from({ length: 12 }, (_, i) => Math.floor((i * (total - 8)) / 11));
    const outcomes = await breakBehind(counts, 'hang', command, ['--timeout', '1s']);
    for (const { count, result } of outcomes) {
      const told = `${name} hangs behind ${String(count)} of ${String(total)} messages: ${JSON.stringify(result.envelope.error)}`;
      expect(result.durationMs, told).toBeLessThan(6000);
      expect(result.stderr, told).toBe('');
      if (name === 'inspect' && result.exitCode === 0) {
        const reasons = result.envelope.warnings.map(({ code }) => code);
        expect(reasons, told).toContain('section_skipped');
      } else {
        expect(result.exitCode, told).toBe(6);
        expect(result.envelope.error?.code, told).toBe('run_timeout');
      }
    }
  });
});

test('what inspect read before the line broke is kept', async () => {
  const total = await messagesOf(COMMANDS['inspect'] as Command);
  const [outcome] = await breakBehind([total - 8], 'reset', COMMANDS['inspect'] as Command);
  const { envelope } = outcome?.result ?? {};
  expect(envelope?.error?.code).toBe('connection_lost');
  expect(envelope?.cluster?.role).toBe('primary');
  expect(envelope?.data).toMatchObject({
    sections: {
      system: { status: 'ok', rows: [{ in_recovery: false }] },
      pg_stat_archiver: { status: 'failed' },
    },
  });
});
