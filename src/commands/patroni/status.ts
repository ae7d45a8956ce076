import { PgdbaCommand } from '../../base.js';
import { PgdbaError } from '../../core/errors.js';
import { connectionFlags, patroniFlags } from '../../flags.js';
import { lookAtCluster } from '../../patroni/look.js';
import { clusterStatus } from '../../patroni/status.js';
import { hasConnection, patroniClient } from '../../patroniAccess.js';
import { askMembers } from '../../patroniSql.js';
import { Reach } from '../../reach.js';
import type { Outcome } from '../../run.js';

export class PatroniStatus extends PgdbaCommand {
  static override summary =
    'Show a Patroni cluster: members, roles, lag, pending restarts, and what does not agree.';
  static override description =
    'Asks Patroni’s REST API for the cluster and each member for itself; with --dsn or --name each member’s PostgreSQL ' +
    'too, with the same credentials. A member that cannot be reached is told as such. `disagreements` holds what the ' +
    'three do not say alike. Nothing is changed.';
  static override examples = [
    'pgdba patroni status --patroni-url http://db1:8008 --format table',
    'pgdba patroni status --name prod --fields leader,members.name,members.role,members.lag_bytes,disagreements',
    'pgdba patroni status --patroni-url https://db1:8008,https://db2:8008 --patroni-cacert ca.pem --dsn postgresql://monitor@db1/app',
  ];
  static override flags = { ...patroniFlags, ...connectionFlags };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(PatroniStatus);
    const run = this.invocation;
    const reach = new Reach(run, flags, 'fail');
    const client = await patroniClient(flags, run, reach);
    const sight = await lookAtCluster(client);
    const asked = hasConnection(flags) ? sight.nodes.map(({ listed }) => listed) : [];
    const sql = await askMembers(reach, asked);
    if (sql.best !== null) await reach.met(sql.best.server, sql.best.identity);
    const data = clusterStatus(sight, sql.rows);
    return { data, ...(sight.view instanceof PgdbaError ? { error: sight.view } : {}) };
  }
}
