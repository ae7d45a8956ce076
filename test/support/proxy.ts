import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { asksForEncryption, MessageCounter } from './messageCounter.js';

/** When a fault strikes a connection; counted for each connection by itself. */
export type FaultPoint =
  | { readonly at: 'connect' }
  /** Just after that many whole messages of the server were passed on. */
  | { readonly at: 'server-messages'; readonly count: number }
  | { readonly at: 'server-bytes'; readonly count: number }
  | { readonly at: 'client-bytes'; readonly count: number };

/**
 * What then happens. `close`: both sides see an orderly end. `reset`: the client gets an RST. `hang`: nothing is
 * passed on any more and the connection stays open, as when a firewall forgot it.
 */
export type FaultKind = 'close' | 'reset' | 'hang';

export interface ProxyRules {
  readonly fault?: FaultPoint & { readonly kind: FaultKind };
  /** Added to each round trip, half of it in each direction, in milliseconds. */
  readonly roundTripMs?: number;
  /**
   * What the client sends from the first match on is held back until `release`, as if it were still under way; so is
   * the client's leaving.
   */
  readonly holdAt?: RegExp;
  /** The number of the one connection that they hold for; the first is 0. All others pass as they come. */
  readonly only?: number;
}

/** What a client sent at once. */
export interface Piece {
  readonly text: string;
  /** How many messages of the server had come before. */
  readonly after: number;
  /** Whether it was passed on to the server. */
  readonly passed: boolean;
}

/** What passed through one connection. */
export interface ConnectionCount {
  serverMessages: number;
  /** Letter of the last of them; Z says that an answer is whole, so that the client goes on. */
  lastMessage: string;
  serverBytes: number;
  clientBytes: number;
  /** In their order; what is held back is not among them yet. */
  readonly pieces: Piece[];
  /** Whether the fault struck it. */
  struck: boolean;
  /** Whether something of its client is held back. */
  held: boolean;
}

export interface Proxy {
  readonly host: string;
  readonly port: number;
  /** One entry for each connection so far, in the order of their coming. */
  readonly connections: readonly ConnectionCount[];
  /** Resolves when the fault strikes a connection for the first time. */
  readonly whenStruck: Promise<void>;
  /** New rules for the connections to come; counts start anew. */
  setRules(rules: ProxyRules): void;
  /** Passes on what is held back. */
  release(): void;
  /** Strikes every connection that there is, and each that comes from now on, until `heal`. */
  cut(kind: FaultKind): void;
  /** Passes on again what comes from now on; what hung is broken, as it would be by the other side's keepalive. */
  heal(): void;
  close(): Promise<void>;
}

export interface ProxyOptions {
  readonly target: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly rules?: ProxyRules;
}

/** An RST that comes close behind bytes can overtake them, and then some kernels tell of an orderly end. */
const RESET_DELAY_MS = 10;

/** Starts a TCP proxy on 127.0.0.1 that passes connections on to `target` and spoils them as the rules say. */
export function startProxy(options: ProxyOptions): Promise<Proxy> {
  let rules = options.rules ?? {};
  let connections: ConnectionCount[] = [];
  const sockets = new Set<Socket>();
  const live = new Set<Connection>();
  let struck = (): void => undefined;
  const whenStruck = new Promise<void>((resolve) => {
    struck = resolve;
  });
  const server = createServer((client) => {
    const upstream = connect(options.target);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      // Breaking connections is what this proxy is for.
      socket.on('error', () => undefined);
    }
    const count = newCount();
    const number = connections.push(count) - 1;
    const connection = new Connection(client, upstream, rulesFor(number, rules), count, struck);
    live.add(connection);
    for (const socket of [client, upstream]) {
      socket.once('close', () => {
        if (client.destroyed && upstream.destroyed) live.delete(connection);
      });
    }
    connection.run();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve({
        host: '127.0.0.1',
        port: (server.address() as AddressInfo).port,
        get connections() {
          return connections;
        },
        whenStruck,
        setRules: (next) => {
          rules = next;
          connections = [];
        },
        release: () => {
          for (const connection of live) connection.release();
        },
        cut: (kind) => {
          rules = { fault: { at: 'connect', kind } };
          for (const connection of live) connection.strike(kind);
        },
        heal: () => {
          rules = {};
          for (const connection of live) connection.strike('close');
        },
        close: () =>
          new Promise((closed) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => {
              closed();
            });
          }),
      });
    });
  });
}

function rulesFor(number: number, rules: ProxyRules): ProxyRules {
  return (rules.only ?? number) === number ? rules : {};
}

function newCount(): ConnectionCount {
  const nothing = { serverMessages: 0, lastMessage: '', serverBytes: 0, clientBytes: 0 };
  return { ...nothing, pieces: [], struck: false, held: false };
}

