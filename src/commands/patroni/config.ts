import { PgdbaCommand } from '../../base.js';
import { connectionFlags, patroniFlags } from '../../flags.js';
import { clusterConfig } from '../../patroni/config.js';
import { hasConnection, patroniClient } from '../../patroniAccess.js';
import { readDcsSight } from '../../patroniConfiguration.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';

export class PatroniConfig extends PgdbaCommand {
  static override summary =
    'Show the DCS’s configuration and, per parameter, which level wins on which member.';
  static override description =
    'The levels are the postmaster’s command line, postgresql.auto.conf (ALTER SYSTEM), the member’s own Patroni file, the ' +
    'DCS, and what lies below. Which one wins is read over SQL from each member, with --dsn or --name; without them only ' +
    'the DCS is shown. Nothing is changed.';
  static override examples = [
    'pgdba patroni config --patroni-url http://db1:8008 --fields config',
    'pgdba patroni config --name prod --fields parameters.name,parameters.dcs_value,parameters.differs --format table',
  ];
  static override flags = { ...patroniFlags, ...connectionFlags };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(PatroniConfig);
    const reach = new Reach(this.invocation, flags, 'fail');
    const client = await patroniClient(flags, this.invocation, reach);
    const { told, view, members } = await readDcsSight(client, hasConnection(flags) ? reach : null);
    return { data: clusterConfig(told, view, members) };
  }
}
