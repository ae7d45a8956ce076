import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { PgdbaError } from '../../core/errors.js';
import { connectionFlags, durationFlag, limitFlags, listFlag, patroniFlags } from '../../flags.js';
import { askReplicas, replicasOf } from '../../indexUse.js';
import { patroniClient } from '../../patroniAccess.js';
import { indexHealth } from '../../query/indexHealth/indexHealth.js';
import { ISSUES, type Issue } from '../../query/indexHealth/indexHealthData.js';
import { suspectsQuestion } from '../../query/indexHealth/suspectsQuestion.js';
import { looking } from '../../querying.js';
import type { Outcome } from '../../run.js';

const DAY_MS = 86_400_000;

export class QueryIndexHealth extends PgdbaCommand {
  static override summary =
    'Find indexes that are unused, superfluous, invalid, bloated or unknown to the planner.';
  static override description =
    'An index is unused when nobody scanned it within --window, here and on every replica: those of --replica, else of ' +
    'the registry, and the members that Patroni lists. Young statistics and replicas that were not seen lower ' +
    '`confidence` and hide nothing; what a constraint, a foreign key, the replica identity or a partitioned index ' +
    'hangs on is told with `blocked_by` and without `ddl`. Nothing is changed.';
  static override examples = [
    'pgdba query index-health --format table',
    'pgdba query index-health --issues unused --window 90d --replica db2:5432 --replica db3:5432',
    'pgdba query index-health --issues duplicate,redundant --fields indexes.index,indexes.evidence,indexes.ddl',
  ];
  static override flags = {
    issues: listFlag({ summary: `Only these: ${ISSUES.join(', ')}.` }),
    window: durationFlag({
      summary: 'Without a scan for so long an index counts as unused.',
      default: 30 * DAY_MS,
    }),
    replica: Flags.string({
      multiple: true,
      summary: 'Another server of the cluster whose use of indexes counts: host[:port], or a DSN.',
      helpValue: '<host:port|dsn>',
    }),
    schema: Flags.string({ summary: 'Only indexes of this schema.', helpValue: '<name>' }),
    table: Flags.string({ summary: 'Only indexes of tables of this name.', helpValue: '<name>' }),
    ...limitFlags,
    ...patroniFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(QueryIndexHealth);
    const issues = issuesOf(flags.issues);
    const run = this.invocation;
    return looking(run, flags, [suspectsQuestion], async ({ server, reach }) => {
      const hasPatroni = flags['patroni-url'] !== undefined || (await reach.patroniUrls()).length > 0;
      const patroni = hasPatroni ? await patroniClient(flags, run, reach) : null;
      const replicas = await replicasOf(run, flags.replica ?? [], flags.name, patroni);
      const answers = await askReplicas(reach, server, replicas);
      const { schema = null, table = null, limit, window: windowMs } = flags;
      return {
        data: await indexHealth(server, answers, {
          schema,
          table,
          issues,
          windowMs,
          limit,
          budget: reach.budget,
        }),
      };
    });
  }
}

function issuesOf(words: readonly string[] | undefined): readonly Issue[] {
  if (words === undefined) return ISSUES;
  return words.map((word) => {
    const issue = ISSUES.find((known) => known === word);
    if (issue !== undefined) return issue;
    throw new PgdbaError('usage', `"${word}" is no issue of an index`, {
      hint: `They are ${ISSUES.join(', ')}.`,
    });
  });
}