/** One client's connection and its other half. */
class Connection {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #rules: ProxyRules;
  readonly #count: ConnectionCount;
  readonly #messages = new MessageCounter();
  /** What is held back, in its order; null when nothing is. */
  #held: (() => void)[] | null = null;
  #wasHeld = false;

  constructor(
    client: Socket,
    upstream: Socket,
    rules: ProxyRules,
    count: ConnectionCount,
    private readonly struck: () => void,
  ) {
    this.#client = client;
    this.#upstream = upstream;
    this.#rules = rules;
    this.#count = count;
  }

  run(): void {
    if (this.#rules.fault?.at === 'connect') {
      this.strike(this.#rules.fault.kind);
      return;
    }
    const toServer = this.#line(this.#upstream);
    const toClient = this.#line(this.#client);
    this.#client.on('data', (bytes) => {
      this.#holdFrom(bytes);
      this.#later(() => {
        this.#fromClient(bytes, toServer);
      });
    });
    this.#upstream.on('data', (bytes) => {
      this.#fromServer(bytes, toClient);
    });
    // The end of one side is passed on behind the bytes that are still under way.
    this.#client.on('close', () => {
      this.#later(() => {
        if (!this.#count.struck) toServer(() => this.#upstream.end());
      });
    });
    this.#upstream.on('close', () => {
      if (!this.#count.struck) toClient(() => this.#client.end());
    });
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    this.#count.held = false;
    for (const action of held) action();
  }

  #holdFrom(bytes: Buffer): void {
    if (this.#wasHeld || this.#rules.holdAt?.test(bytes.toString('latin1')) !== true) return;
    this.#wasHeld = true;
    this.#held = [];
    this.#count.held = true;
  }

  /** At once, or when what came before it is released. */
  #later(action: () => void): void {
    if (this.#held === null) action();
    else this.#held.push(action);
  }

  /** Does things in order, each half a round trip later, as long as the receiving side is there. */
  #line(receiver: Socket): (action: () => void) => void {
    const delay = (this.#rules.roundTripMs ?? 0) / 2;
    const act = (action: () => void): void => {
      if (!receiver.destroyed) action();
    };
    // Timers of the same length fire in the order in which they were set.
    return delay === 0 ? act : (action) => setTimeout(act, delay, action);
  }

  #fromClient(bytes: Buffer, pass: (action: () => void) => void): void {
    const { serverMessages: after, struck } = this.#count;
    this.#count.pieces.push({ text: bytes.toString('latin1'), after, passed: !struck });
    if (struck) return;
    if (this.#count.serverMessages === 0 && asksForEncryption(bytes)) this.#messages.expectSingleByte();
    const fault = this.#rules.fault;
    const limit = fault?.at === 'client-bytes' ? fault.count - this.#count.clientBytes : undefined;
    this.#passUpTo(
      bytes,
      limit !== undefined && bytes.length >= limit ? limit : undefined,
      this.#upstream,
      pass,
    );
    this.#count.clientBytes += bytes.length;
  }

  #fromServer(bytes: Buffer, pass: (action: () => void) => void): void {
    if (this.#count.struck) return;
    const fault = this.#rules.fault;
    const messageLimit = fault?.at === 'server-messages' ? fault.count : undefined;
    const boundary = this.#messages.take(bytes, messageLimit);
    const byteLimit = fault?.at === 'server-bytes' ? fault.count - this.#count.serverBytes : undefined;
    const cut = byteLimit !== undefined && bytes.length >= byteLimit ? byteLimit : boundary;
    this.#count.serverMessages = this.#messages.messages;
    this.#count.lastMessage = this.#messages.last;
    this.#count.serverBytes += cut ?? bytes.length;
    this.#passUpTo(bytes, cut, this.#client, pass);
  }

  /** Passes bytes on, all of them or those before the cut, and lets the fault strike behind them. */
  #passUpTo(
    bytes: Buffer,
    cut: number | undefined,
    receiver: Socket,
    pass: (action: () => void) => void,
  ): void {
    const passed = cut === undefined ? bytes : bytes.subarray(0, cut);
    if (cut !== undefined) this.#count.struck = true;
    pass(() => {
      if (passed.length > 0) receiver.write(passed);
      if (cut !== undefined) this.strike(this.#rules.fault?.kind);
    });
  }

  strike(kind: FaultKind | undefined): void {
    this.#count.struck = true;
    this.struck();
    if (kind === 'hang') return;
    this.#upstream.destroy();
    if (kind === 'reset') setTimeout(() => this.#client.resetAndDestroy(), RESET_DELAY_MS);
    else this.#client.end();
  }
}
