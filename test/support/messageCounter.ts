/**
 * Follows the bytes that a PostgreSQL server sends and finds where its messages end. Each has a letter and a length
 * of four bytes that counts itself. Only the answer to a request for encryption is a single letter before all of them.
 */
export class MessageCounter {
  /** Messages seen to their end. */
  messages = 0;
  /** Letter of the last of them; Z says that an answer is whole. */
  last = '';
  #single = 0;
  #header: number[] = [];
  #bodyLeft = 0;

  /** The client asked for encryption: the next byte from the server stands alone. */
  expectSingleByte(): void {
    this.#single++;
  }

  /**
   * Takes the next bytes from the server.
   * @returns the offset just after the message with which `limit` messages are complete (0 when they already were),
   * or undefined when these bytes do not reach it.
   */
  take(bytes: Uint8Array, limit = Number.POSITIVE_INFINITY): number | undefined {
    if (this.messages >= limit) return 0;
    for (let offset = 0; offset < bytes.length;) {
      offset = this.#step(bytes, offset);
      if (this.messages >= limit) return offset;
    }
    return undefined;
  }

  #step(bytes: Uint8Array, offset: number): number {
    if (this.#single > 0) {
      this.#single--;
      return offset + 1;
    }
    if (this.#bodyLeft > 0) {
      const taken = Math.min(this.#bodyLeft, bytes.length - offset);
      this.#bodyLeft -= taken;
      if (this.#bodyLeft === 0) this.#end();
      return offset + taken;
    }
    this.#header.push(bytes[offset] ?? 0);
    if (this.#header.length === 5) {
      this.#bodyLeft = Buffer.from(this.#header).readInt32BE(1) - 4;
      if (this.#bodyLeft === 0) this.#end();
    }
    return offset + 1;
  }

  #end(): void {
    this.messages++;
    this.last = String.fromCharCode(this.#header[0] ?? 0);
    this.#header = [];
  }
}

const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;

/** Whether these first bytes of a client ask for encryption. */
export function asksForEncryption(bytes: Buffer): boolean {
  if (bytes.length !== 8 || bytes.readInt32BE(0) !== 8) return false;
  return [SSL_REQUEST, GSS_REQUEST].includes(bytes.readInt32BE(4));
}
