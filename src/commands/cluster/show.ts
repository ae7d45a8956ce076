import * as Args from '@oclif/core/args';
import { PgdbaCommand } from '../../base.js';
import { findCluster } from '../../cluster/registry.js';
import { shownCluster } from '../../cluster/shown.js';
import type { Outcome } from '../../run.js';

export class ClusterShow extends PgdbaCommand {
  static override summary = 'Show one registered cluster.';
  static override description = 'Reads $PGDBA_HOME/clusters.json and connects to nothing.';
  static override examples = ['pgdba cluster show prod', 'pgdba cluster show prod --fields cluster.dsn'];
  static override args = {
    name: Args.string({ required: true, ignoreStdin: true, description: 'Name of the cluster.' }),
  };

  async run(): Promise<Outcome> {
    const { args } = await this.parse(ClusterShow);
    const cluster = await findCluster(this.invocation.surroundings.home, args.name);
    return { data: { cluster: shownCluster(cluster) } };
  }
}
