import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { connectionFlags, patroniFlags } from '../../flags.js';
import { dcsSightOf, seenWithWarnings } from '../../patroniSight.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';
import { meetConfigured } from '../../tuning/configuration.js';
import { SETTING_SOURCES } from '../../tuning/showData.js';
import { showConfiguration } from '../../tuning/showSettings.js';
import { configurationWarnings } from '../../tuning/showWarnings.js';

export class ConfigShow extends PgdbaCommand {
  static override summary = 'Show settings, where each value comes from, and what beats it.';
  static override description =
    'Values are those of a new session of this role in this database; pgdba’s own guards do not show. `pending` tells ' +
    'what the configuration files hold that is not in force yet, and `masked_by` which levels win over the files.';
  static override examples = [
    'pgdba config show --changed --fields settings.name,settings.display,settings.source --format table',
    "pgdba config show '*work_mem'",
    'pgdba config show max_connections --dsn postgresql://monitor@db1/app',
    'pgdba config show --pending-restart',
  ];
  static override args = {
    pattern: Args.string({
      ignoreStdin: true,
      description: 'Name of a setting, or a pattern in which * stands for any text.',
    }),
  };
  static override flags = {
    changed: Flags.boolean({
      summary: 'Only what something has set to another value than the built-in one.',
    }),
    category: Flags.string({
      summary: 'Only categories that contain this text, e.g. vacuum.',
      helpValue: '<text>',
    }),
    source: Flags.option({ options: SETTING_SOURCES })({ summary: 'Only values that come from there.' }),
    'pending-restart': Flags.boolean({ summary: 'Only what waits for a restart of the server.' }),
    ...patroniFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { args, flags } = await this.parse(ConfigShow);
    const reach = new Reach(this.invocation, flags, 'fail');
    const session = await reach.openSession({ purpose: 'settings' });
    const { server, configuration } = await meetConfigured(session);
    const identity = await server.identity;
    await reach.met(server, identity);
    await session.close();
    const dcs = await dcsSightOf(flags, this.invocation, reach, { identity });
    const seen = seenWithWarnings(this.invocation, dcs, { server, configuration });
    for (const { code, message, ...more } of configurationWarnings(configuration, server.managedBy)) {
      this.invocation.warn(code, message, more);
    }
    const { changed, category, source, 'pending-restart': pendingRestart } = flags;
    const filter = { pattern: args.pattern, changed, category, source, pendingRestart };
    return { data: showConfiguration(configuration, filter, { dcs, seen }) };
  }
}
