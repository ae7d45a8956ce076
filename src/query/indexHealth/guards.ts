import type { Suspect } from './suspect.js';

/** What forbids to drop an index. */
export const BLOCKERS = ['constraint', 'replica_identity', 'foreign_key', 'partition'] as const;
export type Blocker = (typeof BLOCKERS)[number];

interface Guard {
  readonly blocker: Blocker;
  /** What depends on the index, for people; null when nothing does. */
  readonly holds: (index: Suspect) => string | null;
}

const GUARDS: readonly Guard[] = [
  {
    blocker: 'constraint',
    holds: ({ constraints, is_unique: isUnique }) => {
      if ((constraints ?? []).length > 0) return `constraint ${(constraints ?? []).join(', ')}`;
      return isUnique ? 'it keeps values unique' : null;
    },
  },
  {
    blocker: 'replica_identity',
    holds: (index) => (index.is_replica_identity ? 'it is the replica identity' : null),
  },
  {
    blocker: 'foreign_key',
    holds: ({ referenced_by: keys }) =>
      (keys ?? []).length > 0 ? `foreign keys refer to it: ${(keys ?? []).join(', ')}` : null,
  },
  {
    blocker: 'partition',
    holds: ({ parent }) => (parent === null ? null : 'it belongs to the index of a partitioned table'),
  },
];

/** What forbids to drop an index for good, whatever other indexes there are. */
export function guardsOf(index: Suspect): { readonly blocker: Blocker; readonly why: string }[] {
  return GUARDS.flatMap(({ blocker, holds }) => {
    const why = holds(index);
    return why === null ? [] : [{ blocker, why }];
  });
}

/**
 * Foreign keys of its table whose columns an index begins with, in any order: without it each DELETE of a referenced
 * row would read the whole table. Only those that no other of the table’s indexes serves.
 */
export function foreignKeysServed(index: Suspect, ofTable: readonly Suspect[]): string[] {
  return (index.foreign_keys ?? [])
    .filter(({ columns }) => serves(index, columns))
    .filter(({ columns }) => !ofTable.some((other) => other.oid !== index.oid && serves(other, columns)))
    .map(({ name }) => name);
}

function serves(index: Suspect, columns: readonly number[]): boolean {
  if (!index.is_valid || index.predicate !== null || index.method !== 'btree') return false;
  const lead = index.key.split(' ').map(Number).slice(0, Math.min(columns.length, index.key_columns));
  return lead.length === columns.length && columns.every((column) => lead.includes(column));
}
