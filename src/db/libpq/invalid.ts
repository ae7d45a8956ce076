import { PgdbaError } from '../../core/errors.js';

/** Returns the error for a connection string, service file or variable that cannot be understood. */
export function invalid(message: string, hint?: string): PgdbaError {
  return new PgdbaError('connection_string_invalid', message, hint === undefined ? {} : { hint });
}
