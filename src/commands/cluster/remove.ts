import * as Args from '@oclif/core/args';
import { PgdbaCommand } from '../../base.js';
import { removeCluster } from '../../cluster/registry.js';
import type { Outcome } from '../../run.js';

export class ClusterRemove extends PgdbaCommand {
  static override summary = 'Take a cluster out of the registry.';
  static override description = 'Changes $PGDBA_HOME/clusters.json only; nothing happens to any server.';
  static override examples = ['pgdba cluster remove stage'];
  static override args = {
    name: Args.string({ required: true, ignoreStdin: true, description: 'Name of the cluster.' }),
  };

  async run(): Promise<Outcome> {
    const { args } = await this.parse(ClusterRemove);
    await removeCluster(this.invocation.surroundings.home, args.name);
    return { data: { removed: args.name } };
  }
}
