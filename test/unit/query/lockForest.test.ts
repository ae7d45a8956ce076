import { describe, expect, test } from 'vitest';
import { blocksOf, type Block } from '../../../src/query/locks/blocks.js';
import { objectOf } from '../../../src/query/locks/describe.js';
import { forestOf, placesOf, type Place } from '../../../src/query/locks/forest.js';
import { conflicts } from '../../../src/query/locks/lockModes.js';
import { locksAnswer } from '../../../src/query/locks/locksAnswer.js';
import { partiesOf, type LockAnswers } from '../../../src/query/locks/party.js';
import type { LockRow } from '../../../src/inspect/sections/pg_locks.js';

const NO_ROW = Object.fromEntries(
  ['wait_locktype', 'wait_mode', 'wait_database', 'wait_relation_oid', 'wait_row', 'wait_relation']
    .concat([
      'wait_transactionid',
      'wait_object',
      'wait_target',
      'wait_start',
      'wait_ms',
      'datname',
      'usename',
    ])
    .concat(['application_name', 'client_addr', 'leader_pid', 'backend_type', 'state', 'wait_event_type'])
    .concat(['wait_event', 'xact_start', 'xact_age_ms', 'state_age_ms', 'query_start', 'query_age_ms'])
    .concat(['backend_xid', 'query'])
    .map((name) => [name, null]),
) as unknown as LockRow;

/** A member of the forest: waits for the relation with `mode` behind `blockedBy`, holds `held` on it. */
function member(pid: number, more: Partial<LockRow> & { readonly held_mode?: string } = {}): LockRow {
  const { held_mode: mode, ...columns } = more;
  const held =
    mode === undefined ? [] : [{ locktype: 'relation', mode, relation_oid: 7, target: 'relation:1:7' }];
  return { ...NO_ROW, pid, blocked_by: [], blocks: [], is_root: true, held, ...columns };
}

const waits = (mode: string, blockedBy: number[]): Partial<LockRow> => ({
  wait_mode: mode,
  wait_locktype: 'relation',
  wait_target: 'relation:1:7',
  blocked_by: blockedBy,
  is_root: false,
});

function answers(locks: readonly LockRow[], more: Partial<LockAnswers> = {}): LockAnswers {
  return { locks, sessions: [], prepared: [], ...more };
}

const kinds = (rows: LockAnswers): string[] =>
  blocksOf(partiesOf(rows)).map(({ waiter, blocker, kind }) => `${waiter} ${kind} ${blocker}`);

