import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { ChannelTarget } from './channel.js';
import type { Endpoint } from './libpq/plan.js';

/**
 * Returns what to knock at for one endpoint: all addresses of a name, in the resolver's order.
 * @throws Error of the resolver (ENOTFOUND, EAI_AGAIN), or the signal's reason
 */
export async function targetsOf(endpoint: Endpoint, signal: AbortSignal): Promise<ChannelTarget[]> {
  if (endpoint.kind === 'socket') return [{ kind: 'socket', path: endpoint.path }];
  const { host, port, hostaddr } = endpoint;
  const literal = hostaddr ?? (isIP(host) === 0 ? null : host);
  const addresses = literal === null ? await resolve(host, signal) : [literal];
  return addresses.map((address) => ({ kind: 'tcp', address, port, host }));
}

/** The resolver cannot be stopped; an aborted run only stops waiting for it. */
async function resolve(host: string, signal: AbortSignal): Promise<string[]> {
  signal.throwIfAborted();
  const aborted = rejection(signal);
  const found = await Promise.race([lookup(host, { all: true, verbatim: true }), aborted.promise]).finally(
    aborted.release,
  );
  return found.map(({ address }) => address);
}

function rejection(signal: AbortSignal): { promise: Promise<never>; release: () => void } {
  let onAbort: () => void = () => undefined;
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  return {
    promise,
    release: () => {
      signal.removeEventListener('abort', onAbort);
    },
  };
}

/** Returns the list in a random order (Fisher and Yates), for load_balance_hosts=random. */
export function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const pick = Math.floor(random() * (last + 1));
    const [a, b] = [result[last], result[pick]] as [T, T];
    [result[last], result[pick]] = [b, a];
  }
  return result;
}
