import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { surroundingsOfChange } from '../../src/changing.js';
import { systemClock } from '../../src/core/clock.js';
import { Log } from '../../src/log.js';
import type { Envelope } from '../../src/output/envelope.js';
import { Reach } from '../../src/reach.js';
import { Run } from '../../src/run.js';
import type { ApplyData } from '../../src/tuning/changeset/applyData.js';
import type { ChangeSet } from '../../src/tuning/changeset/changeSet.js';
import { readJournal } from '../../src/tuning/changeset/journal.js';
import type { JournalEntry } from '../../src/tuning/changeset/journalSchema.js';
import { finish } from '../../src/tuning/changeset/rollback.js';
import type { Direction } from '../../src/tuning/changeset/rollbackSteps.js';
import { ChangeSetStore } from '../../src/tuning/changeset/store.js';
import { unfinishedOf, type Unfinished } from '../../src/tuning/changeset/unfinished.js';
import { until } from './inspected.js';
import { type Proxy, startProxy } from './proxy.js';
import { type CliOptions, type CliResult, runCli, type RunningCli, startCli } from './runCli.js';
import { type DsnChoice, handleOf, type ServerHandle } from './serverHandle.js';

/** Lines of postgresql.auto.conf as the server reads them, by name. */
export type AutoConf = Readonly<Record<string, string>>;

/** What a changeset shall do: null resets. */
export type Changes = Readonly<Record<string, string | null>>;

export async function autoConfOf(server: ServerHandle): Promise<AutoConf> {
  const rows = await server.query(
    "SELECT name, setting FROM pg_file_settings WHERE sourcefile LIKE '%postgresql.auto.conf' ORDER BY name",
  );
  return Object.fromEntries(rows.map(({ name, setting }) => [String(name), String(setting)]));
}

/** Sets lines by ALTER SYSTEM and has them loaded; null removes one. */
export async function setLines(server: ServerHandle, lines: Changes): Promise<void> {
  for (const [name, value] of Object.entries(lines)) {
    await server.query(
      value === null
        ? `ALTER SYSTEM RESET ${name}`
        : `ALTER SYSTEM SET ${name} = '${value.replaceAll("'", "''")}'`,
    );
  }
  await server.query('SELECT pg_reload_conf()');
}

/** Value of a setting as SHOW prints it in a new session. */
export async function shown(server: ServerHandle, name: string): Promise<string> {
  const [row] = await server.query(`SHOW ${name}`);
  return String(Object.values(row ?? {})[0]);
}

/** The smallest changeset file. */
export function changesetFile(changes: Changes): string {
  const parameters = Object.entries(changes).map(([name, new_value]) => ({ name, new_value }));
  return JSON.stringify({ parameters });
}

/** A folder for HOME and PGDBA_HOME that several runs share. */
export async function sharedHome(): Promise<{ readonly home: string; readonly remove: () => Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'pgdba-home-'));
  return { home, remove: () => rm(home, { recursive: true, force: true }) };
}

export interface Changed {
  readonly result: CliResult;
  readonly envelope: Envelope;
  /** Null when the run ended before there was a plan. */
  readonly data: ApplyData | null;
}

