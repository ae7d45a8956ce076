import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { PgdbaError } from '../../core/errors.js';
import {
  connectionFlags,
  durationFlag,
  limitFlags,
  queryTextFlags,
  sizeFlag,
  statementTextFlags,
} from '../../flags.js';
import { LOG_NEEDS } from '../../query/slowLog/readServerLog.js';
import { logReading, SLOW_QUESTIONS } from '../../readingSlowLog.js';
import { looking } from '../../querying.js';
import type { Outcome } from '../../run.js';
import { readSlowLog } from '../../query/slowLog/slowLog.js';

export class QuerySlowLog extends PgdbaCommand {
  static override summary = 'List slow statements: counted, running now, and single executions in the log.';
  static override description =
    'Each row says where it comes from (`source`) and what is over the threshold (`over`): the mean or the longest ' +
    'execution in pg_stat_statements, a statement that runs right now, or one execution in the server’s log, which is ' +
    'read over SQL where the role may, or from --log-file. `sources` tells what could not be read, and what the ' +
    'server does not log. Values of parameters are never shown.';
  static override examples = [
    'pgdba query slow-log --threshold 500ms --limit 20',
    'pgdba query slow-log --threshold 1s --since 1h --log-bytes 64MB',
    'pgdba query slow-log --log-file /var/log/postgresql/postgresql-17-main.log --log-line-prefix "%m [%p] %q%u@%d "',
  ];
  static override flags = {
    threshold: durationFlag({ summary: 'What is slow: a statement that takes so long.', default: 1000 }),
    since: Flags.string({
      summary:
        'Only executions of the log that ended since then: a duration back from now, or an ISO 8601 time.',
      helpValue: '<duration|time>',
    }),
    'log-file': Flags.string({
      summary: 'A log on this machine, in place of the server’s over SQL: jsonlog, csvlog or stderr.',
      helpValue: '<file>',
    }),
    'log-line-prefix': Flags.string({
      summary: 'log_line_prefix of --log-file; the server’s unless given.',
      helpValue: '<prefix>',
    }),
    'log-bytes': sizeFlag({
      summary: 'Bytes that are read from the end of the server’s log.',
      default: 16 * 1024 ** 2,
    }),
    ...limitFlags,
    ...statementTextFlags,
    ...queryTextFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(QuerySlowLog);
    if (flags['log-line-prefix'] !== undefined && flags['log-file'] === undefined) {
      throw new PgdbaError('usage', '--log-line-prefix needs --log-file');
    }
    const wish = {
      thresholdMs: flags.threshold,
      limit: flags.limit,
      fullText: flags['full-text'],
      redactLiterals: flags['redact-literals'],
    };
    const data = await looking(this.invocation, flags, [...SLOW_QUESTIONS, ...LOG_NEEDS], (look) => {
      const options = { redactLiterals: wish.redactLiterals, budget: look.reach.budget };
      const readLog = logReading(look.server, flags, wish, options);
      return readSlowLog(look.server, look.identity, wish, options, readLog);
    });
    return { data };
  }
}
