import type { ErrorCode } from '../core/codes.js';
import { asError, PgdbaError } from '../core/errors.js';
import { codeOf, isServerError, networkFault, type NetworkFault } from './networkError.js';
import {
  AUTHENTICATION_CLASS,
  CANNOT_CONNECT_NOW,
  INSUFFICIENT_PRIVILEGE,
  NO_SUCH_DATABASE,
  UNAVAILABLE,
} from './sqlstates.js';

/** Where an attempt went, for its message. */
export interface AttemptPlace {
  /** The host as configured, or the folder of a socket. */
  readonly host: string;
  readonly port: number;
  /** The address it was resolved to; null for a socket or before the look-up. */
  readonly address: string | null;
  readonly socket: boolean;
}

/** What pgdba itself refuses while connecting; describeConnectFailure() puts the place in front of the message. */
export class ConnectRefusal extends Error {
  override readonly name = 'ConnectRefusal';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

const FAULT_CODES: Readonly<Record<NetworkFault, ErrorCode>> = {
  refused: 'connection_refused',
  unresolved: 'host_not_found',
  timeout: 'connection_timeout',
  broken: 'connection_failed',
  unreachable: 'connection_failed',
  tls: 'tls_failed',
};

/** What a person knows these as, in the words that psql uses. */
const FAULT_TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Connection refused',
  ENOENT: 'No such file or directory',
  EACCES: 'Permission denied',
  ETIMEDOUT: 'timeout expired',
  EHOSTUNREACH: 'No route to host',
  ENETUNREACH: 'Network is unreachable',
  ECONNRESET: 'Connection reset by peer',
  ENOTFOUND: 'could not translate host name to address: Name or service not known',
  EAI_AGAIN: 'could not translate host name to address: Temporary failure in name resolution',
};

/**
 * Returns the PgdbaError for an attempt that failed; the message names host and port as psql does, and never a
 * password or the connection string.
 * @throws the error itself when the network, TLS and the server are innocent of it, so that a bug stays `internal`
 */
export function describeConnectFailure(thrown: unknown, place: AttemptPlace): PgdbaError {
  const error = asError(thrown);
  if (error instanceof PgdbaError) return error;
  if (error instanceof ConnectRefusal) {
    return new PgdbaError(
      error.code,
      located(place, error.message),
      error.hint === undefined ? {} : { hint: error.hint },
    );
  }
  if (isServerError(error)) {
    return new PgdbaError(startupCode(error.code), located(place, `${error.severity}: ${error.message}`), {
      sqlstate: error.code,
      cause: error,
    });
  }
  // pg reports a server that fails its part of SCRAM by plain Errors that begin so.
  if (error.message.startsWith('SASL:'))
    return new PgdbaError('auth_failed', located(place, error.message), { cause: error });
  const fault = networkFault(error);
  if (fault === null) throw thrown;
  const text =
    fault === 'tls' ? `SSL error: ${tlsText(error)}` : (FAULT_TEXTS[codeOf(error) ?? ''] ?? error.message);
  return new PgdbaError(FAULT_CODES[fault], located(place, text), { cause: error });
}

/** Returns one error for several attempts: the last one's code, what each said, and all of them in the details. */
export function combineFailures(failures: readonly PgdbaError[]): PgdbaError {
  const last = failures.at(-1);
  if (last === undefined) return new PgdbaError('connection_failed', 'there is no host to connect to');
  if (failures.length === 1) return last;
  return new PgdbaError(last.code, failures.map((failure) => failure.message).join('\n'), {
    hint: last.hint,
    cause: last,
    ...(last.sqlstate === undefined ? {} : { sqlstate: last.sqlstate }),
    details: {
      attempts: failures.map(({ code, message, sqlstate }) => ({
        code,
        message,
        sqlstate: sqlstate ?? null,
      })),
    },
  });
}

/** Returns whether libpq would go on to the next host or address after this failure. */
export function mayTryNextHost(failure: PgdbaError): boolean {
  if (failure.sqlstate === CANNOT_CONNECT_NOW) return true;
  const codes: readonly ErrorCode[] = [
    'connection_refused',
    'connection_timeout',
    'host_not_found',
    'no_suitable_host',
  ];
  return (
    codes.includes(failure.code) || (failure.sqlstate === undefined && failure.code === 'connection_failed')
  );
}

function startupCode(sqlstate: string): ErrorCode {
  if (sqlstate.startsWith(AUTHENTICATION_CLASS) || sqlstate === INSUFFICIENT_PRIVILEGE) return 'auth_failed';
  if (sqlstate === NO_SUCH_DATABASE) return 'database_not_found';
  return UNAVAILABLE.some((state) => state === sqlstate) ? 'server_unavailable' : 'connection_failed';
}

function located({ host, port, address, socket }: AttemptPlace, text: string): string {
  if (socket) return `connection to server on socket "${host}/.s.PGSQL.${String(port)}" failed: ${text}`;
  const resolved = address === null || address === host ? '' : ` (${address})`;
  return `connection to server at "${host}"${resolved}, port ${String(port)} failed: ${text}`;
}

/** OpenSSL's own text holds thread ids and source lines; its reason is the part for people. */
function tlsText(error: Error): string {
  return 'reason' in error && typeof error.reason === 'string' ? error.reason : error.message;
}
