/** What two baselines hold of one kind of thing. */
export interface Compared<T> {
  /** Null with one baseline only: then everything is in `still`, and nothing is known to be new. */
  readonly new: readonly T[] | null;
  /** As they stood in the earlier one. */
  readonly gone: readonly T[] | null;
  readonly still: readonly T[];
}

/**
 * Which things are new, gone or still there. Pure.
 * @param before null where the earlier baseline did not look
 */
export function compared<T>(
  before: readonly T[] | null,
  after: readonly T[],
  idOf: (thing: T) => string,
): Compared<T> {
  if (before === null) return { new: null, gone: null, still: after };
  const [earlier, later] = [new Set(before.map(idOf)), new Set(after.map(idOf))];
  return {
    new: after.filter((thing) => !earlier.has(idOf(thing))),
    gone: before.filter((thing) => !later.has(idOf(thing))),
    still: after.filter((thing) => earlier.has(idOf(thing))),
  };
}
