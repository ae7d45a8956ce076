import { keyOf, type IndexKey } from './indexKey.js';
import type { Suspect } from './suspect.js';

/** An index that another one makes superfluous. */
export interface Overlap {
  readonly issue: 'duplicate' | 'redundant';
  readonly drop: Suspect;
  readonly keep: Suspect;
}

/** Sizes by oid, in bytes. */
type SizeOf = (index: Suspect) => number;

interface Candidate {
  readonly index: Suspect;
  readonly key: IndexKey;
}

/**
 * Indexes that others of the same table make superfluous: `duplicate` have the same key, `redundant` a part of the
 * other's. Which of two alike is kept: what a constraint, a foreign key, the replica identity or a partitioned index
 * hangs on, then the unique one, the one that CLUSTER goes by, the smaller, the more used, the older.
 */
export function findOverlaps(suspects: readonly Suspect[], sizeOf: SizeOf): Overlap[] {
  const usable = suspects.filter((index) => index.is_valid && !index.is_changing);
  const tables = new Map<number, Candidate[]>();
  for (const index of usable) {
    tables.set(index.relid, [...(tables.get(index.relid) ?? []), { index, key: keyOf(index) }]);
  }
  return [...tables.values()].flatMap((candidates) => overlapsOf(candidates, sizeOf));
}

function overlapsOf(candidates: readonly Candidate[], sizeOf: SizeOf): Overlap[] {
  const inOrder = [...candidates].sort((a, b) => compareWorth(a.index, b.index, sizeOf));
  const found = inOrder.flatMap((a, rank) => {
    const others = inOrder.flatMap((b, otherRank) => {
      if (a === b) return [];
      const issue = covers(b, a);
      const isMutual = issue !== null && covers(a, b) !== null;
      return issue === null || (isMutual && rank < otherRank) ? [] : [{ issue, keep: b.index }];
    });
    return others.length === 0 ? [] : [{ drop: a.index, others }];
  });
  const dropped = new Set(found.map(({ drop }) => drop.oid));
  return found.map(({ drop, others }) => {
    const twins = others.filter(({ issue }) => issue === 'duplicate');
    const lasting = others.filter(({ keep }) => !dropped.has(keep.oid));
    const [best] = [...twins, ...lasting, ...others];
    if (best === undefined) throw new Error('an overlap has another index');
    return { drop, ...best };
  });
}

/** Negative when `a` is rather to be kept. */
function compareWorth(a: Suspect, b: Suspect, sizeOf: SizeOf): number {
  const worth = (index: Suspect): number[] => [
    (index.constraints ?? []).length > 0 || (index.referenced_by ?? []).length > 0 ? 0 : 1,
    index.is_replica_identity ? 0 : 1,
    index.is_partition ? 0 : 1,
    index.is_unique ? 0 : 1,
    index.is_clustered ? 0 : 1,
    sizeOf(index),
    -index.scans,
    index.oid,
  ];
  const [mine, others] = [worth(a), worth(b)];
  const at = mine.findIndex((value, i) => value !== others[i]);
  return at < 0 ? 0 : (mine[at] ?? 0) - (others[at] ?? 0);
}

/** How `b` does all that `a` does; null when it does not. */
function covers(b: Candidate, a: Candidate): Overlap['issue'] | null {
  if (!isAlike(a.index, b.index) || !enforcesAsMuch(b.index, a.index)) return null;
  const isPrefix = a.key.parts.every((part, at) => part === b.key.parts[at]);
  if (!isPrefix) return null;
  if (a.key.parts.length === b.key.parts.length) {
    if (!isSubset(a.key.included, b.key.included)) return null;
    return a.key.included.size === b.key.included.size ? 'duplicate' : redundant(a.index);
  }
  return a.index.method === 'btree' && isSubset(a.key.included, b.key.columns) ? redundant(a.index) : null;
}

/** What is unique or excludes is never redundant: a wider key enforces less. */
function redundant(index: Suspect): 'redundant' | null {
  return index.is_unique || index.is_exclusion ? null : 'redundant';
}

/** Options of how an index is stored, which no query sees; all others make a different index. */
const STORAGE_ONLY =
  /^(fillfactor|deduplicate_items|buffering|fastupdate|gin_pending_list_limit|autosummarize)=/;

function isAlike(a: Suspect, b: Suspect): boolean {
  return (
    a.method === b.method &&
    a.predicate === b.predicate &&
    a.class_options === b.class_options &&
    telling(a.storage_options) === telling(b.storage_options)
  );
}

function telling(options: string | null): string {
  return (options ?? '')
    .split(',')
    .filter((one) => !STORAGE_ONLY.test(one))
    .sort()
    .join(',');
}

/** Whether `b` forbids all rows that `a` forbids, at the same moment. */
function enforcesAsMuch(b: Suspect, a: Suspect): boolean {
  if (a.is_exclusion) return false;
  if (!a.is_unique) return true;
  return b.is_unique && b.is_immediate === a.is_immediate && b.nulls_not_distinct === a.nulls_not_distinct;
}

function isSubset(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  return [...a].every((column) => b.has(column));
}
