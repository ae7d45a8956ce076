import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { comparisonOf } from '../../configComparison.js';
import { connectionFlags, DIFF_EXCLUSIVE, tuningFlags } from '../../flags.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';
import { meetConfigured } from '../../tuning/configuration.js';
import { configurationWarnings } from '../../tuning/showWarnings.js';

export class ConfigDiff extends PgdbaCommand {
  static override summary = 'Compare the settings in force with recommendations, a file or another server.';
  static override description =
    'Without --file, --other or --other-dsn it compares with what config tune recommends. Values are compared as ' +
    'PostgreSQL reads them, in whatever unit or spelling they are written. Nothing is changed.';
  static override examples = [
    'pgdba config diff --workload oltp --format table',
    'pgdba config diff --file postgresql.conf --exit-code',
    'pgdba config show --name staging | pgdba config diff --name prod --file -',
    'pgdba config diff --name prod --other staging',
  ];
  static override exclusive = DIFF_EXCLUSIVE;
  static override flags = {
    file: Flags.string({
      summary: 'Lines of a postgresql.conf, a changeset, or what config show printed as JSON; - is stdin.',
      helpValue: '<file>',
    }),
    other: Flags.string({ summary: 'Cluster of the registry to compare with.', helpValue: '<cluster>' }),
    'other-dsn': Flags.string({ summary: 'Server to compare with.', helpValue: '<uri|conninfo>' }),
    all: Flags.boolean({ summary: 'Between servers: compare also what differs by nature, such as port.' }),
    'exit-code': Flags.boolean({ summary: 'Exit with 3 when there is a difference.' }),
    ...tuningFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(ConfigDiff);
    const run = this.invocation;
    const reach = new Reach(run, flags, 'fail');
    const comparison = await comparisonOf(flags, run);
    const session = await reach.openSession({ purpose: 'settings' });
    const { questions } = comparison;
    const here = await meetConfigured(session, questions, questions !== undefined);
    await reach.met(here.server, await here.server.identity);
    const warnings = configurationWarnings(here.configuration);
    for (const { code, message, ...more } of warnings) run.warn(code, message, more);
    const data = await comparison.compare(here);
    await session.close();
    return { data, exit: flags['exit-code'] && data.differences.length > 0 ? 3 : 0 };
  }
}
