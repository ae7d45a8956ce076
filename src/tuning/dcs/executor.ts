import { meetServer, type Server } from '../../cluster/server.js';
import type { ClusterIdentity } from '../../cluster/identity.js';
import { PgdbaError } from '../../core/errors.js';
import type { ChangeSurroundings } from '../changeset/pipelineSurroundings.js';
import { ChangeSetStore } from '../changeset/store.js';
import { withClusterLook } from './clusterLook.js';
import type { PatroniReach } from './patroniReach.js';

/** What carries a change out: the way to Patroni, or null for ALTER SYSTEM. */
type Executor = PatroniReach | null;

/**
 * Chooses what carries a new change out. `auto`: the DCS where a URL of Patroni is known and the server does not show
 * that it is none of Patroni’s; a server that does not answer is looked for among Patroni’s members.
 * @throws PgdbaError `patroni_url_missing` when Patroni is asked for by name; of connecting
 */
export async function executorFor(
  via: 'auto' | 'alter-system' | 'patroni',
  around: ChangeSurroundings,
): Promise<Executor> {
  if (via === 'alter-system') return null;
  const patroni = await around.patroni();
  if (patroni === null) {
    if (via === 'auto') return null;
    throw new PgdbaError('patroni_url_missing', '--via patroni needs the URL of Patroni’s REST API');
  }
  const target = await targetOf(around);
  const isIts = target === null || target.managedBy === 'patroni' || target.managedBy === 'unknown';
  return via === 'auto' && !isIts ? null : { ...patroni, expected: target?.identity ?? null };
}

/**
 * What finishes a changeset: that by which it was begun.
 * @throws PgdbaError `unknown_changeset`, `state_unusable`; of connecting
 */
export async function executorOf(changesetId: string, around: ChangeSurroundings): Promise<Executor> {
  const patroni = await around.patroni();
  if (patroni === null) return null;
  const expected = (await targetOf(around))?.identity ?? null;
  const way = { ...patroni, expected };
  const { fingerprint } =
    expected ?? (await withClusterLook(around, way, ({ identity }) => Promise.resolve(identity)));
  const { via } = await new ChangeSetStore(around.home, fingerprint).load(changesetId);
  return via === 'patroni' ? way : null;
}

/** The fingerprint of the cluster, from its target or from any member that answers. @throws PgdbaError of connecting */
export async function fingerprintThrough(around: ChangeSurroundings): Promise<string | null> {
  const patroni = await around.patroni();
  if (patroni === null) return null;
  const target = await targetOf(around);
  if (target !== null) return target.identity.fingerprint;
  return withClusterLook(around, patroni, ({ identity }) => Promise.resolve(identity.fingerprint));
}

/** What the command’s own connection leads to; null when nobody answers there. */
async function targetOf({ openSession }: ChangeSurroundings): Promise<{
  readonly identity: ClusterIdentity;
  readonly managedBy: Server['managedBy'];
} | null> {
  try {
    const session = await openSession({ purpose: 'read' });
    try {
      const server = await meetServer(session, { functions: [], settings: [] });
      return { identity: await server.identity, managedBy: server.managedBy };
    } finally {
      await session.close();
    }
  } catch (error) {
    const isAway = error instanceof PgdbaError && error.exit === 4 && error.retryable;
    if (isAway) return null;
    throw error;
  }
}
