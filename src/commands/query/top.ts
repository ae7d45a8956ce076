import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { PgdbaError } from '../../core/errors.js';
import {
  connectionFlags,
  countFlag,
  durationFlag,
  limitFlags,
  listFlag,
  queryTextFlags,
  statementTextFlags,
} from '../../flags.js';
import { GROUPINGS } from '../../query/top/grouping.js';
import { SORT_KEYS } from '../../query/top/sorting.js';
import { readTop } from '../../readingTop.js';
import type { Outcome } from '../../run.js';

export class QueryTop extends PgdbaCommand {
  static override summary = 'Rank statements by what they cost: time, I/O, temporary files, WAL, JIT.';
  static override description =
    'Reads pg_stat_statements of all databases, by the version of the extension: numbers first, then the texts of the ' +
    'rows that are shown. Nothing is ever reset. `evicted` says how much the server has forgotten and whether that ' +
    'makes the ranking doubtful; `limitations` what this role could not see.';
  static override examples = [
    'pgdba query top --limit 10 --format table --fields statements.query,statements.calls,statements.total_time_ms,statements.share_ratio',
    'pgdba query top --sort io --database app,billing --min-calls 100',
    'pgdba query top --delta --interval 1min --group fingerprint',
  ];
  static override flags = {
    sort: Flags.option({ options: SORT_KEYS, default: 'total_time' as const })({
      summary: 'What comes first: the most of this.',
    }),
    group: Flags.option({ options: GROUPINGS })({
      summary:
        'Put entries together: of one queryid over users and databases, or of one text but for its values (fingerprint).',
    }),
    database: listFlag({ summary: 'Only statements run in these databases.' }),
    user: listFlag({ summary: 'Only statements run by these roles.' }),
    'min-calls': countFlag({ summary: 'Only statements that were run so often.', default: 0 }),
    delta: Flags.boolean({ summary: 'Take two samples and rank what was done between them.' }),
    interval: durationFlag({ summary: 'Time between the samples of --delta (30s unless given).' }),
    ...limitFlags,
    ...statementTextFlags,
    ...queryTextFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(QueryTop);
    if (flags.interval !== undefined && !flags.delta)
      throw new PgdbaError('usage', '--interval needs --delta');
    const intervalMs = flags.delta ? (flags.interval ?? 30_000) : null;
    if (intervalMs !== null && flags.timeout > 0 && intervalMs >= flags.timeout) {
      throw new PgdbaError('usage', '--interval is not shorter than --timeout');
    }
    const wish = {
      sort: flags.sort,
      limit: flags.limit,
      group: flags.group ?? null,
      databases: flags.database ?? [],
      users: flags.user ?? [],
      minCalls: flags['min-calls'],
      fullText: flags['full-text'],
    };
    const data = await readTop(this.invocation, flags, wish, intervalMs);
    if (data.total.entries === 0 && wish.databases.length + wish.users.length > 0) {
      this.invocation.warn('nothing_matches', 'no statement is of the databases and roles that were named');
    }
    return { data };
  }
}
