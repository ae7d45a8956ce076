import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { PgdbaError } from '../../core/errors.js';
import { connectionFlags, durationFlag, limitFlags, queryTextFlags } from '../../flags.js';
import { takeSamples } from '../../inspect/inspect.js';
import { askVacuumHealth, VACUUM_QUESTIONS } from '../../query/vacuumHealth/askVacuumHealth.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';

export class QueryVacuumHealth extends PgdbaCommand {
  static override summary =
    'Show which tables vacuum neglects, how far wraparound is, and who holds VACUUM back.';
  static override description =
    'Each table is compared with the thresholds that apply to it: its storage options, the settings, and what this ' +
    'version goes by. Tables are those of the connected database; wraparound is told for all databases.';
  static override examples = [
    'pgdba query vacuum-health',
    'pgdba query vacuum-health --delta --interval 1min --fields databases,rates',
    'pgdba query vacuum-health --format table --fields horizon_holders',
  ];
  static override flags = {
    delta: Flags.boolean({ summary: 'Look twice, and tell rates and when wraparound comes at that rate.' }),
    interval: durationFlag({ summary: 'Time between the two looks of --delta (30s unless given).' }),
    ...limitFlags,
    ...queryTextFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(QueryVacuumHealth);
    const intervalMs = flags.delta ? (flags.interval ?? 30_000) : null;
    if (flags.interval !== undefined && !flags.delta) {
      throw new PgdbaError('usage', '--interval needs --delta');
    }
    if (intervalMs !== null && flags.timeout > 0 && intervalMs >= flags.timeout) {
      throw new PgdbaError('usage', '--interval is not shorter than --timeout');
    }
    const reach = new Reach(this.invocation, flags, 'fail');
    const collect = {
      limit: 0,
      queryText: true,
      redactLiterals: flags['redact-literals'],
      budget: reach.budget,
    };
    const samples = await takeSamples(
      { sections: VACUUM_QUESTIONS, intervalMs, allDatabases: false, collect },
      {
        clock: this.invocation.clock,
        openSession: () => reach.openSession(),
        met: (server, identity) => reach.met(server, identity),
      },
    ).catch((error: unknown) => {
      throw reach.explain(error);
    });
    if (samples.error !== null) throw samples.error;
    return { data: askVacuumHealth(samples, flags.limit) };
  }
}
