import { PgdbaError } from '../../core/errors.js';
import { alterSystemReset, alterSystemSet } from '../../core/setting/alterSystem.js';
import { isListQuoted, listKind, splitList } from '../../core/setting/lists.js';
import type { ChangeParameter, ChangeSet } from './changeSet.js';

/** One parameter's way from one line of postgresql.auto.conf to another; null = no line. */
export interface Step {
  /** Stable within its changeset: the parameter's name. */
  readonly id: string;
  readonly from: string | null;
  readonly to: string | null;
  /** The statement that takes it, and the one that takes it back. */
  readonly execute: string;
  readonly undo: string;
}

/**
 * The step between two lines.
 * @throws PgdbaError `parameter_not_changeable` when the way back is closed: ALTER SYSTEM would not write the present
 * line again (somebody made it by hand); `parameter_value_invalid` when it cannot write the new one
 */
export function stepBetween(id: string, from: string | null, to: string | null, major: number): Step {
  return { id, from, to, execute: statement(id, to, major), undo: wayBack(id, from, major) };
}

function statement(name: string, line: string | null, major: number): string {
  return line === null ? alterSystemReset(name) : alterSystemSet(name, line, major);
}

function wayBack(name: string, line: string | null, major: number): string {
  try {
    return statement(name, line, major);
  } catch (error) {
    if (!(error instanceof PgdbaError)) throw error;
    throw new PgdbaError(
      'parameter_not_changeable',
      `the line that postgresql.auto.conf has for ${name} now could not be brought back: ${error.message}`,
      { hint: 'Correct that line by hand first.', cause: error },
    );
  }
}

/** Whether two lines are the same to PostgreSQL, however the items of a list are quoted. */
export function isSameLine(name: string, a: string | null, b: string | null, major: number): boolean {
  if (a === null || b === null || a === b || !isListQuoted(name, major)) return a === b;
  const [first, second] = [splitList(a, listKind(name)), splitList(b, listKind(name))];
  return first !== null && second !== null && JSON.stringify(first) === JSON.stringify(second);
}

/** The line that a changeset gives a parameter: what it had, where nothing was to be done. */
export function lineAfter(
  changeSet: ChangeSet,
  { name, old_line, new_value }: ChangeParameter,
): string | null {
  const planned = changeSet.dry_run_result?.parameters.find((parameter) => parameter.name === name);
  return planned?.action === 'none' ? old_line : new_value;
}
