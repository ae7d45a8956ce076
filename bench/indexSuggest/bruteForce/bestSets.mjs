// The best sets of up to three indexes for a workload, by trying them all.
import { sum } from './costs.mjs';

/** So many of the sets that look best are costed as sets, by the planner. */
const RECOSTED = 150;
const MOST_KEYS = 3;

/** All orders of up to three of the columns. */
function keysOf(columns, most = MOST_KEYS) {
  if (most === 0) return [];
  return columns.flatMap((first) => [
    [first],
    ...keysOf(
      columns.filter((other) => other !== first),
      most - 1,
    ).map((rest) => [first, ...rest]),
  ]);
}

/** The leading keys that a statement names: what else an index begins with is the same to a bitmap scan. */
function usable(keys, statement) {
  const named = keys.findIndex((key) => !statement.columns.includes(key));
  return keys.slice(0, named === -1 ? keys.length : named);
}

/** What each index alone makes each statement cost; those that help none are left out. */
async function singles(judge, texts, keys, define) {
  const none = await judge.of([], texts);
  const found = [];
  for (const one of keys) {
    const costs = await judge.of([define(one)], texts);
    if (costs.some((cost, at) => cost < none[at])) found.push({ keys: one, costs });
  }
  return { none, found };
}

/**
 * What two indexes together make a statement cost where that is less than either alone, as of two bitmaps that are joined. Of
 * indexes that a statement uses alike, the shortest stands for all.
 */
async function pairsOf(judge, statement, none, define) {
  const own = keysOf(statement.columns.slice(0, 4));
  const alone = [];
  for (const keys of own) alone.push((await judge.of([define(keys)], [statement.text]))[0]);
  const pairs = new Map();
  for (const [i, a] of own.entries())
    for (const [j, b] of own.entries()) {
      if (j <= i || a[0] === b[0]) continue;
      const [both] = await judge.of([define(a), define(b)], [statement.text]);
      if (both < Math.min(none, alone[i], alone[j]) * 0.999)
        pairs.set(`${a}+${b}`, both).set(`${b}+${a}`, both);
    }
  return pairs;
}

function pairTables(found, statements, pairs) {
  return statements.map((statement, at) => {
    if (pairs[at].size === 0) return null;
    const parts = found.map(({ keys }) => String(usable(keys, statement)));
    const table = new Float64Array(found.length * found.length).fill(Infinity);
    for (const [i, a] of parts.entries())
      for (const [j, b] of parts.entries())
        table[i * found.length + j] = pairs[at].get(`${a}+${b}`) ?? Infinity;
    return table;
  });
}

/** Each set of one to three, handed to `take` with what it would cost if sets were no more than their pairs. */
function everySet({ none, found }, tables, take) {
  const [n, m] = [found.length, none.length];
  const costs = found.map((one) => Float64Array.from(one.costs));
  const level = (from, before, chosen) => {
    const now = new Float64Array(m);
    for (let i = from; i < n; i++) {
      let total = 0;
      for (let s = 0; s < m; s++) {
        let least = Math.min(before[s], costs[i][s]);
        const table = tables[s];
        if (table !== null) for (const other of chosen) least = Math.min(least, table[other * n + i]);
        now[s] = least;
        total += least;
      }
      take(chosen, i, total);
      if (chosen.length < 2) level(i + 1, Float64Array.from(now), [...chosen, i]);
    }
  };
  level(0, Float64Array.from(none), []);
}

/** The best by what they seem to cost, of each number of indexes. */
function bestLooking(alone, tables) {
  const kept = [[], [], []];
  const worst = [Infinity, Infinity, Infinity];
  everySet(alone, tables, (chosen, last, total) => {
    const count = chosen.length;
    if (total >= worst[count]) return;
    kept[count].push({ set: [...chosen, last], total });
    if (kept[count].length < 4 * RECOSTED) return;
    kept[count] = kept[count].sort((a, b) => a.total - b.total).slice(0, RECOSTED);
    worst[count] = kept[count].at(-1).total;
  });
  return kept.map((sets) => sets.sort((a, b) => a.total - b.total).slice(0, RECOSTED));
}

/**
 * For one, two and three indexes the set after which the workload costs least, the smallest of those within a thousandth of it.
 * `statements` are `{ text, columns }` with the columns that each names; `define(keys)` is an index’s CREATE INDEX.
 */
export async function bestSets(judge, statements, columns, define) {
  const texts = statements.map(({ text }) => text);
  const alone = await singles(judge, texts, keysOf(columns), define);
  const pairs = [];
  for (const [at, one] of statements.entries()) pairs.push(await pairsOf(judge, one, alone.none[at], define));
  const sets = bestLooking(alone, pairTables(alone.found, statements, pairs));
  const answers = [];
  let best = { cost: sum(alone.none), size: 0, indexes: [] };
  for (const looking of sets) {
    const costed = [];
    for (const { set } of looking) {
      const indexes = set.map((at) => define(alone.found[at].keys));
      costed.push({ cost: sum(await judge.of(indexes, texts)), indexes });
    }
    const least = Math.min(best.cost, ...costed.map(({ cost }) => cost));
    for (const { cost, indexes } of costed.filter(({ cost }) => cost <= 1.001 * least)) {
      const size = await judge.size(indexes);
      if (best.cost > 1.001 * least || size < best.size) best = { cost, size, indexes };
    }
    answers.push(best);
  }
  return { none: alone.none, candidates: alone.found.length, best: answers };
}
