import type { Limitation } from '../limitation.js';
import { limited } from '../truncated.js';
import { adviceFor } from './advice.js';
import { blocksOf, type Block } from './blocks.js';
import { objectOf, wantedBy, whoIs } from './describe.js';
import { forestOf, placesOf, type Place, type Tree } from './forest.js';
import type { SessionRow } from './lockQuestions.js';
import type { LocksAnswer, LongRow, Node, Root, WaitingRow } from './locksData.js';
import { partiesOf, preparedKey, sessionKey, type LockAnswers, type Party } from './party.js';

/** How much is shown. */
export interface LocksWish {
  /** Rows of each list, and waiters of each tree; 0 = all. */
  readonly limit: number;
  readonly fullText: boolean;
  /** Prepared transactions of this age are long ones. */
  readonly minAgeMs: number;
}

/** All trees together show at most this many times --limit waiters: one may hang below very many roots. */
const TREES_SHOWN_WHOLE = 10;

/** Everything that parts of the answer are made of. */
interface Picture {
  readonly parties: ReadonlyMap<string, Party>;
  readonly blocks: readonly Block[];
  readonly trees: readonly Tree[];
  /** Names of the relations that somebody waits to lock, by target. */
  readonly relations: ReadonlyMap<string, string | null>;
  readonly wish: LocksWish;
}

/** The answer of `query locks`, from what the server said. */
export function locksAnswer(answers: LockAnswers, limitations: Limitation[], wish: LocksWish): LocksAnswer {
  const parties = partiesOf(answers);
  const blocks = blocksOf(parties);
  const trees = forestOf(blocks);
  const waits = [...parties.values()].flatMap(({ wait }) => (wait === null ? [] : [wait]));
  const relations = new Map(waits.map(({ target, relation }) => [target, relation]));
  const picture: Picture = { parties, blocks, trees, relations, wish };
  const waiting = limited(waitingRows(picture), wish.limit);
  const roots = limited(trees, wish.limit);
  const long = limited(longRows(answers, picture), wish.limit);
  return {
    waiting: waiting.rows,
    waiting_truncated: waiting.truncated,
    roots: rootsShown(roots.rows, picture),
    roots_truncated: roots.truncated,
    long_transactions: long.rows,
    long_transactions_truncated: long.truncated,
    recovery_conflict: recoveryConflict(answers.sessions),
    totals: {
      waiting: waiting.truncated?.total ?? waiting.rows.length,
      roots: trees.length,
      long_transactions: long.truncated?.total ?? long.rows.length,
      deepest: deepestOf(trees),
    },
    limitations,
  };
}

