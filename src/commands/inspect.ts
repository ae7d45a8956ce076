import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../base.js';
import { PgdbaError } from '../core/errors.js';
import { connectionFlags, countFlag, durationFlag, listFlag, queryTextFlags } from '../flags.js';
import { assembleSnapshot } from '../inspect/assemble.js';
import { takeSamples } from '../inspect/inspect.js';
import { SECTIONS } from '../inspect/registry.js';
import { chooseSections } from '../inspect/selection.js';
import { warnOfSections } from '../inspect/warnings.js';
import { Reach } from '../reach.js';
import type { Outcome } from '../run.js';

export class Inspect extends PgdbaCommand {
  static override summary =
    'Take a DiagSnapshot of a server: settings, activity, statistics, locks, replication.';
  static override description =
    'Reads every section in one READ ONLY REPEATABLE READ transaction and one round trip. A section that cannot be ' +
    'read is told with its reason and costs no other. Statistics are never reset.';
  static override examples = [
    'pgdba inspect --dsn postgresql://monitor@db1/app',
    'pgdba inspect --sections pg_stat_activity,pg_locks',
    'pgdba inspect --delta --interval 10s --sections pg_stat_database',
  ];
  static override flags = {
    sections: listFlag({ summary: 'Only these sections.' }),
    exclude: listFlag({ summary: 'All but these sections; they are told as section_excluded.' }),
    delta: Flags.boolean({ summary: 'Take two samples and compute rates per second.' }),
    interval: durationFlag({ summary: 'Time between the samples of --delta (30s unless given).' }),
    'all-databases': Flags.boolean({ summary: 'Read the per-database sections of every database.' }),
    limit: countFlag({ summary: 'Rows per section; 0 = all.', default: 100 }),
    'query-text': Flags.boolean({
      summary:
        'Read the texts of pg_stat_statements; --no-query-text spares a server whose text file is huge.',
      default: true,
      allowNo: true,
    }),
    ...queryTextFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(Inspect);
    const { chosen, excluded } = chooseSections(SECTIONS, flags.sections, flags.exclude);
    const intervalMs = flags.delta ? (flags.interval ?? 30_000) : null;
    if (flags.interval !== undefined && !flags.delta)
      throw new PgdbaError('usage', '--interval needs --delta');
    if (intervalMs !== null && flags.timeout > 0 && intervalMs >= flags.timeout) {
      throw new PgdbaError('usage', '--interval is not shorter than --timeout');
    }
    const reach = new Reach(this.invocation, flags, 'degrade');
    const collect = {
      limit: flags.limit,
      queryText: flags['query-text'],
      redactLiterals: flags['redact-literals'],
      budget: reach.budget,
    };
    const samples = await takeSamples(
      { sections: chosen, intervalMs, allDatabases: flags['all-databases'], collect },
      {
        clock: this.invocation.clock,
        openSession: (database) => reach.openSession(database === undefined ? {} : { database }),
        met: (server, identity) => reach.met(server, identity),
      },
    ).catch((error: unknown) => {
      throw reach.explain(error);
    });
    const data = assembleSnapshot(samples, { sections: chosen, excluded, intervalMs });
    warnOfSections(samples, flags.delta, (code, message, subject) => {
      this.invocation.warn(code, message, { subject });
    });
    return { data, ...(samples.error === null ? {} : { error: samples.error }) };
  }
}
