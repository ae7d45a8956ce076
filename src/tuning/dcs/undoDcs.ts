import { asError, PgdbaError } from '../../core/errors.js';
import type { DcsConfig } from '../../patroni/answers.js';
import { patchLastsMs } from '../../patroni/dcsLimits.js';
import type { ProvenMember, ProvenParameter } from '../changeset/dcsChange.js';
import type { Stuck, Undone } from '../changeset/executeWork.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import type { DcsWork } from './dcsWork.js';
import { keysNotAt } from './dcsKeys.js';
import { freshConfig, patchKeys } from './patchKeys.js';
import type { PatroniReach } from './patroniReach.js';
import { isProven, proofWithinMs, proveMembers } from './proveMembers.js';

/** A DCS that is back by then, or it will take longer; a person then decides. Members that are late are given as much. */
const WITHIN_MS = 30_000;
const TRY_EVERY_MS = 1_000;

interface Ended {
  readonly ended: Undone | Stuck;
  readonly members: readonly ProvenMember[];
}

/** How far the change came. */
interface Begun {
  readonly members: readonly ProvenMember[];
  /** When a PATCH was last given up that nobody answered, on the monotonic clock; null = none was. */
  readonly unansweredAtMs: number | null;
}

/**
 * Brings the DCS back to what it was, even when the run itself has been told to stop, and has every member that can be
 * reached prove it. A member that cannot will follow the DCS when it is back. A PATCH that nobody answered may come into
 * force after it was taken back: the DCS is watched until it no longer can. Never throws.
 */
export async function undoDcs(
  work: DcsWork,
  { members: proven, unansweredAtMs }: Begun,
  around: ChangeSurroundings,
  patroni: PatroniReach,
): Promise<Ended> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => {
    giveUp.abort(new PgdbaError('patroni_failed', 'the cluster gave no answer for half a minute'));
  }, WITHIN_MS);
  const until = giveUp.signal;
  const lasting: ChangeSurroundings = {
    ...around,
    stopped: until,
    openSession: (wish) => around.openSession({ ...wish, until: wish.until ?? until }),
  };
  let restored: readonly ProvenMember[] = proven;
  try {
    const way = await patroni.lasting(until);
    await work.journal.append({ step: 'undo', phase: 'intent' }).catch(() => undefined);
    let config = await patchedBack(work, lasting, way);
    while (mayStillCome(config, unansweredAtMs, lasting)) {
      timer.refresh();
      await lasting.clock.sleep(TRY_EVERY_MS, until);
      config = await patchedBack(work, lasting, way);
    }
    clearTimeout(timer);
    await work.journal.append({ step: 'undo', phase: 'done' }).catch(() => undefined);
    const back = await provenBack(work, { members: proven, config }, lasting, way);
    restored = proven.map((member, i) => ({
      ...member,
      restored: back[i]?.parameters.every(isProven) ?? false,
    }));
    requireBack(back);
    return { ended: { kind: 'undone' }, members: restored };
  } catch (thrown) {
    return { ended: { kind: 'stuck', undoError: asError(thrown), undone: new Set() }, members: restored };
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a PATCH that nobody answered can come into force yet. */
function mayStillCome(
  config: DcsConfig,
  unansweredAtMs: number | null,
  { clock }: ChangeSurroundings,
): boolean {
  return unansweredAtMs !== null && clock.monotonicMs() < unansweredAtMs + patchLastsMs(config);
}

/** What each member proves of the old values; one that is only late is waited for, for the DCS has them already. */
async function provenBack(
  { wantedBack, isForetold }: DcsWork,
  { members, config }: { readonly members: readonly ProvenMember[]; readonly config: DcsConfig },
  around: ChangeSurroundings,
  way: PatroniReach,
): Promise<ProvenMember[]> {
  const wish = { members, wanted: wantedBack, isForetold, withinMs: proofWithinMs(config, way) };
  const back = await proveMembers(wish, around, way);
  if (lateOf(back).length === 0) return back;
  const isEnough = ({ outcome }: ProvenParameter): boolean => outcome !== 'not_in_force';
  return proveMembers({ ...wish, withinMs: WITHIN_MS, isEnough }, around, way);
}

/** Tries again while the DCS does not answer. @throws PgdbaError when somebody else's value is there, or it was given up */
async function patchedBack(
  { keys }: DcsWork,
  { clock, stopped }: ChangeSurroundings,
  { client }: PatroniReach,
): Promise<DcsConfig> {
  for (;;) {
    try {
      const seen = await freshConfig(client);
      if (keysNotAt(seen.value, keys, 'before').length === 0) return seen.value;
      return await patchKeys({ client, keys, to: 'before', clock, seen });
    } catch (error) {
      if (stopped.aborted || !(error instanceof PgdbaError) || error.exit !== 9) throw error;
      await clock.sleep(TRY_EVERY_MS);
    }
  }
}

function lateOf(members: readonly ProvenMember[]): ProvenMember[] {
  return members.filter(({ parameters }) => parameters.some(({ outcome }) => outcome === 'not_in_force'));
}

function requireBack(members: readonly ProvenMember[]): void {
  const failing = lateOf(members);
  if (failing.length === 0) return;
  const names = failing.map(({ name }) => name).join(', ');
  throw new PgdbaError(
    'rollback_failed',
    `the DCS is as it was, and ${names} did not prove the old values in time`,
  );
}
