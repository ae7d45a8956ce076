import { PgdbaError } from '../../core/errors.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import { rollbackChange } from '../changeset/rollback.js';
import type { Unfinished } from '../changeset/unfinished.js';

/**
 * Runs `work`; when it is refused only because of changes that nobody confirmed in time, and whose run was killed, they
 * are taken back first, as their run would have done.
 * @throws what `work` throws; PgdbaError when such a change cannot be taken back
 */
export async function afterExpired<T>(
  around: ChangeSurroundings,
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const expired = expiredOf(error);
    if (expired.length === 0) throw error;
    for (const { id } of expired) {
      const { error: failed } = await rollbackChange(
        { changesetId: id, dryRun: false, force: false, waitMs },
        around,
      );
      if (failed !== null) throw failed;
      around.warn(
        'confirmation_expired',
        `the changeset ${id} was not confirmed in time, and was taken back now`,
        {
          subject: id,
        },
      );
    }
    return work();
  }
}

/** The unconfirmed changes that an error is about; none when it is about anything else as well. */
function expiredOf(error: unknown): readonly Unfinished[] {
  if (!(error instanceof PgdbaError) || error.code !== 'changeset_unfinished') return [];
  const unfinished = (error.details?.['unfinished'] ?? []) as readonly Unfinished[];
  return unfinished.every(({ reason }) => reason === 'unconfirmed') ? unfinished : [];
}
