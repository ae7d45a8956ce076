import { PgdbaError } from '../../core/errors.js';
import { fingerprintThrough } from '../dcs/executor.js';
import type { ChangeAnswer } from './pipelineCarryOut.js';
import { whichServer } from './pipelineHeld.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import { unfinishedIn } from './pipelineUnfinished.js';
import type { FinishOptions } from './finishing.js';
import { finish } from './rollback.js';

/**
 * Finishes a changeset that was cut off: the named one, or the only one.
 * @returns no changeset when none is unfinished, so that a second run is no error
 * @throws PgdbaError `changeset_unfinished` when there are several to choose from; else as rollbackChange()
 */
export async function resumeChange(
  options: Omit<FinishOptions, 'changesetId'> & { readonly changesetId: string | null },
  around: ChangeSurroundings,
): Promise<ChangeAnswer> {
  const changesetId = options.changesetId ?? (await theUnfinished(around));
  if (changesetId !== null) return finish('resume', { ...options, changesetId }, around);
  around.warn('nothing_unfinished', 'no changeset of this cluster is unfinished; nothing was changed');
  return {
    data: {
      dry_run: options.dryRun,
      changed: false,
      changeset: null,
      observation: null,
      restart: null,
      pending_restart: [],
    },
    error: null,
  };
}

async function theUnfinished(around: ChangeSurroundings): Promise<string | null> {
  const fingerprint = (await fingerprintThrough(around)) ?? (await whichServer(around)).fingerprint;
  const all = await unfinishedIn(around, fingerprint);
  // One that waits for its confirmation was not cut off: nothing of it is left to be done.
  const unfinished = all.filter(({ reason }) => reason !== 'awaiting_confirmation');
  if (unfinished.length <= 1) return unfinished[0]?.id ?? null;
  const ids = unfinished.map(({ id }) => id).join(', ');
  throw new PgdbaError('changeset_unfinished', `several changesets of this cluster are unfinished: ${ids}`, {
    hint: 'Name one with --changeset-id.',
    details: { unfinished },
  });
}
