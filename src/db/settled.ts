import type { Socket } from 'node:net';
import { ConnectRefusal } from './connectFailure.js';

/** Waits for one event; an error, the end of the socket or the signal come as a rejection and destroy the socket. */
export function settled(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (act: () => void): void => {
      socket.off(event, onEvent).off('error', onError).off('close', onClose);
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const fail = (reason: Error): void => {
      finish(() => {
        socket.destroy();
        reject(reason);
      });
    };
    const onEvent = (): void => {
      finish(resolve);
    };
    const onError = (error: Error): void => {
      fail(error);
    };
    const onClose = (): void => {
      fail(new ConnectRefusal('connection_failed', 'server closed the connection unexpectedly'));
    };
    const onAbort = (): void => {
      fail(signal.reason as Error);
    };
    socket.once(event, onEvent).once('error', onError).once('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
