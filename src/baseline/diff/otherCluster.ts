import type { Slim } from '../slim.js';

/**
 * Whether two baselines are of different clusters: their system identifiers differ, or, where one of them is not known,
 * their fingerprints do.
 */
export function isOtherCluster(
  before: Pick<Slim, 'moment' | 'fingerprint'>,
  after: Pick<Slim, 'moment' | 'fingerprint'>,
): boolean {
  const [a, b] = [before.moment.system_identifier, after.moment.system_identifier];
  return a === null || b === null ? before.fingerprint !== after.fingerprint : a !== b;
}
