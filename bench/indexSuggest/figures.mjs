// From what was measured to figures.
import { median } from '../measure.mjs';

/**
 * Slower is what takes a fifth more, and a tenth of a millisecond a call, by another plan or by touching more pages: the
 * same plan over the same pages is the machine’s doing.
 */
const SLOWER = 1.2;
const LEAST_MS = 0.1;
const OTHER = 0.02;

const sum = (values) => values.reduce((total, value) => total + value, 0);
const rounded = (value, digits = 3) => Number(value.toFixed(digits));

/** Median, 90th percentile and worst of factors by which something was off, either way; null where there is none. */
export function errorsOf(ratios) {
  const off = ratios
    .map(({ name, ratio }) => ({ name, factor: Math.max(ratio, 1 / ratio), ratio }))
    .sort((a, b) => a.factor - b.factor);
  const factors = off.map(({ factor }) => factor);
  const worst = off.at(-1);
  return {
    count: off.length,
    median: off.length === 0 ? null : rounded(median(factors), 2),
    p90: off.length === 0 ? null : rounded(factors[Math.ceil(factors.length * 0.9) - 1], 2),
    worst: worst === undefined ? null : rounded(worst.factor, 2),
    worst_of: worst === undefined ? null : `${worst.name}: ${rounded(worst.ratio, 2)}`,
  };
}

/** Costs and times by the name of the statement: of TPC-H a query, of the application a template. */
function byName(before, after) {
  const names = [...new Set(before.map(({ name }) => name))];
  return names.map((name) => {
    const [old, now] = [before, after].map((all) => all.filter((one) => one.name === name));
    const of = (all, key) => rounded(sum(all.map((one) => one[key] ?? 0)));
    return {
      name,
      calls: old.length,
      cost_before: of(old, 'cost'),
      cost_after: of(now, 'cost'),
      ms_before: of(old, 'ms'),
      ms_after: of(now, 'ms'),
      pages_before: of(old, 'pages'),
      pages_after: of(now, 'pages'),
      stopped: old.filter(({ stopped }) => stopped).length,
    };
  });
}

/** Names of what got slower. */
function slower(queries) {
  const differs = (before, after) => Math.abs(after - before) > OTHER * before;
  return queries
    .filter(
      (one) =>
        one.ms_after > SLOWER * one.ms_before &&
        one.ms_after - one.ms_before > LEAST_MS * one.calls &&
        (differs(one.cost_before, one.cost_after) || differs(one.pages_before, one.pages_after)),
    )
    .map(({ name }) => name);
}

/** One advisor’s figures over one workload. */
export function figuresOf({ advice, before, after, bytes, workload, source, server }) {
  const queries = byName(before, after);
  const total = (key) => sum(queries.map((query) => query[key]));
  const told = advice.bytes_told ?? null;
  const { advisor, judged_by = null, seconds, planner_calls, cost_ratio_told = null, ddl } = advice;
  const [ms_before, ms_after] = [total('ms_before'), total('ms_after')];
  return {
    ...server,
    workload,
    source,
    advisor,
    judged_by,
    seconds: rounded(seconds, 2),
    planner_calls,
    indexes: ddl.length,
    bytes: sum(bytes),
    bytes_told: told === null ? null : Math.round(sum(told)),
    bytes_off:
      told === null
        ? null
        : errorsOf(
            ddl.map((text, at) => ({
              name: text.split('\n')[0],
              ratio: told[at] / Math.max(8192, bytes[at]),
            })),
          ),
    cost_ratio_told: cost_ratio_told === null ? null : rounded(cost_ratio_told, 4),
    cost_ratio: rounded(total('cost_after') / total('cost_before'), 4),
    ms_before: rounded(ms_before),
    ms_after: rounded(ms_after),
    time_ratio: rounded(ms_after / ms_before, 4),
    pages_ratio: rounded(total('pages_after') / total('pages_before'), 4),
    stopped_before: total('stopped'),
    slower: slower(queries),
    suggestions: ddl.map((text, at) => ({
      ddl: text,
      bytes: bytes[at],
      bytes_told: told === null ? null : Math.round(told[at]),
    })),
    queries,
  };
}

/** What an index is, whatever it is called. */
function indexOf(ddl) {
  return / ON (?:ONLY )?(.* USING .*);?$/m.exec(ddl.split('\n')[0])?.[1]?.replace(/;$/, '') ?? ddl;
}

const leadOf = (ddl) => /^(.*? USING \w+ \([^,)]*)/.exec(indexOf(ddl))?.[1] ?? ddl;

/** How far two lists of suggestions agree: exactly, and in table and first key. */
export function agreementOf(list, against) {
  const share = (of, among, key) => {
    const known = new Set(among.map(key));
    return of.length === 0 ? null : rounded(of.filter((one) => known.has(key(one))).length / of.length);
  };
  return {
    precision: share(list, against, indexOf),
    recall: share(against, list, indexOf),
    precision_of_first_keys: share(list, against, leadOf),
    recall_of_first_keys: share(against, list, leadOf),
  };
}
