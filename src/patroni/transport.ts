import type { Clock } from '../core/clock.js';
import { PgdbaError } from '../core/errors.js';
import { eachOnce } from './eachOnce.js';
import { endpointOf, type Credentials, type Endpoint } from './endpoint.js';
import { NoAnswer, sendHttp, type HttpAnswer, type HttpRequest, type Tls } from './http.js';

export interface PatroniAccess {
  /** Tried in this order; at least one. */
  readonly endpoints: readonly Endpoint[];
  /** For endpoints whose URL holds none; asked for at the first request, null for none. */
  readonly credentials: () => Promise<Credentials | null>;
  readonly tls: Tls;
  /** For one request, from the connection to the end of the answer; milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Wanted {
  readonly method: HttpRequest['method'];
  /** From the endpoint's URL on, with a slash at its beginning. */
  readonly path: string;
  /** JSON; null for none. */
  readonly body: string | null;
  /** In place of the usual time limit. */
  readonly timeoutMs?: number;
  /** Whether the run's end waits for its answer, within the time limit, once it may have been sent; false unless said. */
  readonly isFinished?: boolean;
}

/** Sends requests to nodes, with the credentials that belong to them. */
export class Transport {
  #credentials: Promise<Credentials | null> | undefined;

  constructor(readonly access: PatroniAccess) {}

  /** The endpoint given with that URL, which may know credentials, or one that the cluster tells of. */
  endpointAt(url: string): Endpoint {
    const endpoint = endpointOf(url);
    const given = this.access.endpoints.find((known) => known.url === endpoint.url);
    return given ?? { ...endpoint, credentials: null };
  }

  /**
   * Sends a request once, to one node, whatever it answers.
   * @throws PgdbaError `patroni_unreachable` when it certainly did nothing; `patroni_answer_lost` when it changes
   * something, was sent, and no answer came
   */
  async send(endpoint: Endpoint, wanted: Wanted): Promise<HttpAnswer> {
    const { method, path, body, timeoutMs = this.access.timeoutMs, isFinished = false } = wanted;
    const { tls, signal } = this.access;
    const url = `${endpoint.url}${path}`;
    const headers = await this.#headers(endpoint, body !== null);
    try {
      return await sendHttp({ method, url, body, headers, timeoutMs, signal, isFinished, tls });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      const mayHaveWorked = method !== 'GET' && error.wasSent;
      throw new PgdbaError(
        mayHaveWorked ? 'patroni_answer_lost' : 'patroni_unreachable',
        `${method} ${url}: ${error.message}`,
        { details: { timed_out: error.timedOut } },
      );
    }
  }

  async #headers(endpoint: Endpoint, hasBody: boolean): Promise<Record<string, string>> {
    const type: Record<string, string> = hasBody ? { 'content-type': 'application/json' } : {};
    if (!this.#mayTell(endpoint)) return type;
    const known = endpoint.credentials ?? (await (this.#credentials ??= this.access.credentials()));
    if (known === null) return type;
    const basic = Buffer.from(`${known.user}:${known.password}`).toString('base64');
    return { ...type, authorization: `Basic ${basic}` };
  }

  /** A cluster that is reached over TLS cannot talk us into telling the password in the clear. */
  #mayTell({ url }: Endpoint): boolean {
    return url.startsWith('https:') || this.access.endpoints.some((one) => one.url.startsWith('http:'));
  }
}

/** What was rejected, as a value where it is a PgdbaError; anything else is thrown on. */
export function asPgdbaError(error: unknown): PgdbaError {
  if (error instanceof PgdbaError) return error;
  throw error;
}

/** One error for all endpoints: that of the first which at least answered, else that none did. */
export function nobodyAnswered(path: string, failures: readonly PgdbaError[]): PgdbaError {
  const [only, ...more] = failures;
  if (only !== undefined && more.length === 0) return only;
  const code = failures.find((one) => one.code !== 'patroni_unreachable')?.code ?? 'patroni_unreachable';
  const each = eachOnce(failures.map(({ message }) => message));
  return new PgdbaError(code, `no endpoint gave ${path}: ${each}`);
}
