import type { Candidate } from '../candidates/candidate.js';
import { hopesToStopEarly } from '../candidates/stopsEarly.js';
import type { Choice } from './choice.js';
import type { Judged } from '../judge/judge.js';
import type { Check } from '../suggestData.js';
import { checkColumns } from './checkColumns.js';
import { usesOf } from './checkedUses.js';
import { checkPositions } from './checkPositions.js';
import type { CheckAround, CheckOutcome } from './checkAround.js';

/** Checks, by bounded samples of the tables, what picks' gains rest on beside the planner's cost; each pick once. */
export async function checkAll(
  choice: Choice,
  judged: readonly Judged[],
  around: CheckAround,
): Promise<CheckOutcome> {
  const failed: string[] = [];
  let distrusted = false;
  for (const one of choice.chosen) {
    if (around.checks.has(one.id)) continue;
    const helped = judged.filter(
      (statement) => choice.costs.get(statement.at)?.used.includes(one.id) === true,
    );
    const hopeful = helped.filter((statement) =>
      usesOf(one, [statement]).some((use) => hopesToStopEarly(one, use)),
    );
    const positions = await checkPositions(one, hopeful, hopeful.length < helped.length, around);
    distrusted ||= positions.distrusted;
    const results = [
      await checkColumns(one, helped, around),
      ...positions.checks,
      // Who else is helped by it does not hear of a statement that is not.
      ...(positions.failed.length === helped.length ? positions.failed : []),
      checkPattern(one),
    ].filter((check) => check !== null);
    around.checks.set(one.id, results);
    if (results.some(({ assumption, result }) => result === 'fails' && assumption !== 'limit_stops_early'))
      failed.push(one.id);
  }
  return { failed, distrusted };
}

function checkPattern(one: Candidate): Check | null {
  if (one.assumes !== 'pattern_is_a_prefix') return null;
  return {
    assumption: 'pattern_is_a_prefix',
    result: 'not_checked',
    sample_rows: null,
    detail: 'the pattern is a parameter; the index serves it only where it does not begin with % or _',
  };
}
