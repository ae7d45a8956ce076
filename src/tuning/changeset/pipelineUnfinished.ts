import { PgdbaError } from '../../core/errors.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import { unfinishedOf, type Unfinished } from './unfinished.js';

/**
 * Changesets of the cluster that were cut off; what stood in the way of knowing more is warned of.
 * @param waiting whether one that waits for its confirmation counts
 */
export async function unfinishedIn(
  { home, clock, warn }: ChangeSurroundings,
  fingerprint: string,
): Promise<readonly Unfinished[]> {
  const { unfinished, broken } = await unfinishedOf(home, fingerprint, clock.now());
  for (const { code, message, hint } of broken) warn(code, message, { hint });
  return unfinished;
}

/**
 * Lets nothing new begin before what was begun is finished: its lines may not be what anybody meant.
 * @throws PgdbaError `changeset_unfinished`, naming all in details {unfinished}
 */
export async function refuseUnfinished(around: ChangeSurroundings, fingerprint: string): Promise<void> {
  const unfinished = await unfinishedIn(around, fingerprint);
  const [first] = unfinished;
  if (first === undefined) return;
  throw new PgdbaError(
    'changeset_unfinished',
    first.reason === 'awaiting_confirmation'
      ? `the changeset ${first.id} of this cluster waits for its confirmation until ${first.confirm_until ?? ''}`
      : `the changeset ${first.id} of this cluster was cut off (${first.reason}): finish it first`,
    {
      hint:
        `Take it back: pgdba config rollback --changeset-id ${first.id}; ` +
        (first.reason === 'awaiting_confirmation'
          ? `or confirm it: pgdba config confirm --changeset-id ${first.id}.`
          : `or finish it: pgdba config apply --resume --changeset-id ${first.id}.`),
      details: { unfinished },
    },
  );
}