/** The same numbers for the same seed, in [0, 1). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('lock modes', () => {
  const MODES = [
    'AccessShareLock',
    'RowShareLock',
    'RowExclusiveLock',
    'ShareUpdateExclusiveLock',
    'ShareLock',
    'ShareRowExclusiveLock',
    'ExclusiveLock',
    'AccessExclusiveLock',
  ];
  // The table of the documentation: one line for each mode, X where two conflict.
  const TABLE = [
    '.......X',
    '......XX',
    '....XXXX',
    '...XXXXX',
    '..XX.XXX',
    '..XXXXXX',
    '.XXXXXXX',
    'XXXXXXXX',
  ];

  test.each(MODES.map((mode, at) => [mode, TABLE[at] ?? ''] as const))(
    '%s conflicts as documented',
    (mode, line) => {
      expect(MODES.map((other) => (conflicts(mode, other) ? 'X' : '.')).join('')).toBe(line);
    },
  );

  test('predicate locks block nobody', () => {
    expect(conflicts('SIReadLock', 'AccessExclusiveLock')).toBe(false);
  });
});

describe('who blocks whom', () => {
  test('a holder is told from one that is ahead in the queue', () => {
    const rows = answers([
      member(1, { held_mode: 'AccessShareLock' }),
      member(2, waits('AccessExclusiveLock', [1])),
      member(3, waits('AccessShareLock', [2])),
      // Holds a mode that does not conflict with what 3 wants, and waits for more: ahead in the queue all the same.
      member(4, { ...waits('AccessExclusiveLock', [1]), held_mode: 'RowShareLock' }),
      member(5, waits('AccessShareLock', [4])),
    ]);
    expect(kinds(rows)).toEqual([
      'pid 2 holds pid 1',
      'pid 3 ahead_in_queue pid 2',
      'pid 4 holds pid 1',
      'pid 5 ahead_in_queue pid 4',
    ]);
  });

  test('a worker that waits makes its leader wait, so that the leader is no root', () => {
    const rows = answers([
      member(1, { held_mode: 'AccessExclusiveLock' }),
      member(2, { ...waits('AccessShareLock', [1]), leader_pid: 9 }),
      member(9),
      member(3, waits('AccessShareLock', [9, 9])),
    ]);
    expect(kinds(rows)).toEqual(['pid 2 holds pid 1', 'pid 9 parallel_worker pid 2', 'pid 3 holds pid 9']);
    const { roots } = locksAnswer(rows, [], { limit: 0, fullText: false, minAgeMs: 0 });
    expect(roots.map(({ pid, victims }) => [pid, victims])).toEqual([[1, 3]]);
  });

  test('a blocker that is gone leaves a waiter without a root', () => {
    const { waiting, roots } = locksAnswer(answers([member(2, waits('ShareLock', [77]))]), [], {
      limit: 0,
      fullText: false,
      minAgeMs: 0,
    });
    expect(waiting).toMatchObject([{ pid: 2, blocked_by: [], depth: null, roots: [] }]);
    expect(roots).toEqual([]);
  });

  test('of prepared transactions only those in conflict block; one that is gone is told as unknown', () => {
    const prepared = (gid: string, mode: string) => ({
      gid,
      transaction: '9',
      prepared: null,
      prepared_age_ms: 5,
      owner: null,
      database: 'd',
      held: [{ mode, target: 'relation:1:7' }],
    });
    const locks = [member(0), member(2, waits('RowExclusiveLock', [0]))];
    const both = [prepared('reads', 'AccessShareLock'), prepared('locks', 'ShareLock')];
    expect(kinds(answers(locks, { prepared: both }))).toEqual(['pid 2 holds prepared locks']);
    expect(kinds(answers(locks))).toEqual(['pid 2 holds prepared']);
  });
});

describe('the forest', () => {
  const edge = (waiter: string, blocker: string, kind: Block['kind'] = 'holds'): Block => ({
    waiter,
    blocker,
    kind,
  });
  const shape = (place: Place): string =>
    place.blocks.length === 0 ? place.key : `${place.key}(${place.blocks.map(shape).join(' ')})`;

  test('each waiter stands below a holder if there is one, else behind the queue', () => {
    const queue = [
      edge('b', 'a'),
      edge('c', 'a'),
      edge('c', 'b', 'ahead_in_queue'),
      edge('d', 'b', 'ahead_in_queue'),
    ];
    expect(forestOf(queue).map(({ root }) => shape(root))).toEqual(['a(b(d) c)']);
  });

  test('a circle is entered once, and what stands behind it is below it', () => {
    const [tree, ...others] = forestOf([edge('x', 'y'), edge('y', 'x'), edge('z', 'x')]);
    expect(others).toEqual([]);
    expect(tree?.cycle).toEqual(['x', 'y']);
    expect(tree?.root.victims).toBe(2);
  });

  test('any edges, circles included, come to an end, and every waiter stands in some tree', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = randomNumbers(seed);
      const size = 2 + Math.floor(random() * 12);
      const key = (): string => `p${String(Math.floor(random() * size))}`;
      const blocks = Array.from({ length: Math.floor(random() * 30) }, () =>
        edge(key(), key(), random() < 0.5 ? 'holds' : 'ahead_in_queue'),
      ).filter(({ waiter, blocker }) => waiter !== blocker);
      const trees = forestOf(blocks);
      const found = new Set<string>();
      for (const { root } of trees) {
        const keys = [...placesOf(root)].map((place) => place.key);
        expect(new Set(keys).size).toBe(keys.length);
        expect(root.victims).toBe(keys.length - 1);
        for (const place of keys) found.add(place);
      }
      for (const { waiter, blocker } of blocks) expect(found.has(waiter) && found.has(blocker)).toBe(true);
      const waiters = new Set(blocks.map(({ waiter }) => waiter));
      for (const { root, cycle } of trees) expect(waiters.has(root.key)).toBe(cycle.length > 0);
    }
  });

  test('a queue in which everybody waits for everybody before is no more than a list', () => {
    const size = 400;
    const blocks = Array.from({ length: size }, (_, at) =>
      Array.from({ length: at }, (__, before) =>
        edge(String(at), String(before), before === 0 ? 'holds' : 'ahead_in_queue'),
      ),
    ).flat();
    const [tree] = forestOf(blocks);
    expect(tree?.root.blocks).toHaveLength(size - 1);
  });
});

describe('the answer', () => {
  test('--limit cuts a tree from its far end, and counts whom it leaves out', () => {
    const chain = Array.from({ length: 10 }, (_, at) =>
      member(at + 1, at === 0 ? { held_mode: 'ShareLock' } : waits('AccessExclusiveLock', [at])),
    );
    const { roots, totals } = locksAnswer(answers(chain), [], { limit: 3, fullText: false, minAgeMs: 0 });
    expect(roots[0]).toMatchObject({ victims: 9, truncated: { shown: 3, total: 9 } });
    expect(roots[0]?.blocks[0]?.blocks[0]?.blocks).toMatchObject([{ pid: 4, victims: 6, blocks: [] }]);
    expect(totals).toMatchObject({ waiting: 9, deepest: 9 });
  });

  test('texts are cut unless all of them is asked for', () => {
    const rows = answers([
      member(1, { held_mode: 'ShareLock', query: 'x'.repeat(2000), state: 'active' }),
      member(2, waits('AccessExclusiveLock', [1])),
    ]);
    const shown = (fullText: boolean): number =>
      locksAnswer(rows, [], { limit: 0, fullText, minAgeMs: 0 }).roots[0]?.query?.length ?? 0;
    expect([shown(false), shown(true)]).toEqual([1001, 2000]);
  });

  test.each([
    ['autovacuum: VACUUM public.t', 'routine', 'SELECT pg_cancel_backend(1);'],
    ['autovacuum: VACUUM public.t (to prevent wraparound)', 'to_prevent_wraparound', null],
  ])('of an autovacuum, %s is %s', (query, autovacuum, remedy) => {
    const worker = { backend_type: 'autovacuum worker', state: 'active', query };
    const rows = answers([
      member(1, { held_mode: 'ShareUpdateExclusiveLock', ...worker }),
      member(2, waits('AccessExclusiveLock', [1])),
    ]);
    const { roots } = locksAnswer(rows, [], { limit: 0, fullText: false, minAgeMs: 0 });
    expect(roots).toMatchObject([{ kind: 'autovacuum', autovacuum, remedy }]);
  });

  test.each([
    ['relation:5:16', 'public.t', 'public.t'],
    ['relation:5:16', null, 'relation 16 of database 5'],
    ['extend:5:16', 'public.t', 'extension of public.t'],
    ['tuple:5:16:0:3', 'public.t', 'row (0,3) of public.t'],
    ['transactionid:742', null, 'transaction 742'],
    ['virtualxid:3/12', null, 'virtual transaction 3/12'],
    ['advisory:5:0:42:1', null, 'advisory lock 42'],
    ['advisory:5:4294967295:4294967289:1', null, 'advisory lock -7'],
    ['advisory:5:1:4294967294:2', null, 'advisory lock 1, -2'],
    ['object:5:1259:16:0', null, 'object 5:1259:16:0'],
  ])('%s of %s is %s', (target, relation, text) => {
    expect(objectOf({ mode: 'ShareLock', target }, relation)).toBe(text);
  });
});
