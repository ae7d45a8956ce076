import type { Server } from '../cluster/server.js';
import type { PATRONI_OVERRIDES } from './changeset/changeSet.js';
import type { Configuration } from './configuration.js';

export type PatroniOverride = (typeof PATRONI_OVERRIDES)[number];

/**
 * Whether a cluster manager beats what ALTER SYSTEM would set for a parameter, as far as SQL tells: `overridden` when
 * the postmaster got it on its command line, whoever started it; `unknown` when Patroni (or nobody knows what) manages
 * the server, because its configuration is read over its REST API; else `not_managed`.
 */
export function patroniOverride(
  { managedBy }: Pick<Server, 'managedBy'>,
  { settings }: Pick<Configuration, 'settings'>,
  name: string,
): PatroniOverride {
  if (settings.get(name.toLowerCase())?.source === 'command line') return 'overridden';
  return managedBy === 'patroni' || managedBy === 'unknown' ? 'unknown' : 'not_managed';
}
