import type { ErrorCode } from '../core/codes.js';
import { asError, PgdbaError } from '../core/errors.js';
import { isServerError, networkFault, type ServerError } from './networkError.js';
import {
  CONNECTION_CLASS,
  INSUFFICIENT_PRIVILEGE,
  LOCK_NOT_AVAILABLE,
  PROTOCOL_VIOLATION,
  QUERY_CANCELED,
  SESSION_ENDED,
} from './sqlstates.js';

/**
 * Returns the PgdbaError for a statement that failed: by SQLSTATE, or `connection_lost` when the network did.
 * @throws the error itself when it is neither, so that a bug stays `internal`
 */
export function describeSqlError(thrown: unknown): PgdbaError {
  const error = asError(thrown);
  if (error instanceof PgdbaError) return error;
  if (isServerError(error)) {
    const details = serverDetails(error);
    return new PgdbaError(statementCode(error), error.message, {
      sqlstate: error.code,
      cause: error,
      ...details,
    });
  }
  if (networkFault(error) !== null) {
    return new PgdbaError('connection_lost', `connection to the server was lost: ${error.message}`, {
      cause: error,
    });
  }
  throw thrown;
}

function statementCode(error: ServerError): ErrorCode {
  // A protocol violation in a live session is a statement that a pooler refused, not a line that went dead.
  if (error.code === PROTOCOL_VIOLATION) return 'server_error';
  if (error.code.startsWith(CONNECTION_CLASS) || SESSION_ENDED.some((state) => state === error.code))
    return 'connection_lost';
  if (error.code === LOCK_NOT_AVAILABLE) return 'lock_timeout';
  if (error.code === INSUFFICIENT_PRIVILEGE) return 'insufficient_privilege';
  return error.code === QUERY_CANCELED && isStatementTimeout(error) ? 'statement_timeout' : 'server_error';
}

/** One SQLSTATE for three reasons; the routine that raised it is the same in every language, the text is not. */
function isStatementTimeout(error: ServerError): boolean {
  return error.message.includes('statement timeout');
}

/** The server's hint goes on; its DETAIL may hold row values and stays away from the output. */
function serverDetails(error: ServerError): { hint?: string } {
  return 'hint' in error && typeof error.hint === 'string' && error.hint !== '' ? { hint: error.hint } : {};
}
