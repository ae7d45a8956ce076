import { buildConnector, Client } from 'undici';

/** TLS of the REST API; contents of PEM files. */
export interface Tls {
  /** null: what Node trusts. */
  readonly ca: string | null;
  /** Certificate and key that Patroni is shown; null for none. */
  readonly client: { readonly cert: string; readonly key: string } | null;
  /** False: whoever answers is believed. */
  readonly verify: boolean;
}

export interface HttpRequest {
  readonly method: 'GET' | 'PATCH' | 'POST';
  readonly url: string;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** For all of it, from the first byte of the connection to the last of the answer. */
  readonly timeoutMs: number;
  /** Ends it at once, with the signal's reason. */
  readonly signal: AbortSignal;
  /** Once it may have been sent, its answer is awaited all the same, for as long as the time limit says. */
  readonly isFinished: boolean;
  readonly tls: Tls;
}

export interface HttpAnswer {
  readonly status: number;
  /** In lower case, without parameters; '' when none was told. */
  readonly contentType: string;
  readonly text: string;
}

/** No answer came. */
export class NoAnswer extends Error {
  /** @param wasSent whether the request may have reached a server that acts on it */
  constructor(
    message: string,
    readonly wasSent: boolean,
    readonly timedOut: boolean,
  ) {
    super(message);
  }
}

/** The configuration of a cluster is some kilobytes; whoever sends more is not Patroni. */
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Sends one request over a connection of its own: Patroni speaks HTTP/1.0 and closes it. A body travels with its
 * length, never chunked, which Patroni refuses.
 * @throws NoAnswer when the network, TLS or the time limit ends it; the signal's reason when that does
 */
export async function sendHttp(request: HttpRequest): Promise<HttpAnswer> {
  const { origin, pathname, search } = new URL(request.url);
  const limit = AbortSignal.timeout(request.timeoutMs);
  const connection = connectionTo(origin, request);
  const over = new AbortController();
  const stop = stopOf(request, connection, over.signal);
  try {
    const { statusCode, headers, body } = await connection.client.request({
      method: request.method,
      path: `${pathname}${search}`,
      headers: request.headers,
      body: request.body,
      signal: AbortSignal.any([stop, limit]),
    });
    const text = await body.text();
    return { status: statusCode, contentType: contentTypeOf(headers['content-type']), text };
  } catch (error) {
    stop.throwIfAborted();
    throw noAnswer(error, limit.aborted, connection.isMade(), request);
  } finally {
    over.abort();
    await connection.client.destroy();
  }
}

interface Connection {
  readonly client: Client;
  readonly isMade: () => boolean;
}

/** What ends the request before its time: of one that is to be finished only as long as nothing can have been sent. */
function stopOf({ signal, isFinished }: HttpRequest, { isMade }: Connection, over: AbortSignal): AbortSignal {
  if (!isFinished || signal.aborted) return signal;
  const stop = new AbortController();
  const onStop = (): void => {
    if (!isMade()) stop.abort(signal.reason);
  };
  signal.addEventListener('abort', onStop, { once: true, signal: over });
  return stop.signal;
}

function connectionTo(origin: string, { tls, timeoutMs }: HttpRequest): Connection {
  const connect = buildConnector({
    ...(tls.ca === null ? {} : { ca: tls.ca }),
    ...tls.client,
    rejectUnauthorized: tls.verify,
    timeout: timeoutMs,
  });
  let made = false;
  const client = new Client(origin, {
    maxResponseSize: MOST_ANSWER_BYTES,
    connect: (options, callback) => {
      connect(options, (error, socket) => {
        made ||= error === null;
        if (error === null) callback(null, socket);
        else callback(error, null);
      });
    },
  });
  return { client, isMade: () => made };
}

function contentTypeOf(header: string | string[] | undefined): string {
  const text = Array.isArray(header) ? header[0] : header;
  return (text ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function noAnswer(thrown: unknown, timedOut: boolean, connected: boolean, request: HttpRequest): NoAnswer {
  const { message, code } = rootOf(thrown);
  // A server that wants another certificate may say so when TLS 1.3 is already agreed, and reads nothing.
  const wasSent = connected && !code.startsWith('ERR_SSL_');
  if (timedOut) return new NoAnswer(`no answer within ${String(request.timeoutMs)} ms`, wasSent, true);
  const words = WORDS[code] ?? (message === '' ? code : message);
  // Python's server closes in silence on whoever shows none.
  const mayWantOne = connected && request.url.startsWith('https:') && request.tls.client === null;
  const guess = mayWantOne ? ' (it may want a client certificate)' : '';
  return new NoAnswer(`${words}${guess}`, wasSent, code === 'UND_ERR_CONNECT_TIMEOUT');
}

interface Failure {
  readonly message: string;
  readonly code: string;
}

/** Of several addresses of one host the last failure is told. */
function rootOf(thrown: unknown): Failure {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return rootOf(thrown.errors.at(-1));
  const { message = '', code } = thrown as { readonly message?: string; readonly code?: unknown };
  // The code of a DOMException, such as that of a time limit, is a number.
  return { message, code: typeof code === 'string' ? code : '' };
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (connection refused)',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name could not be resolved just now',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ECONNRESET: 'the connection was closed without an answer',
  UND_ERR_SOCKET: 'the connection was closed without an answer',
  UND_ERR_CONNECT_TIMEOUT: 'the connection was not made in time',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the answer is too long for one of Patroni',
};
