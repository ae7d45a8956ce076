import { PgdbaError } from '../core/errors.js';
import type { ClusterMember, ClusterView, History, NodeStatus } from './answers.js';
import type { PatroniClient, Told } from './client.js';
import { asPgdbaError } from './transport.js';

/** What the REST API tells of one node. */
export interface NodeSight {
  /** As /cluster has it; null when no /cluster could be had. */
  readonly listed: ClusterMember | null;
  readonly url: string | null;
  /** What it says of itself, or why it could not be asked. */
  readonly own: NodeStatus | PgdbaError;
}

/** What the REST API tells of a cluster. */
export interface ClusterSight {
  readonly view: Told<ClusterView> | PgdbaError;
  readonly history: History | PgdbaError;
  readonly nodes: readonly NodeSight[];
}

/**
 * Asks for the cluster, and every member for itself, all at once. Where nobody gives /cluster, as with the DCS out of
 * reach, the endpoints that are known are asked in place of the members. What could not be had stands there as an error.
 */
export async function lookAtCluster(client: PatroniClient): Promise<ClusterSight> {
  const view = await client.cluster().catch(asPgdbaError);
  if (view instanceof PgdbaError) {
    const nodes = await Promise.all(client.urls.map((url) => lookAtNode(client, url, null)));
    return { view, history: view, nodes };
  }
  const [history, ...nodes] = await Promise.all([
    client.history().then(({ value }) => value, asPgdbaError),
    ...view.value.members.map((member) => lookAtNode(client, member.api_url ?? null, member)),
  ]);
  return { view, history, nodes };
}

async function lookAtNode(
  client: PatroniClient,
  url: string | null,
  listed: ClusterMember | null,
): Promise<NodeSight> {
  if (url === null) {
    const own = new PgdbaError('patroni_unreachable', '/cluster tells no api_url of this member');
    return { listed, url, own };
  }
  return { listed, url, own: await client.status(url).catch(asPgdbaError) };
}
