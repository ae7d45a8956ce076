import type { Server } from '../../cluster/server.js';
import { pgLocks, type LockRow } from '../../inspect/sections/pg_locks.js';
import { ask, essential } from '../ask.js';
import { lockSessions, preparedLocks, type PreparedRow, type SessionRow } from './lockQuestions.js';
import { locksAnswer, type LocksWish } from './locksAnswer.js';
import type { LocksAnswer } from './locksData.js';

/** What `query locks` asks, in one round trip. */
export const LOCK_QUESTIONS = [pgLocks, lockSessions, preparedLocks];

/** How old a running transaction is that is told without --min-age. */
const LONG_MS = 5_000;

export interface AskLocksWish extends Omit<LocksWish, 'minAgeMs'> {
  /** Long transactions are at least this old; null: running ones 5 s, idle and prepared ones whatever their age. */
  readonly minAgeMs: number | null;
  readonly redactLiterals: boolean;
  readonly budget: AbortSignal;
}

/** Who waits for a lock, and who is to blame. @throws PgdbaError as essential() */
export async function askLocks(
  server: Pick<Server, 'snapshot' | 'facts'>,
  { minAgeMs, redactLiterals, budget, ...wish }: AskLocksWish,
): Promise<LocksAnswer> {
  const answers = await ask(server, LOCK_QUESTIONS, {
    redactLiterals,
    budget,
    given: { running_ms: minAgeMs ?? LONG_MS, idle_ms: minAgeMs ?? 0 },
  });
  return locksAnswer(
    {
      locks: essential(answers, pgLocks).rows as unknown as LockRow[],
      sessions: answers.of(lockSessions).rows as unknown as SessionRow[],
      prepared: answers.of(preparedLocks).rows as unknown as PreparedRow[],
    },
    answers.limitations,
    { ...wish, minAgeMs: minAgeMs ?? 0 },
  );
}
