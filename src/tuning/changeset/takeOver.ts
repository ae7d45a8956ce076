import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fateOfHolder, type HolderWatch } from './holderFate.js';
import { linkHolder, readHolder, tokenOf, type HolderFile } from './holderFile.js';
import type { LockHolder } from './lockSchema.js';

/** Somebody who stands between us and the lock. */
export interface Blocker {
  readonly holder: LockHolder;
  /** Not yet known whether it is still there. */
  readonly undecided: boolean;
}

/**
 * Puts our document in the place of a gone holder's, so that of many who try only one does.
 *
 * Who wants to replace the holder with token T first links its own document to `.lock.claim-T`, which only one can.
 * A claimant that dies there leaves a claim with its own token, and that one is claimed in the same way. A claim is
 * removed only after the lock has another holder, and no token comes back: so whoever wins a claim and still finds T
 * in the lock is the only one who ever may replace it, and whoever is late finds another token and gives up.
 *
 * @returns `taken`; `again` when the lock has changed meanwhile; who is before us
 * @throws PgdbaError `state_unusable`; node's errors
 */
export async function takeOver(
  lockFile: string,
  gone: LockHolder,
  mine: HolderFile,
  watch: HolderWatch,
): Promise<'taken' | 'again' | Blocker> {
  const claims: string[] = [];
  for (let token = tokenOf(gone); ;) {
    const claim = claimOf(lockFile, token);
    claims.push(claim);
    if (await linkHolder(mine, claim)) break;
    const claimant = await readHolder(claim);
    if (claimant === undefined) return 'again';
    const verdict = await watch.verdict(claimant);
    if (verdict !== 'gone') return { holder: claimant, undecided: verdict === 'undecided' };
    token = tokenOf(claimant);
  }
  return replace(lockFile, gone, mine, claims);
}

async function replace(
  lockFile: string,
  gone: LockHolder,
  mine: HolderFile,
  claims: readonly string[],
): Promise<'taken' | 'again'> {
  const [ours] = claims.slice(-1);
  try {
    const found = await readHolder(lockFile);
    if (found === undefined || tokenOf(found) !== tokenOf(gone)) {
      await removeAll(ours === undefined ? [] : [ours]);
      return 'again';
    }
    await rename(mine.path, lockFile);
  } catch (error) {
    await removeAll(ours === undefined ? [] : [ours]);
    throw error;
  }
  await removeAll(claims);
  return 'taken';
}

function claimOf(lockFile: string, token: string): string {
  return lockFile.replace(/json$/, `claim-${token}`);
}

/**
 * Removes what killed processes left of their attempts. The claim on our own token stays: whoever made it may be
 * taking the lock over from us.
 */
export async function sweepAttempts(folder: string, ownToken: string): Promise<void> {
  const entries = await readdir(folder);
  const attempts = entries.filter(
    (entry) => /^\.lock\.(?:claim-.*|.*\.tmp)$/.test(entry) && entry !== `.lock.claim-${ownToken}`,
  );
  for (const path of attempts.map((entry) => join(folder, entry))) {
    const who = await readHolder(path).catch(() => undefined);
    if (who !== undefined && (await fateOfHolder(who)) === 'dead') await removeAll([path]);
  }
}

async function removeAll(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { force: true })));
}
