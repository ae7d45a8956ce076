import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { statementWish } from '../../analyzing.js';
import { connectionFlags, limitFlags, queryTextFlags } from '../../flags.js';
import { looking } from '../../querying.js';
import { analyzeStatement } from '../../query/analyze/analyze.js';
import { forPeople } from '../../query/analyze/forPeople.js';
import { statementText } from '../../query/analyze/statementText.js';
import type { Outcome } from '../../run.js';

export class QueryAnalyze extends PgdbaCommand {
  static override summary = 'Show the plan of one statement, and what is wrong with it.';
  static override description =
    'The statement is planned and not executed, in a READ ONLY transaction, with the search_path and planner settings of ' +
    'the role’s own sessions. Texts of pg_stat_statements are planned for any value of $1, $2 …. --analyze executes; ' +
    'what writes, or may call functions with effects, is executed only with --allow-write, and is always rolled back.';
  static override examples = [
    `pgdba query analyze --sql 'SELECT * FROM orders WHERE customer_id = 42' --format table`,
    'pgdba query analyze --queryid -3688696628780506601',
    'pgdba query analyze --file slow.sql --analyze --statement-timeout 1min',
    `pgdba query analyze --sql 'SELECT * FROM orders WHERE id = $1' --param 42 --analyze`,
    'pgdba query analyze --file slow.sql --compare before.json --fields comparison',
  ];
  static override args = {
    stdin: Args.string({ ignoreStdin: true, description: '- reads the statement from stdin.' }),
  };
  static override flags = {
    sql: Flags.string({ summary: 'The statement.', helpValue: '<text>' }),
    file: Flags.string({ summary: 'File that holds the statement; - is stdin.', helpValue: '<file>' }),
    queryid: Flags.string({ summary: 'Take the text from pg_stat_statements.', helpValue: '<queryid>' }),
    analyze: Flags.boolean({ summary: 'Execute it, and show what happened.', default: false }),
    'allow-write': Flags.boolean({
      summary:
        'With --analyze: execute even what writes or may have effects; rolled back, as far as that goes.',
      default: false,
    }),
    param: Flags.string({
      summary: 'Value of $1; once more for $2, and so on. \\N is NULL.',
      helpValue: '<value>',
      multiple: true,
    }),
    generic: Flags.boolean({
      summary: 'Plan for any value of $1, $2 …, even though values are given.',
      default: false,
    }),
    'search-path': Flags.string({
      summary: 'In place of the role’s own search_path.',
      helpValue: '<schemas>',
    }),
    compare: Flags.string({
      summary: 'Set the plan beside an earlier answer, or EXPLAIN (FORMAT JSON); - is stdin.',
      helpValue: '<file>',
    }),
    ...limitFlags,
    ...queryTextFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { args, flags } = await this.parse(QueryAnalyze);
    const wish = await statementWish(flags, args.stdin, process.stdin);
    const run = this.invocation;
    const name = `pgdba_${run.newId().replaceAll('-', '')}`;
    return looking(
      run,
      flags,
      [statementText],
      async ({ server, reach, identity }) => {
        await identity;
        const openWriter = () => reach.openSession({ purpose: 'write' });
        const { data, error } = await analyzeStatement(wish, {
          server,
          openWriter,
          name,
          budget: reach.budget,
        });
        return { data, forPeople: forPeople(data), ...(error === null ? {} : { error }) };
      },
      'settings',
    );
  }
}
