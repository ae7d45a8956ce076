import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls';
import { readAuthRequest, type AuthPolicy } from './authPolicy.js';
import type { Channel } from './channel.js';
import { ConnectRefusal } from './connectFailure.js';

/** What the server tells of itself before it is ready. */
export interface StartupFacts {
  readonly parameters: ReadonlyMap<string, string>;
  readonly backendPid: number;
  readonly secretKey: Buffer;
}

/** The first messages a server may send; anything else is another protocol's (libpq looks at the letter, too). */
const STARTUP_LETTERS = 'RSKZENv';
/** No message before ReadyForQuery is near as long; a longer one is text that was taken for a length. */
const LONGEST = 30_000;

/**
 * The stream that pg reads and writes. While the session starts it looks at every message, because pg
 * answers any authentication request at once, keeps no ParameterStatus, and throws on messages that it does not know;
 * and it sends our start-up packet in place of pg's, which fills gaps from process.env. Then it only passes bytes on.
 */
export class StartupWire extends Duplex {
  readonly #socket: Socket;
  readonly #certificate: (() => PeerCertificate) | null;
  readonly #packet: Buffer;
  readonly #policy: AuthPolicy;
  readonly #parameters = new Map<string, string>();
  #backendPid = 0;
  #secretKey = Buffer.alloc(0);
  #pending = Buffer.alloc(0);
  #started = false;
  #greeted = false;
  #queued = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(channel: Channel, packet: Buffer, policy: AuthPolicy) {
    super({ allowHalfOpen: false });
    const { socket, tls } = channel;
    this.#socket = socket;
    this.#certificate = tls === null ? null : () => tls.getPeerCertificate(false);
    this.#packet = packet;
    this.#policy = policy;
    socket.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    socket.on('end', () => {
      this.#finish();
    });
    socket.on('error', (error) => {
      this.destroy(error);
    });
    socket.on('close', () => {
      this.#finish();
    });
  }

  get facts(): StartupFacts {
    return { parameters: this.#parameters, backendPid: this.#backendPid, secretKey: this.#secretKey };
  }

  /** pg calls this as it would on a fresh net.Socket; the connection is open already. */
  connect(): void {
    process.nextTick(() => this.emit('connect'));
  }

  /** For pg's SCRAM-SHA-256-PLUS. */
  getPeerCertificate(): PeerCertificate | DetailedPeerCertificate | undefined {
    return this.#certificate?.();
  }

  /** Set on the socket by openChannel(); pg calls them on whatever stream it is given. */
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    this.#socket.ref();
    return this;
  }

  unref(): this {
    this.#socket.unref();
    return this;
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const bytes = this.#greeted ? chunk : this.#packet;
    this.#greeted = true;
    this.#socket.write(bytes, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'binary', done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => {
      done();
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /** Messages of the start are handled one after another, because admitting one may wait for a password. */
  #receive(chunk: Buffer): void {
    if (this.#started && this.#queued === 0) {
      this.#forward(chunk);
      return;
    }
    this.#queued += 1;
    this.#work = this.#work.then(async () => {
      try {
        this.#pending = Buffer.concat([this.#pending, chunk]);
        await this.#walk();
      } catch (error) {
        this.destroy(error as Error);
      } finally {
        this.#queued -= 1;
      }
    });
  }

  /** No more bytes come; what has come is still to be read: the server's last word is often why it hung up. */
  #finish(): void {
    void this.#work.then(() => {
      if (!this.destroyed) this.push(null);
    });
  }

  /** Takes whole messages off the front until the server is ready; the rest waits for more bytes. */
  async #walk(): Promise<void> {
    while (!this.#started && this.#pending.length >= 5) {
      const letter = this.#pending.toString('latin1', 0, 1);
      const length = this.#pending.readInt32BE(1);
      if (!STARTUP_LETTERS.includes(letter) || length < 4 || length > LONGEST) {
        throw new ConnectRefusal('connection_failed', 'the server does not speak the PostgreSQL protocol');
      }
      if (this.#pending.length < length + 1) return;
      const message = this.#pending.subarray(0, length + 1);
      this.#pending = this.#pending.subarray(length + 1);
      await this.#inspect(letter, message.subarray(5));
      this.#forward(message);
    }
    if (this.#started && this.#pending.length > 0) {
      this.#forward(this.#pending);
      this.#pending = Buffer.alloc(0);
    }
  }

  async #inspect(letter: string, body: Buffer): Promise<void> {
    if (letter === 'R') await this.#policy.admit(readAuthRequest(body));
    if (letter === 'S') {
      const [name = '', value = ''] = body.toString('utf8').split('\0');
      this.#parameters.set(name, value);
    }
    if (letter === 'K') {
      this.#backendPid = body.readInt32BE(0);
      this.#secretKey = Buffer.from(body.subarray(4));
    }
    if (letter === 'Z') this.#started = true;
    if (letter === 'v')
      throw new ConnectRefusal('connection_failed', 'the server does not speak protocol version 3.0');
  }

  #forward(bytes: Buffer): void {
    if (!this.destroyed && !this.push(bytes)) this.#socket.pause();
  }
}
