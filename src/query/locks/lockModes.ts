/**
 * The modes that each mode conflicts with, weakest first, as PostgreSQL's documentation tabulates them; tuples,
 * transactions, advisory locks and all others use the same modes.
 */
const CONFLICTS: Readonly<Record<string, readonly string[]>> = (() => {
  const access = 'AccessExclusiveLock';
  const exclusive = ['ExclusiveLock', access];
  const shareRow = ['ShareRowExclusiveLock', ...exclusive];
  const share = ['ShareLock', ...shareRow];
  const update = ['ShareUpdateExclusiveLock', ...share];
  const row = ['RowExclusiveLock', 'ShareUpdateExclusiveLock', ...shareRow];
  return {
    AccessShareLock: [access],
    RowShareLock: exclusive,
    RowExclusiveLock: share,
    ShareUpdateExclusiveLock: update,
    ShareLock: row,
    ShareRowExclusiveLock: ['RowExclusiveLock', ...update],
    ExclusiveLock: ['RowShareLock', 'RowExclusiveLock', ...update],
    AccessExclusiveLock: ['AccessShareLock', 'RowShareLock', 'RowExclusiveLock', ...update],
  };
})();

/** Whether a lock in one mode keeps another session from the same thing in the other; predicate locks block nobody. */
export function conflicts(one: string, other: string): boolean {
  return CONFLICTS[one]?.includes(other) ?? false;
}
