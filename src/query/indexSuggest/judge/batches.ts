/** Cuts a list into parts, in its order, none of which weighs more than `most` unless one thing alone does. */
export function batchesOf<T>(all: readonly T[], most: number, weigh: (one: T) => number): T[][] {
  const batches: T[][] = [];
  let room = 0;
  for (const one of all) {
    const weight = weigh(one);
    const last = batches.at(-1);
    if (last === undefined || weight > room) {
      batches.push([one]);
      room = most - weight;
    } else {
      last.push(one);
      room -= weight;
    }
  }
  return batches;
}
