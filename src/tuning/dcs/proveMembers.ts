import { PgdbaError } from '../../core/errors.js';
import type { DcsConfig } from '../../patroni/answers.js';
import { settlingMs } from '../../patroni/dcsLimits.js';
import type { ProvenMember, ProvenParameter } from '../changeset/dcsChange.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import { meetMember, ownWord } from './clusterLook.js';
import { memberVerdict, type MemberSight, type WantedValue } from './memberVerdict.js';
import type { PatroniReach } from './patroniReach.js';

const LOOK_EVERY_MS = 250;

/** How long members are given: two rounds of Patroni's loop, and a moment. Milliseconds. */
export function proofWithinMs(config: DcsConfig, { waitMs }: PatroniReach): number {
  return waitMs ?? settlingMs(config);
}

interface ProofWish {
  readonly members: readonly ProvenMember[];
  readonly wanted: readonly WantedValue[];
  readonly withinMs: number;
  /** Whether another level was known to beat the DCS for a parameter on a member, and that is taken as it is. */
  readonly isForetold: (member: string, parameter: string) => boolean;
  /** What is waited for; {@link isProven} unless said. */
  readonly isEnough?: (proven: ProvenParameter) => boolean;
}

/** Whether a member is where it shall be, or cannot be. */
export function isProven({ outcome }: ProvenParameter): boolean {
  return outcome === 'in_force' || outcome === 'pending_restart' || outcome === 'masked';
}

/**
 * Looks at each member, over a new session each time, until it proves every value or the time is over.
 * @returns the members with what the last look at each proved
 * @throws the reason when the run must stop
 */
export function proveMembers(
  wish: ProofWish,
  around: ChangeSurroundings,
  patroni: PatroniReach,
): Promise<ProvenMember[]> {
  return Promise.all(wish.members.map((member) => proveMember(member, wish, around, patroni)));
}

async function proveMember(
  member: ProvenMember,
  { wanted, withinMs, isForetold, isEnough = isProven }: ProofWish,
  around: ChangeSurroundings,
  patroni: PatroniReach,
): Promise<ProvenMember> {
  const { clock, stopped } = around;
  const until = clock.monotonicMs() + withinMs;
  for (;;) {
    const sight = await look(member, until, around, patroni);
    const parameters = wanted.map((one) =>
      foretold(memberVerdict(one, sight), () => isForetold(member.name, one.name)),
    );
    if (parameters.every(isEnough) || clock.monotonicMs() >= until) return { ...member, parameters };
    await clock.sleep(LOOK_EVERY_MS, stopped);
    stopped.throwIfAborted();
  }
}

function foretold(proven: ProvenParameter, isForetold: () => boolean): ProvenParameter {
  return proven.outcome === 'not_in_force' && isForetold() ? { ...proven, outcome: 'masked' } : proven;
}

/** A member that hangs must not take more than the time that is left. Patroni is asked where SQL does not show the files. */
async function look(
  member: ProvenMember,
  deadlineMs: number,
  around: ChangeSurroundings,
  { client }: PatroniReach,
): Promise<MemberSight> {
  const giveUp = new AbortController();
  const leftMs = Math.max(1_000, deadlineMs - around.clock.monotonicMs());
  const timer = setTimeout(() => {
    giveUp.abort(new PgdbaError('connection_failed', 'it gave no answer in time'));
  }, leftMs);
  const stop = (): void => {
    giveUp.abort(around.stopped.reason);
  };
  around.stopped.addEventListener('abort', stop, { once: true });
  try {
    const met = await meetMember(member, around, { until: giveUp.signal });
    around.stopped.throwIfAborted();
    if (met instanceof PgdbaError) return { own: null, configuration: met };
    const { configuration } = met;
    const own = configuration.fileEntries === null ? await ownWord(client, member.api_url) : null;
    return { own: own instanceof PgdbaError ? null : own, configuration };
  } finally {
    clearTimeout(timer);
    around.stopped.removeEventListener('abort', stop);
  }
}
