import { expect } from 'vitest';
import type { ApplyData } from '../../src/tuning/changeset/applyData.js';
import type { ChangeSet } from '../../src/tuning/changeset/changeSet.js';
import { changedOf, changesetFile, type Changed, type Changes } from '../support/changes.js';
import {
  PATRONI_PASSWORD,
  PATRONI_USER,
  SUPERUSER_PASSWORD,
  type PatroniCluster,
  type PatroniMember,
} from '../support/patroniCluster.js';
import { runCli, startCli, type CliOptions, type CliResult, type RunningCli } from '../support/runCli.js';

/** One home of pgdba that changes a Patroni cluster. */
export class PatroniChanges {
  constructor(
    readonly cluster: PatroniCluster,
    readonly home: string,
    /** The member that SQL is given. */
    public target: PatroniMember,
    public urls: readonly string[] = cluster.urls,
    /** Whom SQL takes it for; every role has the superuser's password. */
    readonly role = 'postgres',
  ) {}

  get env(): Record<string, string> {
    return {
      PGPASSWORD: SUPERUSER_PASSWORD,
      PGDBA_PATRONI_USER: PATRONI_USER,
      PGDBA_PATRONI_PASSWORD: PATRONI_PASSWORD,
      PGDBA_PATRONI_URL: this.urls.join(','),
    };
  }

  run(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
    return runCli([...args, '--dsn', this.#dsn()], this.#options(options));
  }

  start(args: readonly string[], options: CliOptions = {}): Promise<RunningCli> {
    return startCli([...args, '--dsn', this.#dsn()], this.#options(options));
  }

  async apply(changes: Changes, args: readonly string[] = [], options: CliOptions = {}): Promise<Changed> {
    const input = changesetFile(changes);
    return changedOf(await this.run(['config', 'apply', '--file', '-', ...args], { input, ...options }));
  }

  async finish(direction: 'rollback' | 'resume', id: string, args: readonly string[] = []): Promise<Changed> {
    const words = direction === 'rollback' ? ['config', 'rollback'] : ['config', 'apply', '--resume'];
    return changedOf(await this.run([...words, '--changeset-id', id, '--wait', '10s', ...args]));
  }

  /** The changeset that was made last. */
  async newest(): Promise<ChangeSet> {
    const { envelope } = await this.run(['config', 'history', '--limit', '1']);
    const [newest] = (envelope.data as { readonly changesets: readonly ChangeSet[] }).changesets;
    if (newest === undefined) throw new Error('there is no changeset');
    return newest;
  }

  /** What `config history` says is unfinished. */
  async unfinished(): Promise<readonly { readonly id: string; readonly reason: string }[]> {
    const { envelope } = await this.run(['config', 'history']);
    return (envelope.data as { readonly unfinished: { id: string; reason: string }[] }).unfinished;
  }

  /** The dynamic configuration as the first node that is asked has it. */
  async config(member: PatroniMember = this.target): Promise<Record<string, unknown>> {
    const { body } = await this.cluster.rest(member, 'GET /config');
    return body as Record<string, unknown>;
  }

  async patch(body: unknown): Promise<void> {
    const { status, body: now } = await this.cluster.rest(this.target, 'PATCH /config', body);
    expect(status).toBe(200);
    // Each node tells what it remembers, which may be a second old.
    const told = (): Promise<unknown[]> =>
      Promise.all(this.cluster.members.map((member) => this.config(member)));
    await expect.poll(told, { timeout: 30_000 }).toEqual(this.cluster.members.map(() => now));
  }

  /** Value of a setting in a new session on each member. */
  async shown(name: string): Promise<unknown[]> {
    const rows = await Promise.all(this.cluster.members.map((member) => member.query(`SHOW ${name}`)));
    return rows.map(([row]) => row?.[name]);
  }

  #dsn(): string {
    return this.cluster.dsn(this.target).replace('//postgres@', `//${this.role}@`);
  }

  #options(options: CliOptions): CliOptions {
    return { timeoutMs: 150_000, home: this.home, ...options, env: { ...this.env, ...options.env } };
  }
}

/** What each member proved of a parameter, by the member's name. */
export function provenOf({ data }: Changed, parameter: string): Record<string, string | null> {
  const members = membersOf(data);
  return Object.fromEntries(
    members.map(({ name, parameters }) => [
      name,
      parameters.find((one) => one.name === parameter)?.outcome ?? null,
    ]),
  );
}

function membersOf(data: ApplyData | null): NonNullable<ChangeSet['dcs']>['members'] {
  const members = data?.changeset?.dcs?.members;
  if (members === undefined) throw new Error(`no members were told: ${JSON.stringify(data)}`);
  return members;
}
