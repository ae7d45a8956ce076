// What a client sends: a proxy that passes everything on and writes down the statements of unencrypted connections.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * Starts a recorder in front of a server.
 * @returns where it listens, the statements so far as `{ sql, params }`, and how to close it
 */
export async function startRecorder(target) {
  const statements = [];
  const server = createServer((client) => {
    const upstream = connect(target);
    const reader = new FrontendReader(statements);
    client.on('data', (bytes) => reader.take(bytes));
    client.pipe(upstream).pipe(client);
    // A client that leaves with answers unread resets its connection, which is no end that a pipe would pass on.
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  return { host: '127.0.0.1', port, statements, close: () => server.close() };
}

/** Reads a client's messages: a first one without a type, then type, length and body. */
class FrontendReader {
  #statements;
  #rest = Buffer.alloc(0);
  #started = false;
  #parsed = '';

  constructor(statements) {
    this.#statements = statements;
  }

  take(bytes) {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const lengthAt = this.#started ? 1 : 0;
      if (this.#rest.length < lengthAt + 4) return;
      const end = lengthAt + this.#rest.readUInt32BE(lengthAt);
      if (this.#rest.length < end) return;
      if (this.#started) this.#message(String.fromCharCode(this.#rest[0]), this.#rest.subarray(5, end));
      this.#started = true;
      this.#rest = this.#rest.subarray(end);
    }
  }

  #message(type, body) {
    if (type === 'Q') this.#statements.push({ sql: textAt(body, 0), params: [] });
    else if (type === 'P') this.#parsed = textAt(body, textEnd(body, 0) + 1);
    else if (type === 'B') this.#statements.push({ sql: this.#parsed, params: boundValues(body) });
  }
}

function textEnd(body, from) {
  return body.indexOf(0, from);
}

function textAt(body, from) {
  return body.toString('utf8', from, textEnd(body, from));
}

/** The values of a Bind message, all in text format: portal, statement, format codes, values. */
function boundValues(body) {
  let at = textEnd(body, textEnd(body, 0) + 1) + 1;
  at += 2 + 2 * body.readUInt16BE(at);
  const count = body.readUInt16BE(at);
  at += 2;
  return Array.from({ length: count }, () => {
    const length = body.readInt32BE(at);
    at += 4;
    if (length < 0) return null;
    at += length;
    return body.toString('utf8', at - length, at);
  });
}
