import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { comparisonOf } from '../../configComparison.js';
import { againstFlag, connectionFlags, DIFF_EXCLUSIVE, patroniFlags, tuningFlags } from '../../flags.js';
import { dcsSightOf, seenWithWarnings } from '../../patroniSight.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';
import { meetConfigured } from '../../tuning/configuration.js';
import { configurationWarnings } from '../../tuning/showWarnings.js';

export class ConfigDiff extends PgdbaCommand {
  static override summary =
    'Compare the settings in force with recommendations, a file, another server, a baseline or a Patroni cluster.';
  static override description =
    'Without --file, --other, --other-dsn, --against or --against-baseline it compares with what config tune recommends. Values are compared as ' +
    'PostgreSQL reads them, in whatever unit or spelling they are written. Nothing is changed.';
  static override examples = [
    'pgdba config diff --workload oltp --format table',
    'pgdba config diff --file postgresql.conf --exit-code',
    'pgdba config show --name staging | pgdba config diff --name prod --file -',
    'pgdba config diff --name prod --other staging',
    'pgdba config diff --name prod --against-baseline latest~7 --exit-code',
    'pgdba config diff --name prod --against dcs --fields differences.parameter,differences.level,differences.reason',
    'pgdba config diff --name prod --against members --format table',
  ];
  static override exclusive = DIFF_EXCLUSIVE;
  static override flags = {
    file: Flags.string({
      summary: 'Lines of a postgresql.conf, a changeset, or what config show printed as JSON; - is stdin.',
      helpValue: '<file>',
    }),
    other: Flags.string({ summary: 'Cluster of the registry to compare with.', helpValue: '<cluster>' }),
    'other-dsn': Flags.string({ summary: 'Server to compare with.', helpValue: '<uri|conninfo>' }),
    against: againstFlag({
      summary:
        'With Patroni: the DCS, one member (the leader, where the server is that member), or all other members.',
    }),
    'against-baseline': Flags.string({
      summary: 'Baseline of the cluster: id or its beginning, label, latest, latest~N, or a file.',
      helpValue: '<baseline>',
    }),
    all: Flags.boolean({ summary: 'Between servers: compare also what differs by nature, such as port.' }),
    'exit-code': Flags.boolean({ summary: 'Exit with 3 when there is a difference.' }),
    ...tuningFlags,
    ...patroniFlags,
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
    const identity = await here.server.identity;
    await reach.met(here.server, identity);
    const dcs = await dcsSightOf(flags, run, reach, { identity });
    const warnings = configurationWarnings(here.configuration, here.server.managedBy);
    for (const { code, message, ...more } of warnings) run.warn(code, message, more);
    const patroni = seenWithWarnings(run, dcs, here);
    const data = { ...(await comparison.compare({ ...here, dcs })), patroni };
    await session.close();
    return { data, exit: flags['exit-code'] && data.differences.length > 0 ? 3 : 0 };
  }
}
