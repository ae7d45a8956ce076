import { PgdbaError } from '../../../src/core/errors.js';

/** Code and message of the PgdbaError that is thrown. */
export function errorIn(body: () => unknown): [string, string] {
  try {
    body();
  } catch (error) {
    if (error instanceof PgdbaError) return [error.code, error.message];
    throw error;
  }
  throw new Error('nothing was thrown');
}
