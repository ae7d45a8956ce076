import { PgdbaError } from '../../core/errors.js';
import { tokensOf } from './tokens.js';

const SYNTAX_ERROR = '42601';
/** invalid_prepared_statement_definition: a statement that PREPARE does not take. */
const NOT_PREPARABLE = '42P14';

/**
 * Where in the text the server found the mistake, in UTF-16 units from 0; null when it did not say.
 * @param before what was sent in front of the text
 */
export function positionIn(error: PgdbaError, before: string, text: string): number | null {
  const { cause } = error;
  const told = cause instanceof Error && 'position' in cause ? Number(cause.position) : Number.NaN;
  if (!Number.isInteger(told) || told <= before.length) return null;
  // The server counts characters, and from 1.
  return Array.from(text)
    .slice(0, told - 1 - before.length)
    .join('').length;
}

const CUT_HINT =
  'The text seems cut off: pg_stat_activity cuts texts after track_activity_query_size bytes. pg_stat_statements ' +
  'keeps them whole: --queryid.';

/**
 * The error to tell for a text that could not be prepared: what the server answered, and where in the text
 * (`details.position`, in characters from 1); with a hint when the text ends at the mistake.
 */
export function refusal(error: PgdbaError, before: string, text: string): PgdbaError {
  const { code, message, sqlstate, hint, cause } = error;
  if (sqlstate === NOT_PREPARABLE) return new PgdbaError('not_plannable', message, { sqlstate, cause });
  if (code !== 'server_error' || sqlstate === undefined) return error;
  const at = positionIn(error, before, text);
  const cut = sqlstate === SYNTAX_ERROR && isCutOff(text, at);
  return new PgdbaError(code, message, {
    hint: cut ? CUT_HINT : hint,
    sqlstate,
    cause,
    ...(at === null ? {} : { details: { position: Array.from(text.slice(0, at)).length + 1 } }),
  });
}

/** Whether the text ends at the mistake, or in a literal, name or comment that nobody closed. */
function isCutOff(text: string, position: number | null): boolean {
  if (position === null) return false;
  const tokens = tokensOf(text);
  const last = tokens.at(-1);
  if (last === undefined || position >= last.end) return true;
  const opened = last.kind === 'string' || last.kind === 'quoted';
  return opened && position === last.start && last.end === text.length;
}
