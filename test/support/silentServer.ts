import { createServer, type AddressInfo, type Socket } from 'node:net';

/** Accepts connections and never says a word: what a server looks like that hangs. */
export interface SilentServer {
  readonly port: number;
  /** Resolves when somebody connects. */
  readonly nextConnection: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts one on a free port of 127.0.0.1. */
export async function startSilentServer(): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // The other end may end the connection as rudely as it likes.
    socket.on('error', () => undefined).resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    nextConnection: () =>
      new Promise((resolve) => {
        server.once('connection', () => {
          resolve();
        });
      }),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}
