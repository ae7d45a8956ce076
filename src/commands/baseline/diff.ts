import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { diffFor } from '../../baselineDiff.js';
import { connectionFlags, countFlag, durationFlag, listFlag, storeFlags } from '../../flags.js';
import type { Outcome } from '../../run.js';

export class BaselineDiff extends PgdbaCommand {
  static override summary = 'Tell what changed between two baselines, how far, and whether that is usual.';
  static override description =
    'Counters are compared as rates over the time between; what a reset, restart, failover or upgrade made void is told ' +
    'and left out. With seven earlier baselines each change is compared with the cluster’s own usual spread. A baseline is ' +
    'named by a file, its id or the beginning of it, its label, latest, or latest~N. docs/metrics.md lists what is compared, ' +
    'docs/baseline-diff.md says how.';
  static override examples = [
    'pgdba baseline diff --name prod',
    'pgdba baseline diff --name prod --since 7d --format table',
    'pgdba baseline diff --before before-upgrade --after latest --section queries --fail-on regression',
    'pgdba baseline diff --before monday.json.gz --after tuesday.json.gz --fields changes.why',
  ];
  static override exclusive = [['before', 'since']] as const;
  static override flags = {
    before: Flags.string({
      summary: 'The earlier one; the one before --after unless given.',
      helpValue: '<baseline>',
    }),
    after: Flags.string({ summary: 'The later one.', helpValue: '<baseline>', default: 'latest' }),
    since: durationFlag({
      summary: 'In place of --before: the newest that is at least so much older than --after, e.g. 24h.',
    }),
    section: listFlag({ summary: 'Only changes of these sections; also findings and recommendations.' }),
    metric: Flags.string({ summary: 'Only this metric, e.g. tables.size_bytes.', helpValue: '<name>' }),
    object: Flags.string({
      summary: 'Only this table, index, query, slot …, by its name as SQL writes it or the last part of it.',
      helpValue: '<name>',
    }),
    limit: countFlag({ summary: 'So many changes, the worst first; 0 = all.', default: 100 }),
    'fail-on': Flags.option({ options: ['regression'] as const })({
      summary: 'Exit 3 when something got worse beyond what is usual.',
    }),
    ...storeFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(BaselineDiff);
    return diffFor(this.invocation, flags, {
      before: flags.before ?? null,
      after: flags.after,
      sinceMs: flags.since ?? null,
      sections: flags.section ?? null,
      metric: flags.metric ?? null,
      object: flags.object ?? null,
      limit: flags.limit,
      failOnRegression: flags['fail-on'] === 'regression',
    });
  }
}
