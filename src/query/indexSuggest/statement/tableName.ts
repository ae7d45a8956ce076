import { PgdbaError } from '../../../core/errors.js';
import { tokensOf } from '../../plan/tokens.js';

/** The schema (null when there is none) and name that a text such as `shop."Mixed Case"` means. @throws PgdbaError `usage` */
export function parseTableName(text: string): readonly [string | null, string] {
  const tokens = tokensOf(text);
  const names = tokens.filter((_, at) => at % 2 === 0);
  const dots = tokens.filter((_, at) => at % 2 === 1);
  const right =
    names.every(({ kind }) => kind === 'word' || kind === 'quoted') &&
    dots.every(({ value }) => value === '.');
  const [first, second] = names.map(({ value }) => value);
  if (!right || first === undefined || names.length > 2 || dots.length !== names.length - 1)
    throw new PgdbaError('usage', `"${text}" is not the name of a table`);
  return second === undefined ? [null, first] : [first, second];
}