function deepestOf(trees: readonly Tree[]): number {
  let deepest = 0;
  for (const { root } of trees) {
    for (const { depth } of placesOf(root)) deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** Where a party stands in the forest: steps to its nearest root, and all roots that lead to it. */
function standings({ trees, parties }: Picture): Map<string, { depth: number; roots: number[] }> {
  const found = new Map<string, { depth: number; roots: number[] }>();
  for (const { root } of trees) {
    const pid = parties.get(root.key)?.pid ?? 0;
    for (const { key, depth } of placesOf(root)) {
      const known = found.get(key) ?? { depth, roots: [] };
      found.set(key, { depth: Math.min(known.depth, depth), roots: [...known.roots, pid] });
    }
  }
  return found;
}

function waitingRows(picture: Picture): WaitingRow[] {
  const { parties, blocks, wish } = picture;
  const standing = standings(picture);
  const blockers = new Map<string, Block[]>();
  for (const block of blocks) {
    const known = blockers.get(block.waiter);
    if (known === undefined) blockers.set(block.waiter, [block]);
    else known.push(block);
  }
  return [...parties.values()]
    .filter(({ key, wait }) => wait !== null || blockers.has(key))
    .map((party): WaitingRow => {
      const own = (blockers.get(party.key) ?? []).map(({ blocker, kind }) => {
        const { pid = 0, gid = null } = parties.get(blocker) ?? {};
        return { pid, gid, kind };
      });
      const pids = (rows: typeof own): number[] =>
        [...new Set(rows.map(({ pid }) => pid))].sort((a, b) => a - b);
      const place = standing.get(party.key);
      return {
        ...whoIs(party, wish.fullText),
        ...wantedBy(party),
        blocked_by: pids(own),
        soft_blocked_by: pids(own.filter(({ kind }) => kind === 'ahead_in_queue')),
        blockers: own,
        depth: place?.depth ?? null,
        roots: place?.roots ?? [],
      };
    })
    .sort(byLongestWait);
}

/** Before 14 nobody tells when a wait began; then the age of the statement stands for it. */
function byLongestWait(one: WaitingRow, other: WaitingRow): number {
  const since = ({ wait_ms, query_age_ms }: WaitingRow): number => wait_ms ?? query_age_ms ?? 0;
  return since(other) - since(one) || one.pid - other.pid;
}

function rootsShown(trees: readonly Tree[], picture: Picture): Root[] {
  const { limit } = picture.wish;
  let left = limit === 0 ? Infinity : limit * TREES_SHOWN_WHOLE;
  return trees.map((tree): Root => {
    const { root, cycle } = tree;
    const shown = nearest(root, Math.min(left, limit === 0 ? Infinity : limit));
    left -= shown.size;
    const party = partyOf(root, picture);
    return {
      ...nodeOf(root, shown, picture),
      cycle: cycle.map((key) => picture.parties.get(key)?.pid ?? 0),
      ...adviceFor(tree, party, picture.blocks, picture.parties),
      truncated: shown.size < root.victims ? { shown: shown.size, total: root.victims } : null,
    };
  });
}

/** The waiters nearest to a root, so many of them; a waiter is never among them without those above it. */
function nearest(root: Place, count: number): Set<Place> {
  const found: Place[] = [...root.blocks];
  for (let at = 0; at < found.length && at < count; at++) found.push(...(found[at]?.blocks ?? []));
  return new Set(found.slice(0, Math.max(0, count)));
}

function partyOf({ key }: Place, { parties }: Picture): Party {
  const party = parties.get(key);
  if (party === undefined) throw new Error(`nobody is known as ${key}`);
  return party;
}

function nodeOf(place: Place, shown: ReadonlySet<Place>, picture: Picture): Node {
  const party = partyOf(place, picture);
  return {
    ...whoIs(party, picture.wish.fullText),
    ...wantedBy(party),
    blocked_as: place.block?.kind ?? null,
    depth: place.depth,
    victims: place.victims,
    held: party.held
      .filter(({ target }) => picture.relations.has(target))
      .map((lock) => {
        const relation = picture.relations.get(lock.target) ?? null;
        const [locktype = ''] = lock.target.split(':');
        return { mode: lock.mode, locktype, relation, object: objectOf(lock, relation) };
      }),
    blocks: place.blocks.filter((child) => shown.has(child)).map((child) => nodeOf(child, shown, picture)),
  };
}

function longRows({ sessions, prepared }: LockAnswers, { parties, trees, wish }: Picture): LongRow[] {
  const victims = new Map<string, number>();
  for (const { root } of trees) {
    for (const place of placesOf(root)) {
      victims.set(place.key, Math.max(victims.get(place.key) ?? 0, place.victims));
    }
  }
  const rowOf = (key: string, xid: string | null, xminAge: number | null): LongRow[] => {
    const party = parties.get(key);
    if (party === undefined) return [];
    return [
      {
        ...whoIs(party, wish.fullText),
        victims: victims.get(key) ?? 0,
        backend_xid: xid,
        backend_xmin_age: xminAge,
      },
    ];
  };
  return [
    ...sessions
      .filter(({ is_long, pid }) => is_long === true && parties.get(sessionKey(pid ?? 0))?.wait === null)
      .flatMap((row) => rowOf(sessionKey(row.pid ?? 0), row.backend_xid, row.backend_xmin_age)),
    ...prepared
      .filter(({ prepared_age_ms }) => (prepared_age_ms ?? 0) >= wish.minAgeMs)
      .flatMap((row) => rowOf(preparedKey(row.gid ?? ''), row.transaction, null)),
  ].sort((one, other) => (other.xact_age_ms ?? 0) - (one.xact_age_ms ?? 0) || one.pid - other.pid);
}

/** Events in which replay waits for sessions, and pg_locks shows nothing. */
const CONFLICT_EVENTS = /^(RecoveryConflict|BufferPin$)/;

function recoveryConflict(sessions: readonly SessionRow[]): LocksAnswer['recovery_conflict'] {
  const startup = sessions.find(
    ({ backend_type, wait_event }) => backend_type === 'startup' && CONFLICT_EVENTS.test(wait_event ?? ''),
  );
  if (startup === undefined) return null;
  const suspects = sessions
    .filter(
      ({ backend_xmin_age, backend_type }) => backend_xmin_age !== null && backend_type === 'client backend',
    )
    .sort((one, other) => (other.backend_xmin_age ?? 0) - (one.backend_xmin_age ?? 0));
  return {
    pid: startup.pid,
    wait_event: startup.wait_event ?? '',
    suspects: suspects.flatMap(({ pid }) => pid ?? []),
  };
}
