import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { connectionFlags, durationFlag, limitFlags, queryTextFlags } from '../../flags.js';
import { askLocks, LOCK_QUESTIONS } from '../../query/locks/askLocks.js';
import { looking } from '../../querying.js';
import type { Outcome } from '../../run.js';

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
    const data = await looking(this.invocation, flags, LOCK_QUESTIONS, ({ server, reach }) =>
      askLocks(server, {
        minAgeMs: flags['min-age'] ?? null,
        limit: flags.limit,
        fullText: flags['full-text'],
        redactLiterals: flags['redact-literals'],
        budget: reach.budget,
      }),
    );
    return { data };
  }
}
