import { networkInterfaces } from 'node:os';

/**
 * An IPv4 address of this machine that is not its loopback.
 * @throws Error on a machine without network: what needs one is not proved there, and does not pass either
 */
export function networkAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const found = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  if (found === undefined) throw new Error('this machine has no address but its loopback');
  return found.address;
}
