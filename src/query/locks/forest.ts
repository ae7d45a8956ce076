import type { Block } from './blocks.js';

/** A party's place in the tree of one root. */
export interface Place {
  readonly key: string;
  /** How its parent blocks it; null for the root. */
  readonly block: Block | null;
  readonly depth: number;
  /** How many wait below it in this tree. */
  readonly victims: number;
  readonly blocks: readonly Place[];
}

/** The tree below a party that blocks others and waits for nobody, or below one of those who wait in a circle. */
export interface Tree {
  readonly root: Place;
  /** The circle that the root is part of, in the order in which they wait for each other; empty for others. */
  readonly cycle: readonly string[];
}

/** Who waits for a party, by the party's key. */
type Followers = ReadonlyMap<string, readonly Block[]>;

/**
 * The blocking forest. Each root's tree holds everybody who waits for it, directly or not, once: below a blocker that
 * is nearest to the root, and below one that holds a lock rather than one that only stands ahead in the queue. Ends
 * for any edges: whom no root leads to waits in a circle, or for one that does, and a circle is entered once.
 */
export function forestOf(blocks: readonly Block[]): Tree[] {
  const followers = groupedBy(blocks, ({ blocker }) => blocker);
  const blockers = groupedBy(blocks, ({ waiter }) => waiter);
  const trees = [...followers.keys()]
    .filter((key) => !blockers.has(key))
    .map((key): Tree => ({ root: treeBelow(key, followers), cycle: [] }));
  const reached = new Set(trees.flatMap(({ root }) => keysOf(root)));
  for (const key of blockers.keys()) {
    if (reached.has(key)) continue;
    const cycle = circleBehind(key, blockers);
    const root = treeBelow(cycle[0] ?? key, followers);
    for (const found of keysOf(root)) reached.add(found);
    trees.push({ root, cycle });
  }
  return trees.sort((one, other) => other.root.victims - one.root.victims);
}

/** Everybody in a tree, the root first. */
export function* placesOf(root: Place): Generator<Place> {
  const waiting: Place[] = [root];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    yield place;
    waiting.push(...place.blocks);
  }
}

function keysOf(root: Place): string[] {
  return [...placesOf(root)].map(({ key }) => key);
}

function groupedBy(blocks: readonly Block[], keyOf: (block: Block) => string): Map<string, Block[]> {
  const groups = new Map<string, Block[]>();
  for (const block of blocks) {
    const group = groups.get(keyOf(block));
    if (group === undefined) groups.set(keyOf(block), [block]);
    else group.push(block);
  }
  return groups;
}

/** The circle that one runs into who follows the first blockers, beginning with the least key, so that it is stable. */
function circleBehind(start: string, blockers: ReadonlyMap<string, readonly Block[]>): string[] {
  const path: string[] = [];
  const seen = new Set<string>();
  let key = start;
  while (!seen.has(key)) {
    seen.add(key);
    path.push(key);
    key = blockers.get(key)?.[0]?.blocker ?? key;
  }
  const circle = path.slice(path.indexOf(key));
  const first = circle.indexOf([...circle].sort()[0] ?? key);
  return [...circle.slice(first), ...circle.slice(0, first)];
}

/** A place while its tree grows. */
interface Growing {
  readonly key: string;
  readonly block: Block | null;
  readonly depth: number;
  victims: number;
  readonly blocks: Growing[];
}

function treeBelow(key: string, followers: Followers): Place {
  const root: Growing = { key, block: null, depth: 0, victims: 0, blocks: [] };
  const grown = [root];
  const seen = new Set([key]);
  let queued: [Growing, Block][] = [];
  const grow = (parent: Growing, block: Block): void => {
    if (seen.has(block.waiter)) return;
    seen.add(block.waiter);
    const place = { key: block.waiter, block, depth: parent.depth + 1, victims: 0, blocks: [] };
    parent.blocks.push(place);
    grown.push(place);
  };
  // `grown` gets longer while it is gone through: nearest first. Places in a queue count once no holder leads further.
  for (let at = 0; at < grown.length || queued.length > 0; at++) {
    const place = grown[at];
    if (place === undefined) {
      for (const [parent, block] of queued) grow(parent, block);
      queued = [];
      at--;
      continue;
    }
    for (const block of followers.get(place.key) ?? []) {
      if (block.kind === 'ahead_in_queue') queued.push([place, block]);
      else grow(place, block);
    }
  }
  for (const place of grown.reverse()) {
    place.victims = place.blocks.reduce((sum, { victims }) => sum + 1 + victims, 0);
  }
  return root;
}
