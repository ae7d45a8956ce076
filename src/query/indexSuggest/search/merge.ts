import { type Candidate, definitionSql, reshaped } from '../candidates/candidate.js';

/** Columns that one index may carry for several statements, and their bytes. */
const MOST_CARRIED = 6;
const WIDEST = 160;

/** Picks that differ by INCLUDE alone, and the one index that holds what all of them hold, where it is not too wide. */
export function mergers(
  chosen: readonly Candidate[],
): { readonly parts: readonly Candidate[]; readonly whole: Candidate }[] {
  const groups = new Map<string, Candidate[]>();
  for (const one of chosen) {
    const key = `${String(one.relation.oid)} ${definitionSql({ ...one, include: [] })}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((parts) => {
    const [first] = parts;
    if (first === undefined || parts.length < 2) return [];
    const include = [...new Set(parts.flatMap((one) => one.include))];
    const whole = reshaped(first, { include });
    return include.length > MOST_CARRIED || widthOf(whole) > WIDEST ? [] : [{ parts, whole }];
  });
}

function widthOf({ relation, keys, include }: Candidate): number {
  const names = new Set([...include, ...keys.flatMap(({ term }) => term.columns)]);
  return relation.columns.reduce((sum, { name, width }) => sum + (names.has(name) ? width : 0), 0);
}
