import { runCli, startCli, type RunningCli, type CliOptions, type CliResult } from '../support/runCli.js';
import type { PatroniConfigData } from '../../src/patroni/configData.js';
import type { PatroniRestartData } from '../../src/patroni/restartData.js';
import type { PatroniStatusData } from '../../src/patroni/statusData.js';
import { PATRONI_PASSWORD, PATRONI_USER, SUPERUSER_PASSWORD } from '../support/patroniCluster.js';

interface Read<D> {
  readonly result: CliResult;
  readonly data: D;
}

/** `pgdba patroni status` with the superuser's password at hand. */
export async function patroniStatus(
  args: readonly string[],
  options: CliOptions = {},
): Promise<Read<PatroniStatusData>> {
  return read(['patroni', 'status', ...args], options);
}

/** `pgdba patroni config` with the superuser's password at hand. */
export async function patroniConfig(
  args: readonly string[],
  options: CliOptions = {},
): Promise<Read<PatroniConfigData>> {
  return read(['patroni', 'config', ...args], options);
}

const RESTARTS = { PGPASSWORD: SUPERUSER_PASSWORD, PGDBA_PATRONI_PASSWORD: PATRONI_PASSWORD };

/** `pgdba patroni restart` with all passwords at hand. */
export async function patroniRestart(
  args: readonly string[],
  options: CliOptions = {},
): Promise<Read<PatroniRestartData>> {
  return read(['patroni', 'restart', '--patroni-user', PATRONI_USER, ...args], {
    ...options,
    env: { ...RESTARTS, ...options.env },
  });
}

/** The same, to be looked at while it runs. */
export function startPatroniRestart(args: readonly string[]): Promise<RunningCli> {
  const words = ['patroni', 'restart', '--patroni-user', PATRONI_USER, ...args];
  return startCli(words, { env: RESTARTS, timeoutMs: 200_000 });
}

async function read<D>(args: readonly string[], options: CliOptions): Promise<Read<D>> {
  const env = { PGPASSWORD: SUPERUSER_PASSWORD, ...options.env };
  const result = await runCli(args, { timeoutMs: 100_000, ...options, env });
  return { result, data: result.envelope.data as unknown as D };
}

/** Looks again and again until the answer is as wanted, for a cluster takes its time. @throws Error with the last answer */
export async function untilSeen<T>(look: () => Promise<T>, isWanted: (seen: T) => boolean): Promise<T> {
  const deadline = performance.now() + 90_000;
  for (;;) {
    const seen = await look();
    if (isWanted(seen)) return seen;
    if (performance.now() > deadline) throw new Error(`never as wanted; last: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