/** Runs `config apply` on a changeset given by its parameters. */
export async function apply(
  dsn: string,
  changes: Changes,
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<Changed> {
  const words = ['config', 'apply', '--file', '-', '--dsn', dsn, ...args];
  return changedOf(await runCli(words, { input: changesetFile(changes), ...options }));
}

export async function rollback(
  dsn: string,
  id: string,
  args: readonly string[] = [],
  options: CliOptions = {},
): Promise<Changed> {
  return changedOf(
    await runCli(['config', 'rollback', '--changeset-id', id, '--dsn', dsn, ...args], options),
  );
}

export function changedOf(result: CliResult): Changed {
  return { result, envelope: result.envelope, data: result.envelope.data as ApplyData | null };
}

/** The changeset of an answer. @throws Error when it has none */
export function changesetOf({ data, envelope }: Changed): ChangeSet {
  if (data?.changeset == null) throw new Error(`no changeset was told: ${JSON.stringify(envelope.error)}`);
  return data.changeset;
}

/** What became of each parameter of an answer. */
export function outcomesOf(changed: Changed): Record<string, string> {
  return Object.fromEntries(changesetOf(changed).parameters.map(({ name, outcome }) => [name, outcome]));
}

/** One home of pgdba, seen from within: what it stored of a cluster, and recoveries without a process of their own. */
export class ChangeHome {
  readonly #folder: string;

  constructor(
    home: string,
    private readonly dsn: string,
    private readonly fingerprint: string,
  ) {
    this.#folder = join(home, '.pgdba');
  }

  unfinished(): Promise<readonly Unfinished[]> {
    return unfinishedOf(this.#folder, this.fingerprint, new Date()).then(({ unfinished, broken }) => {
      if (broken[0] !== undefined) throw broken[0];
      return unfinished;
    });
  }

  async journalOf(id: string): Promise<readonly JournalEntry[]> {
    return readJournal(new ChangeSetStore(this.#folder, this.fingerprint).journalPath(id));
  }

  async stored(): Promise<readonly ChangeSet[]> {
    return (await new ChangeSetStore(this.#folder, this.fingerprint).list()).changeSets;
  }

  /** As `config rollback --changeset-id`, or `config apply --resume --changeset-id`, does. */
  async finish(direction: Direction, changesetId: string): Promise<ApplyData> {
    const surroundings = { env: {}, home: this.#folder, version: 'test', commands: [] };
    const run = new Run(systemClock, surroundings, new Log());
    run.command = direction === 'rollback' ? 'config rollback' : 'config apply';
    const limits = { 'statement-timeout': 10_000, 'lock-timeout': 200, timeout: 0 };
    const reach = new Reach(run, { dsn: this.dsn, ...limits }, 'fail');
    const around = surroundingsOfChange(run, reach, { ramBytes: null });
    const options = { changesetId, dryRun: false, force: false, waitMs: 0 };
    const { data, error } = await finish(direction, options, around);
    if (error !== null) throw error;
    return data;
  }
}

/** The fingerprint under which pgdba keeps the state of a server. */
export async function fingerprintOf(dsn: string): Promise<string> {
  const { envelope } = await runCli(['config', 'history', '--dsn', dsn]);
  const fingerprint = envelope.cluster?.fingerprint;
  if (fingerprint === undefined) throw new Error(`no fingerprint: ${JSON.stringify(envelope.error)}`);
  return fingerprint;
}

/** A run of `config apply` that is held up before one of its statements. */
export interface HeldApply {
  readonly running: RunningCli;
  readonly proxy: Proxy;
}

interface InterfereOptions extends CliOptions {
  /** The statement before which it is held up; that before the second of CHANGES unless said. */
  readonly before?: RegExp;
  readonly dsn?: DsnChoice;
  readonly args?: readonly string[];
}

/** Applies the changes and does something while a statement of it is under way, before the server has it. */
export async function interfere(
  server: ServerHandle,
  changes: Changes,
  deed: (apply: HeldApply) => Promise<void> | void,
  { before = /ALTER SYSTEM SET "?random_page_cost/, dsn = {}, args = [], ...options }: InterfereOptions = {},
): Promise<Changed> {
  const proxy = await startProxy({ target: server, rules: { holdAt: before } });
  try {
    const through = handleOf({ ...server, host: proxy.host, port: proxy.port });
    const words = ['config', 'apply', '--file', '-', '--dsn', through.dsn(dsn), ...args];
    const running = await startCli(words, { input: changesetFile(changes), ...options });
    const isHeld = (): true | undefined => (proxy.connections.some(({ held }) => held) ? true : undefined);
    if ((await Promise.race([running.result, until(isHeld)])) === true) await deed({ running, proxy });
    proxy.release();
    return changedOf(await running.result);
  } finally {
    await proxy.close();
  }
}
