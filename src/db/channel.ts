import { connect as connectTcp, isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { ConnectRefusal } from './connectFailure.js';
import type { TlsPlan } from './libpq/plan.js';
import { settled } from './settled.js';

/** Where a socket is opened: an address that needs no look-up any more. */
export type ChannelTarget =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly address: string; readonly port: number; readonly host: string };

export interface ChannelOptions {
  readonly signal: AbortSignal;
  /** null: no TLS. `ifOffered` goes on in plain text when the server has no TLS. */
  readonly tls: { readonly plan: TlsPlan; readonly ifOffered: boolean } | null;
  readonly keepAlive: { readonly enabled: boolean; readonly idleMs: number };
}

/** An open byte stream to a server, encrypted if `tls` is not null; no byte of PostgreSQL's start-up was sent yet. */
export interface Channel {
  readonly socket: Socket;
  readonly tls: TLSSocket | null;
}

const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Opens a socket and agrees on TLS (the manual's "Message Flow: SSL Session Encryption").
 * @throws Error of the network or of TLS, ConnectRefusal, or the signal's reason
 */
export async function openChannel(target: ChannelTarget, options: ChannelOptions): Promise<Channel> {
  const { signal, tls } = options;
  const socket = await openSocket(target, signal);
  if (target.kind === 'socket') return { socket, tls: null };
  socket.setNoDelay(true);
  socket.setKeepAlive(options.keepAlive.enabled, options.keepAlive.idleMs);
  if (tls === null) return { socket, tls: null };
  try {
    if (!tls.plan.direct && !(await serverHasTls(socket, signal))) {
      if (tls.ifOffered) return { socket, tls: null };
      throw new ConnectRefusal('tls_failed', 'server does not support SSL, but SSL was required');
    }
    // Loaded only here: node:tls costs every plain connection some milliseconds of its start.
    const { secure } = await import('./secureChannel.js');
    const secured = await secure(socket, target.host, tls.plan, signal);
    return { socket: secured, tls: secured };
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function openSocket(target: ChannelTarget, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const socket =
    target.kind === 'socket'
      ? connectTcp({ path: target.path })
      : connectTcp({
          host: target.address,
          port: target.port,
          family: isIP(target.address.replace(/%.*/, '')),
        });
  // Between two steps nobody else listens, and an error event without a listener ends the process.
  socket.on('error', () => undefined);
  return settled(socket, 'connect', signal).then(() => socket);
}

async function serverHasTls(socket: Socket, signal: AbortSignal): Promise<boolean> {
  socket.write(SSL_REQUEST);
  const answer = await firstBytes(socket, signal);
  const letter = answer.toString('latin1', 0, 1);
  if (letter === 'E')
    throw new ConnectRefusal('tls_failed', 'server sent an error response during SSL exchange');
  if (letter !== 'S' && letter !== 'N') {
    throw new ConnectRefusal('connection_failed', 'the server does not speak the PostgreSQL protocol');
  }
  // More than the one byte was put there by somebody who wants it to be read as if it had come encrypted.
  if (answer.length > 1)
    throw new ConnectRefusal('tls_failed', 'received unencrypted data after SSL response');
  return letter === 'S';
}

function firstBytes(socket: Socket, signal: AbortSignal): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  const onData = (chunk: Buffer): void => {
    bytes = chunk;
    socket.pause();
  };
  socket.once('data', onData);
  return settled(socket, 'data', signal).then(
    () => bytes,
    (error: unknown) => {
      socket.off('data', onData);
      throw error;
    },
  );
}
