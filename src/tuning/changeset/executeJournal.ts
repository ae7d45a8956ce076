import { rm } from 'node:fs/promises';
import type { Clock } from '../../core/clock.js';
import { Journal, readJournal } from './journal.js';

/**
 * The journal of a changeset, to go on with it or to begin. One without an entry is made anew: its run was killed before
 * anything had begun, perhaps in the middle of the first line.
 * @throws PgdbaError `state_unusable`
 */
export async function takeUpJournal(
  path: string,
  changeset: { readonly id: string; readonly fingerprint: string },
  clock: Clock,
): Promise<Journal> {
  if ((await readJournal(path)).length > 0) return Journal.open(path, clock);
  await rm(path, { force: true });
  return Journal.create(path, changeset, clock);
}
