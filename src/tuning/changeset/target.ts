import type { ClusterIdentity } from '../../cluster/identity.js';
import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import type { ChangeSet, Request } from './changeSet.js';

type Node = NonNullable<ChangeSet['node']>;

/** The one server that a plan is for. */
export function nodeOf({ facts }: Server): Node {
  return {
    addr: facts.serverAddr,
    port: facts.serverPort,
    data_directory: facts.settings['data_directory'] ?? null,
  };
}

/**
 * The identity of the server, which must be the one that the plan was made for: the same cluster, the same node.
 * @throws PgdbaError `fingerprint_mismatch`, `node_mismatch`
 */
export async function requireTarget(server: Server, request: Request): Promise<ClusterIdentity> {
  const identity = await server.identity;
  if (request.fingerprint !== null && request.fingerprint !== identity.fingerprint) {
    throw new PgdbaError(
      'fingerprint_mismatch',
      `the plan is for the cluster with fingerprint ${request.fingerprint}, and this one has ${identity.fingerprint}`,
    );
  }
  const differing = request.node === null ? [] : differences(request.node, nodeOf(server));
  if (differing.length > 0) {
    throw new PgdbaError('node_mismatch', `the plan is for another node: ${differing.join(', ')}`);
  }
  return identity;
}

/** What both know and what is not the same. One of many addresses may lead to a server, but none of them by loopback. */
function differences(planned: Node, here: Node): string[] {
  const isLocal = [planned.addr, here.addr].some((addr) => addr !== null && isLoopback(addr));
  const parts = [
    ['address', isLocal ? null : planned.addr, here.addr],
    ['port', planned.port, here.port],
    ['data directory', planned.data_directory, here.data_directory],
  ] as const;
  return parts
    .filter(([, a, b]) => a !== null && b !== null && a !== b)
    .map(([what, a, b]) => `${what} ${String(a)}, here ${String(b)}`);
}

function isLoopback(addr: string): boolean {
  return addr === '::1' || addr.startsWith('127.');
}
