import { PgdbaError } from '../errors.js';
import { quoteIdentifier } from '../identifier.js';
import { isListQuoted, listKind, splitList } from './lists.js';
import { isSettingName } from './name.js';

/**
 * The statement that writes the value into postgresql.auto.conf. ALTER SYSTEM takes no parameters, so name and value are
 * quoted here; the text means the same whatever standard_conforming_strings says. A list that the server quotes item by
 * item is given item by item.
 * @throws PgdbaError `parameter_value_invalid` for a line break or NUL, a list that cannot be split and an empty list;
 *   `parameter_unknown` for a name that must not reach the file (isSettingName).
 */
export function alterSystemSet(name: string, value: string, major: number): string {
  const target = quotedName(name);
  const literals = argumentsOf(name, value, major).map(literal);
  return `ALTER SYSTEM SET ${target} = ${literals.join(', ')}`;
}

/**
 * The statement that removes the parameter's line from postgresql.auto.conf.
 * @throws PgdbaError `parameter_unknown` for a name that must not reach the file (isSettingName).
 */
export function alterSystemReset(name: string): string {
  return `ALTER SYSTEM RESET ${quotedName(name)}`;
}

function quotedName(name: string): string {
  if (!isSettingName(name)) {
    throw new PgdbaError('parameter_unknown', `${JSON.stringify(name)} is no name of a parameter`, {
      hint: 'A name is letters, digits and underscores, with one dot at most, and 63 characters on each side of it.',
    });
  }
  return name.split('.').map(quoteIdentifier).join('.');
}

function argumentsOf(name: string, value: string, major: number): readonly string[] {
  if (/[\n\0]/.test(value)) {
    throw invalid(name, 'it holds a line break or a NUL character', 'Write the value on one line.');
  }
  if (!isListQuoted(name, major)) return [value];
  const kind = listKind(name);
  const items = splitList(value, kind);
  if (items === null) throw invalid(name, 'it is not a list that the server could split', SPLIT_HINT);
  if (items.length === 0) {
    throw invalid(name, 'ALTER SYSTEM would store an empty list as one item without a name', EMPTY_HINT);
  }
  if (kind === 'paths' && items.includes('')) {
    throw invalid(name, 'an item without a name keeps the server from starting', EMPTY_HINT);
  }
  return items;
}

const SPLIT_HINT = 'Put commas between the items, and double quotes around one that holds a comma.';
const EMPTY_HINT = 'Reset the parameter to clear the list.';

/** E'' only where a backslash needs it: then the text means the same with standard_conforming_strings off. */
function literal(value: string): string {
  const quoted = value.replaceAll("'", "''");
  return quoted.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

function invalid(name: string, reason: string, hint: string): PgdbaError {
  return new PgdbaError('parameter_value_invalid', `the value for ${name} cannot be set: ${reason}`, {
    hint,
  });
}
