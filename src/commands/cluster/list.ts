import { PgdbaCommand } from '../../base.js';
import { listClusters } from '../../cluster/registry.js';
import { shownCluster } from '../../cluster/shown.js';
import type { Outcome } from '../../run.js';

export class ClusterList extends PgdbaCommand {
  static override summary = 'List the registered clusters.';
  static override description = 'Reads $PGDBA_HOME/clusters.json and connects to nothing.';
  static override examples = ['pgdba cluster list', 'pgdba cluster list --format table'];

  async run(): Promise<Outcome> {
    await this.parse(ClusterList);
    const clusters = await listClusters(this.invocation.surroundings.home);
    return { data: { clusters: clusters.map(shownCluster) } };
  }
}
