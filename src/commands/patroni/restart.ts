import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { connectionFlags, durationFlag, patroniFlags, sizeFlag } from '../../flags.js';
import { patroniClient } from '../../patroniAccess.js';
import { MEMBER_TIMEOUT_MS, restartCluster, restarting } from '../../patroniRestart.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';

export class PatroniRestart extends PgdbaCommand {
  static override summary =
    'Restart the members of a Patroni cluster on which something waits for it, in a safe order.';
  static override description =
    'One at a time: replicas first, or the leader first where max_connections and its like are lowered. Before each the ' +
    'others must run and lag little; after each SQL must show another postmaster and the new values. A member that does ' +
    'not come back stops the rest. Connections are cut as members restart; the leader keeps the lead.';
  static override examples = [
    'pgdba patroni restart --name prod --dry-run',
    'pgdba patroni restart --patroni-url http://db1:8008,http://db2:8008 --patroni-user admin --dsn postgresql://monitor@db1/app',
    'pgdba patroni restart --name prod --member db2 --no-pending-only',
  ];
  static override flags = {
    'pending-only': Flags.boolean({
      summary: 'Only members on which something waits for a restart.',
      default: true,
      allowNo: true,
    }),
    member: Flags.string({
      multiple: true,
      delimiter: ',',
      summary: 'Only this member; may be given more than once.',
      helpValue: '<name>',
    }),
    'dry-run': Flags.boolean({
      summary: 'Show the plan and what stands against it, and do nothing.',
      default: false,
    }),
    'member-timeout': durationFlag({
      summary: 'For one member to come back, and for the cluster to be well before the next.',
      default: MEMBER_TIMEOUT_MS,
    }),
    'max-lag': sizeFlag({
      summary: 'The most WAL that the other replicas may lack; maximum_lag_on_failover unless given.',
    }),
    ...patroniFlags,
    ...connectionFlags,
    timeout: durationFlag({
      summary: 'The whole run ends after this; 0 = never, for each member has --member-timeout.',
      default: 0,
      helpGroup: 'CONNECTION',
    }),
  };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(PatroniRestart);
    const run = this.invocation;
    const reach = new Reach(run, flags, 'fail');
    const client = await patroniClient(flags, run, reach);
    const options = {
      members: flags.member ?? null,
      pendingOnly: flags['pending-only'],
      dryRun: flags['dry-run'],
      memberTimeoutMs: flags['member-timeout'],
      maxLagBytes: flags['max-lag'] ?? null,
    };
    return restarting(run, () => restartCluster(options, { client, reach, run }));
  }
}
