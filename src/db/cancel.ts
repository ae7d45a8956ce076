import { openChannel, type ChannelTarget } from './channel.js';
import type { TlsPlan } from './libpq/plan.js';

const CANCEL_REQUEST = 80_877_102;

/** A cancel is a courtesy to the server; whoever waits for one is about to leave. */
const LONGEST_MS = 500;

export interface CancelTarget {
  readonly target: ChannelTarget;
  /** null when the session itself is not encrypted. */
  readonly tls: TlsPlan | null;
  readonly backendPid: number;
  readonly secretKey: Buffer;
}

/**
 * Asks the server to cancel what a session is running (the manual's "Message Flow: Canceling Requests in Progress"),
 * encrypted if the session is. Returns once the server has hung up, after half a second at the latest; it never
 * rejects, because the server tells nobody whether there was something to cancel.
 */
export async function requestCancel({ target, tls, backendPid, secretKey }: CancelTarget): Promise<void> {
  // A pooler's console gives out no key.
  if (secretKey.length === 0) return;
  const signal = AbortSignal.timeout(LONGEST_MS);
  try {
    const { socket } = await openChannel(target, {
      signal,
      tls: tls === null ? null : { plan: tls, ifOffered: false },
      keepAlive: { enabled: false, idleMs: 0 },
    });
    const closed = new Promise<void>((resolve) => {
      socket.once('close', resolve);
      socket.once('error', () => socket.destroy());
      signal.addEventListener('abort', () => socket.destroy(), { once: true });
    });
    socket.resume();
    // Not end(): a pooler that sees us hang up forgets the request before it has passed it on.
    socket.write(cancelRequest(backendPid, secretKey));
    await closed;
  } catch {
    // Out of reach: there is nothing left that a cancel could do.
  }
}

function cancelRequest(backendPid: number, secretKey: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeInt32BE(head.length + secretKey.length, 0);
  head.writeInt32BE(CANCEL_REQUEST, 4);
  head.writeInt32BE(backendPid, 8);
  return Buffer.concat([head, secretKey]);
}
