import { PgdbaError } from '../errors.js';
import { confTokens, quoteConf, unquoteConf, type ConfToken, type ConfTokenKind } from './confToken.js';
import { foldCase } from './fold.js';
import { isSettingName } from './name.js';

/** Directives that bring in other files; every other line of a configuration file is a setting. */
const INCLUDES = ['include', 'include_if_exists', 'include_dir'] as const;

/** A line of a configuration file. Of an include, `value` is the path that it names. */
export interface ConfEntry {
  readonly kind: 'setting' | (typeof INCLUDES)[number];
  readonly name: string;
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
}

/** A line that the server could not read; because of one of them it takes nothing of the file. */
interface ConfError {
  readonly line: number;
  readonly message: string;
}

export interface ConfFile {
  readonly entries: readonly ConfEntry[];
  readonly errors: readonly ConfError[];
}

/**
 * The settings and includes of a configuration file in the order of its lines, repeated ones as often as they stand
 * there, and the lines that the server would call a syntax error. Nothing is looked up: names and values may be wrong.
 */
export function parseConfFile(text: string): ConfFile {
  const entries: ConfEntry[] = [];
  const errors: ConfError[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    const line = index + 1;
    const tokens = confTokens(content);
    if (tokens.length === 0) continue;
    const read = readLine(tokens);
    if ('message' in read) errors.push({ line, message: read.message });
    else entries.push({ kind: kindOf(read.name), name: read.name, value: read.value, line });
  }
  return { entries, errors };
}

const NAMES: readonly (ConfTokenKind | undefined)[] = ['id', 'qualified'];
const VALUES: readonly (ConfTokenKind | undefined)[] = ['id', 'string', 'unquoted', 'integer', 'real'];

function readLine(tokens: readonly ConfToken[]): { name: string; value: string } | { message: string } {
  const [name, ...afterName] = tokens;
  if (name === undefined || !NAMES.includes(name.kind))
    return { message: 'the line does not start with a name' };
  const [value, ...rest] = afterName[0]?.kind === 'equals' ? afterName.slice(1) : afterName;
  if (value === undefined) return { message: `“${name.text}” has no value` };
  if (!VALUES.includes(value.kind)) return { message: `the value of “${name.text}” needs quotes` };
  if (rest.length > 0) return { message: `something follows the value of “${name.text}”` };
  return { name: name.text, value: value.kind === 'string' ? unquoteConf(value.text) : value.text };
}

function kindOf(name: string): ConfEntry['kind'] {
  return INCLUDES.find((include) => include === foldCase(name)) ?? 'setting';
}

/**
 * The line of a configuration file that gives the parameter the value, without a line break: quoted unless it is one word.
 * @throws PgdbaError `parameter_unknown` for a name that would break the file (isSettingName), `parameter_value_invalid`
 *   for a NUL character.
 */
export function printConfLine(name: string, value: string): string {
  if (!isSettingName(name)) {
    throw new PgdbaError('parameter_unknown', `${JSON.stringify(name)} is no name of a parameter`);
  }
  if (value.includes('\0')) {
    throw new PgdbaError('parameter_value_invalid', `the value for ${name} holds a NUL character`);
  }
  const [first] = confTokens(value);
  const isOneWord = first?.text === value && /^(?:id|integer|real)$/.test(first.kind);
  return `${name} = ${isOneWord ? value : quoteConf(value)}`;
}
