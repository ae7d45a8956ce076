import { createServer, type Server, type Socket } from 'node:net';
import type { Recorded } from './recorded.js';

export interface ScriptedRequest {
  /** e.g. `PATCH /config` */
  readonly line: string;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a node does with a request: a recorded answer, closing the connection, or nothing. */
export type Act = Recorded | 'close' | 'hang';

/** A node that plays recorded answers as Patroni writes them: HTTP/1.0, closed after each. */
export interface ScriptedNode {
  readonly url: string;
  readonly requests: readonly ScriptedRequest[];
  /** Decides from now on. */
  act: (request: ScriptedRequest) => Act;
  close(): Promise<void>;
}

export async function scriptedNode(act: (request: ScriptedRequest) => Act): Promise<ScriptedNode> {
  const requests: ScriptedRequest[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      const request = completeRequest(text);
      if (request === undefined) return;
      requests.push(request);
      perform(socket, node.act(request));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const node: ScriptedNode = {
    url: `http://127.0.0.1:${String(port)}`,
    requests,
    act,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
  return node;
}

function completeRequest(text: string): ScriptedRequest | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':')[0]?.toLowerCase() ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = text.slice(end + 4);
  const isComplete = Buffer.byteLength(body) >= Number(headers['content-length'] ?? 0);
  return isComplete ? { line: first.replace(/ HTTP\/1\.1$/, ''), headers, body } : undefined;
}

function perform(socket: Socket, act: Act): void {
  if (act === 'hang') return;
  if (act === 'close') {
    socket.destroy();
    return;
  }
  const body = typeof act.body === 'string' ? act.body : JSON.stringify(act.body);
  socket.end(
    `HTTP/1.0 ${String(act.status)} X\r\nServer: BaseHTTP/0.6\r\nContent-Type: ${act.content_type ?? ''}\r\n\r\n${body}`,
  );
}
