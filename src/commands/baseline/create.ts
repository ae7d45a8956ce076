import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { groupsOf, labelOf, takeBaseline } from '../../baselining.js';
import { PgdbaError } from '../../core/errors.js';
import { connectionFlags, durationFlag, limitFlags, listFlag, patroniFlags } from '../../flags.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';

export class BaselineCreate extends PgdbaCommand {
  static override summary = 'Keep what a server shows now, to compare it with what it shows later.';
  static override description =
    'Stores the rows of every section, what other commands say of bloat, indexes, vacuum, locks and settings, and the ' +
    'findings of check, as one document under $PGDBA_HOME. Literals in query texts are always masked. What is printed is ' +
    'cut by --limit, what is stored never.';
  static override examples = [
    'pgdba baseline --name prod --quiet',
    'pgdba baseline --name prod --delta --interval 60s --label before-upgrade',
    'pgdba baseline --sections config,tables --out tables.json.gz --quiet',
  ];
  static override flags = {
    sections: listFlag({
      summary: 'Only these: config, queries, tables, replication, system, locks, io, indexes, vacuum.',
    }),
    delta: Flags.boolean({ summary: 'Take two samples and compute rates per second.' }),
    interval: durationFlag({ summary: 'Time between the samples of --delta (60s unless given).' }),
    label: Flags.string({ summary: 'Name to call it by later.', helpValue: '<text>' }),
    out: Flags.string({
      summary: 'Write the whole document there, too; packed when the name ends in .gz.',
      helpValue: '<file>',
    }),
    redact: Flags.boolean({
      summary:
        'Put pseudonyms in place of names, the same in every baseline of the cluster; leave free texts out.',
      default: false,
    }),
    quiet: Flags.boolean({ summary: 'Tell only where it is and its checksum.', default: false }),
    ...limitFlags,
    ...patroniFlags,
    ...connectionFlags,
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(BaselineCreate);
    const intervalMs = flags.delta ? (flags.interval ?? 60_000) : null;
    if (flags.interval !== undefined && !flags.delta)
      throw new PgdbaError('usage', '--interval needs --delta');
    if (intervalMs !== null && flags.timeout > 0 && intervalMs >= flags.timeout)
      throw new PgdbaError('usage', '--interval is not shorter than --timeout');
    const wish = {
      groups: groupsOf(flags.sections),
      intervalMs,
      label: labelOf(flags.label),
      out: flags.out ?? null,
      limit: flags.limit,
      redact: flags.redact,
      quiet: flags.quiet,
    };
    return takeBaseline(this.invocation, new Reach(this.invocation, flags, 'degrade'), flags, wish);
  }
}
