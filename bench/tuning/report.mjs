// The result of the experiment, for people and as a file.
import { linesOf } from './configurations.mjs';
import { COUNTERS } from './counters.mjs';
import { PLAN_QUERIES, RUN_QUERIES } from './queries.mjs';
import { rangeOf, verdictOn } from './verdict.mjs';

/** What is told and not judged: time on a machine that others use as well. */
const TOLD = { tps: 'transactions per second', p95_ms: 'ms', queries_s: 's' };

/** One row for each counter that was read: the ranges of the configurations and the verdicts on X. */
export function judge(runs) {
  const known = COUNTERS.filter(({ name }) => name in runs[0].counters);
  return known.map(({ name, unit, better }) => {
    const ranges = rangesOf(runs, ({ counters }) => counters[name]);
    const { D, P, X } = ranges;
    const verdicts = { x_against_d: verdictOn(X, D, better), x_against_p: verdictOn(X, P, better) };
    return { name, unit, better, ...ranges, ...verdicts };
  });
}

/** One row for each figure of time. */
export function tell(runs) {
  return Object.entries(TOLD).map(([name, unit]) => ({
    name,
    unit,
    ...rangesOf(runs, ({ told }) => told[name]),
  }));
}

/** One row for each query: the plans that were seen, almost always one. */
export function comparePlans(runs) {
  return PLAN_QUERIES.map(([query]) => {
    const seen = (values) => [...new Set(values)];
    return { query, ...byConfiguration(runs, ({ plans }) => plans[query], seen) };
  });
}

function rangesOf(runs, valueOf) {
  return byConfiguration(runs, valueOf, (values) => eachRounded(rangeOf(values)));
}

function byConfiguration(runs, valueOf, gather) {
  const names = [...new Set(runs.map(({ configuration }) => configuration))];
  return Object.fromEntries(
    names.map((name) => [
      name,
      gather(runs.filter(({ configuration }) => configuration === name).map(valueOf)),
    ]),
  );
}

/** Six digits tell all that differs between rounds, and a hit ratio near 1 as well. */
function eachRounded(values) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value)]));
}

function rounded(value) {
  return Number.isInteger(value) ? value : Math.round(value * 1e6) / 1e6;
}

const WIDTHS = [26, 32, 32, 32, 16];

/** The table that is printed at the end. */
export function tableOf({ counters, told, plans }) {
  const range = ({ median, min, max }) => `${shown(median)} (${shown(min)}-${shown(max)})`;
  const ranges = ({ D, P, X }) => [D, P, X].map(range);
  const rows = [
    ['', 'D: what initdb leaves', 'P: PGTune', 'X: pgdba', 'X against D', 'X against P'],
    ...counters.map((row) => [row.name, ...ranges(row), row.x_against_d, row.x_against_p]),
    ...told.map((row) => [row.name, ...ranges(row), 'told', 'told']),
    ...plans.map((row) => [`plan ${row.query}`, ...[row.D, row.P, row.X].map((seen) => seen.join(' '))]),
  ];
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
      .join(' ')
      .trimEnd(),
  );
}

function shown(value) {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}

/** The whole result, as bench/README.md describes it. */
export function resultFile({ command, takenAt, machine, versions, options, configurations, runs, judged }) {
  const { scale, clients, transactions, seed, observe, rounds } = options;
  return {
    schema: 'pgdba.bench.tuning/1',
    taken_at: takenAt.toISOString(),
    command,
    machine,
    versions,
    workload: { scale, clients, transactions_per_client: transactions, seed, queries: queriesTold() },
    observed_s: observe,
    rounds,
    configurations: configurations.map(({ autoConf, ...known }) => ({ ...known, lines: linesOf(autoConf) })),
    ...judged,
    runs,
  };
}

function queriesTold() {
  return Object.fromEntries(RUN_QUERIES.map(([name, sql]) => [name, sql.replace(/\s+/g, ' ').trim()]));
}
