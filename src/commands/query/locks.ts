import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { connectionFlags, durationFlag, limitFlags, queryTextFlags } from '../../flags.js';
import { pgLocks, type LockRow } from '../../inspect/sections/pg_locks.js';
import { ask, essential } from '../../query/ask.js';
import {
  lockSessions,
  preparedLocks,
  type PreparedRow,
  type SessionRow,
} from '../../query/locks/lockQuestions.js';
import { locksAnswer } from '../../query/locks/locksAnswer.js';
import { looking } from '../../querying.js';
import type { Outcome } from '../../run.js';

const QUESTIONS = [pgLocks, lockSessions, preparedLocks];

/** How old a running transaction is that is told without --min-age. */
const LONG_MS = 5_000;

export class QueryLocks extends PgdbaCommand {
  static override summary =
    'Show who waits for a lock, who is to blame, and which transactions are open for long.';
  static override description =
    'The roots are those who block others and wait for nobody; below each stand its victims, as pg_blocking_pids() ' +
    'tells them, so that the DDL in the middle of a queue is named too. Nobody is cancelled or ended.';
  static override examples = [
    'pgdba query locks',
    'pgdba query locks --format table --fields roots',
    'pgdba query locks --min-age 1min --fields long_transactions',
  ];
  static override flags = {
    'min-age': durationFlag({
      summary:
        'Long transactions are at least this old; unless given, running ones 5s, and idle ones and prepared ones whatever their age.',
    }),
    'full-text': Flags.boolean({ summary: 'Do not cut query texts at 1,000 characters.' }),
    ...limitFlags,
    ...queryTextFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(QueryLocks);
    const minAge = flags['min-age'];
    const answers = await looking(this.invocation, flags, QUESTIONS, ({ server, reach }) =>
      ask(server, QUESTIONS, {
        redactLiterals: flags['redact-literals'],
        budget: reach.budget,
        given: { running_ms: minAge ?? LONG_MS, idle_ms: minAge ?? 0 },
      }),
    );
    const data = locksAnswer(
      {
        locks: essential(answers, pgLocks).rows as unknown as LockRow[],
        sessions: answers.of(lockSessions).rows as unknown as SessionRow[],
        prepared: answers.of(preparedLocks).rows as unknown as PreparedRow[],
      },
      answers.limitations,
      { limit: flags.limit, fullText: flags['full-text'], minAgeMs: minAge ?? 0 },
    );
    return { data };
  }
}
