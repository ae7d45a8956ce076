import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { connectionFlags, countFlag, limitFlags, queryTextFlags, sizeFlag } from '../../flags.js';
import { looking } from '../../querying.js';
import { catalogRelations } from '../../query/indexSuggest/catalog/relationsSection.js';
import { suggestIndexes } from '../../query/indexSuggest/suggest.js';
import { workloadEntries } from '../../query/indexSuggest/workload.js';
import type { Outcome } from '../../run.js';
import { suggestWish } from '../../suggesting.js';

export class QueryIndexSuggest extends PgdbaCommand {
  static override summary = 'Show which indexes a workload lacks, and what speaks for each.';
  static override description =
    'Statements are parsed with PostgreSQL’s own grammar and planned, never executed. Candidates are judged by HypoPG ' +
    'where the database has it, else by catalog statistics, over the whole workload and against what they cost ' +
    'writers. What was left out stands in unexplained, with its reason. Nothing is created.';
  static override examples = [
    'pgdba query index-suggest --format table',
    'pgdba query index-suggest --file slow.sql --max-indexes 3',
    `pgdba query index-suggest --sql 'SELECT * FROM orders WHERE customer_id = 42'`,
    'pgdba query index-suggest --table shop.orders --size-budget 2GB --fields suggestions.ddl',
  ];
  static override args = {
    stdin: Args.string({ ignoreStdin: true, description: '- reads the statements from stdin.' }),
  };
  static override flags = {
    table: Flags.string({ summary: 'Advise on this table only.', helpValue: '<table>' }),
    sql: Flags.string({ summary: 'The statements.', helpValue: '<text>' }),
    file: Flags.string({ summary: 'File that holds the statements; - is stdin.', helpValue: '<file>' }),
    workload: Flags.option({ options: ['pg_stat_statements'] as const })({
      summary: 'Where the statements are from, unless they are given.',
    }),
    'min-rows': countFlag({ summary: 'Tables with fewer rows get no index.', default: 10_000 }),
    'max-indexes': countFlag({ summary: 'Suggest no more than so many.' }),
    'size-budget': sizeFlag({ summary: 'Suggest no more than fit into this.' }),
    ...limitFlags,
    ...queryTextFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { args, flags } = await this.parse(QueryIndexSuggest);
    const wish = await suggestWish(flags, args.stdin, process.stdin);
    const run = this.invocation;
    const name = `pgdba_${run.newId().replaceAll('-', '')}`;
    const { loadParser } = await import('../../query/indexSuggest/statement/parser.js');
    const parse = await loadParser();
    const needy = wish.workload === null ? [workloadEntries, catalogRelations] : [catalogRelations];
    return looking(
      run,
      flags,
      needy,
      async ({ server, reach, identity }) => {
        await identity;
        return { data: await suggestIndexes(wish, { server, parse, name, budget: reach.budget }) };
      },
      'settings',
    );
  }
}
