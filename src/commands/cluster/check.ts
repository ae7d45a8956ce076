import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { PgdbaCommand } from '../../base.js';
import { checkCluster, type CheckSurroundings } from '../../cluster/check.js';
import { findCluster, listClusters, recordFingerprint } from '../../cluster/registry.js';
import type { RegisteredCluster } from '../../cluster/registrySchema.js';
import { replicaDsn } from '../../cluster/replicas.js';
import { fewAtOnce } from '../../core/fewAtOnce.js';
import { connectionFlags } from '../../flags.js';
import { Reach, type ReachFlags } from '../../reach.js';
import type { Outcome, Run } from '../../run.js';

/** So many clusters are connected to at once. */
const AT_ONCE = 4;

export class ClusterCheck extends PgdbaCommand {
  static override summary = 'Connect to registered clusters and compare who answers with what is recorded.';
  static override description =
    'The first check of a cluster pins its fingerprint. A server with another one ends with exit code 7; one that ' +
    'cannot be reached with 4. Every cluster and replica is told, whatever became of the others.';
  static override examples = [
    'pgdba cluster check',
    'pgdba cluster check prod',
    'pgdba cluster check prod --accept',
  ];
  static override args = {
    name: Args.string({ ignoreStdin: true, description: 'Name of the cluster; all of them unless given.' }),
  };
  static override flags = {
    accept: Flags.boolean({ summary: 'Record the fingerprint that is seen now, whatever was recorded.' }),
    dbname: connectionFlags.dbname,
    'statement-timeout': connectionFlags['statement-timeout'],
    'lock-timeout': connectionFlags['lock-timeout'],
    timeout: connectionFlags.timeout,
  };

  async run(): Promise<Outcome> {
    const { args, flags } = await this.parse(ClusterCheck);
    const { home } = this.invocation.surroundings;
    const named = args.name === undefined ? null : await findCluster(home, args.name);
    const clusters = named === null ? await listClusters(home) : [named];
    const checked = await fewAtOnce(clusters, AT_ONCE, (cluster) => {
      const around = surroundingsOf(this.invocation, cluster, flags, named !== null);
      return checkCluster(cluster, { ...around, accept: flags.accept });
    });
    const error = checked.find((one) => one.error !== null)?.error ?? null;
    return { data: { clusters: checked.map(({ row }) => row) }, ...(error === null ? {} : { error }) };
  }
}

/** @param alone whether it is the only cluster, and so the one that the envelope names */
function surroundingsOf(
  run: Run,
  cluster: RegisteredCluster,
  flags: ReachFlags,
  alone: boolean,
): Omit<CheckSurroundings, 'accept'> {
  const { home } = run.surroundings;
  const reach = new Reach(run, { ...flags, name: cluster.name }, 'degrade');
  return {
    clock: run.clock,
    open: (replica) => reach.openSession(replica === null ? {} : { dsn: replicaDsn(cluster.dsn, replica) }),
    met: async (server, identity) => {
      if (alone) await reach.introduce(server, identity);
    },
    pin: (fingerprint, tier) => recordFingerprint(home, cluster.name, fingerprint, tier),
  };
}
