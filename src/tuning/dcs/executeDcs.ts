import { asError, PgdbaError } from '../../core/errors.js';
import type { DcsConfig } from '../../patroni/answers.js';
import type { ProvenMember } from '../changeset/dcsChange.js';
import type { Failure, Stuck, Undone } from '../changeset/executeWork.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import type { DcsWork } from './dcsWork.js';
import { patchKeys, wroteNothing } from './patchKeys.js';
import type { PatroniReach } from './patroniReach.js';
import { isProven, proofWithinMs, proveMembers } from './proveMembers.js';
import { undoDcs } from './undoDcs.js';

interface Progress {
  readonly begun: ReadonlySet<string>;
  readonly confirmed: ReadonlySet<string>;
  readonly loaded: boolean;
  /** What each member proved when it was last looked at for the change. */
  readonly members: readonly ProvenMember[];
  /** When a PATCH was last given up that nobody answered, on the monotonic clock; null = none was. */
  readonly unansweredAtMs: number | null;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** How it ended. */
export type DcsExecution = Progress &
  ({ readonly kind: 'done' } | ((Undone | Stuck) & { readonly failure: Failure }));

/** Some members did not prove the change, on account of these parameters. */
class Unproven extends PgdbaError {
  readonly parameters: ReadonlyMap<string, PgdbaError>;

  constructor(failing: readonly ProvenMember[], all: number) {
    const details = { members: failing.map(({ name }) => name) };
    super(failing.length < all ? 'partly_applied' : 'apply_failed', unprovenWords(failing), { details });
    const names = new Set(
      failing.flatMap(({ parameters }) => parameters.filter((one) => !isProven(one)).map(({ name }) => name)),
    );
    this.parameters = new Map(
      [...names].map((name) => [name, new PgdbaError('apply_failed', wordsOf(name, failing))]),
    );
  }
}

/** What the members have in place of a parameter’s change. */
function wordsOf(name: string, members: readonly ProvenMember[]): string {
  const told = members.flatMap(({ name: member, parameters }) =>
    parameters
      .filter((one) => one.name === name && !isProven(one))
      .map(({ value, reason }) => `${member}: ${value ?? 'unknown'} (${reason ?? ''})`),
  );
  return `not proven on ${told.join(', ')}`;
}

/**
 * Sends the PATCH, has every member prove it, and records; when any of it fails, the DCS is brought back. The intent is
 * on disk before the PATCH is sent. Never throws.
 */
export async function executeDcs(
  work: DcsWork,
  around: ChangeSurroundings,
  patroni: PatroniReach,
): Promise<DcsExecution> {
  const progress: Mutable<Progress> = {
    begun: new Set<string>(),
    confirmed: new Set<string>(),
    loaded: false,
    members: work.members,
    unansweredAtMs: null,
  };
  try {
    await work.begin();
    const config = await send(work, progress, around, patroni);
    progress.members = await prove(work, config, around, patroni);
    await requireProven(work, progress.members);
    await work.record(progress.members);
    return { ...progress, kind: 'done' };
  } catch (thrown) {
    const cause = asError(thrown);
    const failure = { cause, parameters: cause instanceof Unproven ? cause.parameters : new Map() };
    if (progress.begun.size === 0) return { ...progress, kind: 'undone', failure };
    const { ended, members } = await undoDcs(work, progress, around, patroni);
    return { ...progress, members, ...ended, failure };
  }
}

async function send(
  work: DcsWork,
  progress: Mutable<Progress>,
  around: ChangeSurroundings,
  { client }: PatroniReach,
): Promise<DcsConfig> {
  const { keys, journal, seen } = work;
  if (!work.sends) return (seen ?? (await client.config())).value;
  const names = work.wanted.map(({ name }) => name);
  await work.lock.assertHeld();
  await journal.append({ step: 'patch', phase: 'intent' });
  try {
    const { clock } = around;
    const unanswered = (): void => {
      progress.unansweredAtMs = clock.monotonicMs();
    };
    const config = await patchKeys({ client, keys, to: 'after', clock, seen, unanswered });
    progress.begun = new Set(names);
    progress.confirmed = new Set(names);
    progress.loaded = true;
    await journal.append({ step: 'patch', phase: 'done' });
    return config;
  } catch (thrown) {
    const error = asError(thrown);
    if (!wroteNothing(error) || progress.unansweredAtMs !== null) progress.begun = new Set(names);
    await journal.append({ step: 'patch', phase: 'failed', error: error.message }).catch(() => undefined);
    throw error;
  }
}

async function prove(
  work: DcsWork,
  config: DcsConfig,
  around: ChangeSurroundings,
  patroni: PatroniReach,
): Promise<ProvenMember[]> {
  const { members, wanted, isForetold } = work;
  const wish = { members, wanted, isForetold, withinMs: proofWithinMs(config, patroni) };
  return proveMembers(wish, around, patroni);
}

/** @throws Unproven `partly_applied`, or `apply_failed` when no member has it */
async function requireProven(
  { journal, keepsUnproven }: DcsWork,
  members: readonly ProvenMember[],
): Promise<void> {
  const failing = unproven(members);
  await journal.append({ step: 'verify', phase: failing.length === 0 ? 'done' : 'failed' });
  if (failing.every(keepsUnproven)) return;
  throw new Unproven(failing, members.length);
}

/** Members of which some parameter is not where it shall be. */
export function unproven(members: readonly ProvenMember[]): ProvenMember[] {
  return members.filter(({ parameters }) => !parameters.every(isProven));
}

/** Each such member, with what it has in place of the change, and why. */
export function unprovenWords(members: readonly ProvenMember[]): string {
  const told = members.map(({ name, parameters }) => {
    const failing = parameters.filter((one) => !isProven(one));
    const reasons = failing.map(({ name: parameter, value, reason }) =>
      value === null ? (reason ?? '') : `${parameter} is ${value}, ${reason ?? ''}`,
    );
    return `${name} (${[...new Set(reasons)].join('; ')})`;
  });
  return `not every member has proven the change: ${told.join(', ')}`;
}
