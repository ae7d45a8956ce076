import type { GrownRow } from '../../inspect/delta.js';
import { fingerprintOf } from '../fingerprint.js';
import { numbersOf, totalTimeOf, type StatementNumbers } from './statementNumbers.js';
import { entryKey } from './statementTexts.js';

export const GROUPINGS = ['fingerprint', 'queryid'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** One entry of pg_stat_statements, or several that are one statement. */
export interface StatementGroup {
  readonly numbers: StatementNumbers;
  /** The entry with the most time comes first: it gives the group its text and identifier. */
  readonly entries: readonly GrownRow[];
}

/**
 * Entries put together: those of one queryid, whoever ran it and wherever; those whose texts differ in nothing but
 * values; or each by itself. An entry whose queryid is hidden is never put together with another.
 * @param texts by {@link entryKey}; an entry without a text has no fingerprint and stays by itself
 */
export function grouped(
  entries: readonly GrownRow[],
  by: Grouping | null,
  texts: ReadonlyMap<string, string>,
  isInterval: boolean,
): StatementGroup[] {
  const groups = new Map<unknown, GrownRow[]>();
  for (const entry of entries) {
    const key = groupKey(entry, by, texts);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return [...groups.values()].map((members) => ({
    numbers: numbersOf(
      members.map(({ row }) => row),
      isInterval,
    ),
    entries: members.length === 1 ? members : mostTimeFirst(members, isInterval),
  }));
}

/** What is the same of all entries of a group; the entry itself where it stands alone. */
function groupKey(entry: GrownRow, by: Grouping | null, texts: ReadonlyMap<string, string>): unknown {
  const { queryid } = entry.row;
  if (by === null || typeof queryid !== 'string') return entry;
  if (by === 'queryid') return queryid;
  const text = texts.get(entryKey(entry.row));
  return text === undefined ? entry : fingerprintOf(text);
}

function mostTimeFirst(members: readonly GrownRow[], isInterval: boolean): GrownRow[] {
  const timed = members.map((member) => ({ member, time: totalTimeOf(numbersOf([member.row], isInterval)) }));
  return timed.sort((a, b) => (b.time ?? -1) - (a.time ?? -1)).map(({ member }) => member);
}
