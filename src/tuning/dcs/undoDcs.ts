import { asError, PgdbaError } from '../../core/errors.js';
import type { ProvenMember } from '../changeset/dcsChange.js';
import type { Stuck, Undone } from '../changeset/executeWork.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import type { DcsWork } from './dcsWork.js';
import { freshConfig, patchKeys } from './patchKeys.js';
import type { PatroniReach } from './patroniReach.js';
import { isProven, proofWithinMs, proveMembers } from './proveMembers.js';

/** A DCS that is back by then, or it will take longer; a person then decides. */
const WITHIN_MS = 30_000;
const TRY_EVERY_MS = 1_000;

interface Ended {
  readonly ended: Undone | Stuck;
  readonly members: readonly ProvenMember[];
}

/**
 * Brings the DCS back to what it was, even when the run itself has been told to stop, and has every member that can be
 * reached prove it. A member that cannot will follow the DCS when it is back. Never throws.
 */
export async function undoDcs(
  work: DcsWork,
  proven: readonly ProvenMember[],
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
    const config = await patchedBack(work, lasting, way);
    await work.journal.append({ step: 'undo', phase: 'done' }).catch(() => undefined);
    const back = await proveMembers(
      {
        members: proven,
        wanted: work.wantedBack,
        isForetold: work.isForetold,
        withinMs: proofWithinMs(config, way),
      },
      lasting,
      way,
    );
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

/** Tries again while the DCS does not answer. @throws PgdbaError when somebody else's value is there, or it was given up */
async function patchedBack(
  { keys }: DcsWork,
  { clock, stopped }: ChangeSurroundings,
  { client }: PatroniReach,
): ReturnType<typeof patchKeys> {
  for (;;) {
    try {
      const seen = await freshConfig(client);
      return await patchKeys({ client, keys, to: 'before', clock, seen });
    } catch (error) {
      if (stopped.aborted || !(error instanceof PgdbaError) || error.exit !== 9) throw error;
      await clock.sleep(TRY_EVERY_MS);
    }
  }
}

function requireBack(members: readonly ProvenMember[]): void {
  const failing = members.filter(({ parameters }) =>
    parameters.some(({ outcome }) => outcome === 'not_in_force'),
  );
  if (failing.length === 0) return;
  const names = failing.map(({ name }) => name).join(', ');
  throw new PgdbaError(
    'rollback_failed',
    `the DCS is as it was, and ${names} did not prove the old values in time`,
  );
}
