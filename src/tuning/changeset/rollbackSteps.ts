import { PgdbaError } from '../../core/errors.js';
import type { ChangeParameter, ChangeSet } from './changeSet.js';
import { isSameLine, lineAfter, stepBetween, type Step } from './executeStep.js';
import type { Lines } from './verifyLines.js';
import type { WantedLine } from './verifyParameter.js';

/** Which lines of a changeset are wanted: those from before it, or those it is for. */
export type Direction = 'rollback' | 'resume';

/** Lines of one parameter: where it shall go, and where the changeset may have left it. */
interface Ends {
  readonly target: string | null;
  readonly other: string | null;
}

function endsOf(changeSet: ChangeSet, parameter: ChangeParameter, direction: Direction): Ends {
  const [before, after] = [parameter.old_line, lineAfter(changeSet, parameter)];
  return direction === 'rollback' ? { target: before, other: after } : { target: after, other: before };
}

/** The lines that postgresql.auto.conf shall have in the end, of every parameter of the changeset. */
export function wantedLines(changeSet: ChangeSet, direction: Direction): WantedLine[] {
  return changeSet.parameters.map((parameter) => ({
    name: parameter.name,
    context: parameter.context,
    line: endsOf(changeSet, parameter, direction).target,
  }));
}

/**
 * The steps from the lines that are there now; none for a parameter that has its line already, so that a second run
 * changes nothing. A rollback goes backwards through the changeset.
 * @param force also from lines that the changeset did not leave
 * @throws PgdbaError `changed_since`, which names each line that somebody else made; `parameter_not_changeable`
 */
export function stepsTo(
  direction: Direction,
  changeSet: ChangeSet,
  lines: Lines,
  { major, force }: { readonly major: number; readonly force: boolean },
): Step[] {
  const steps: Step[] = [];
  const foreign: string[] = [];
  for (const parameter of changeSet.parameters) {
    const { name } = parameter;
    const { target, other } = endsOf(changeSet, parameter, direction);
    const now = lines.get(name.toLowerCase()) ?? null;
    if (isSameLine(name, now, target, major)) continue;
    if (!force && !isSameLine(name, now, other, major)) {
      foreign.push(`${name} has ${text(now)} and not ${text(other)} or ${text(target)}`);
      continue;
    }
    steps.push(stepBetween(name, now, target, major));
  }
  if (foreign.length > 0) {
    throw new PgdbaError(
      'changed_since',
      `somebody else changed postgresql.auto.conf since: ${foreign.join('; ')}`,
    );
  }
  return direction === 'rollback' ? steps.reverse() : steps;
}

function text(line: string | null): string {
  return line === null ? 'no line' : `'${line}'`;
}
