// The result, for people and as a file.
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { median } from './measure.mjs';
import { versionOf } from './programs.mjs';

/** What a row measured, with the numbers that are told of it. */
export function resultOf(row, measured, seconds) {
  const { name, what, against = null, unit, goal = null } = row;
  const base = { name, what, against, unit, goal };
  if (measured.missing !== undefined) return { ...base, missing: measured.missing };
  const { values, ms, againstMs, note } = measured;
  const middle = median(values);
  return {
    ...base,
    median: rounded(middle),
    min: rounded(Math.min(...values)),
    max: rounded(Math.max(...values)),
    rounds: values.length,
    within_goal: goal === null ? null : middle <= goal,
    ...(ms === undefined ? {} : { median_ms: rounded(ms), against_median_ms: rounded(againstMs) }),
    ...(note === undefined ? {} : { note }),
    took_s: rounded(seconds),
  };
}

const COLUMNS = [
  ['row', ({ name }) => name],
  ['median', ({ missing, median: value, unit }) => (missing === undefined ? shown(value, unit) : '-')],
  [
    'min-max',
    ({ missing, min, max, unit }) =>
      missing === undefined ? `${shown(min, unit)}-${shown(max, unit)}` : '-',
  ],
  ['goal', ({ goal }) => (goal === null ? '-' : String(goal))],
  ['', ({ within_goal: within }) => ({ true: 'within', false: 'OVER' })[String(within)] ?? ''],
  [
    'ms',
    ({ median_ms: ms, against_median_ms: other }) =>
      ms === undefined ? '' : `${ms.toFixed(0)} / ${other.toFixed(0)}`,
  ],
  ['what', whatOf],
];

function whatOf({ what, against, unit, missing, note }) {
  const compared = against === null ? `${what} (${unit})` : `${what}, over ${against}`;
  if (missing !== undefined) return `${compared}: ${missing} is not at hand`;
  return note === undefined ? compared : `${compared} (${note})`;
}

const WIDTHS = [16, 9, 15, 5, 6, 13, 0];

/** One line of the table. */
export function line(result) {
  return aligned(COLUMNS.map(([, cell]) => cell(result)));
}

/** The line above the table. */
export function heading() {
  return aligned(COLUMNS.map(([title]) => title));
}

function aligned(cells) {
  return cells
    .map((cell, column) => cell.padEnd(WIDTHS[column]))
    .join(' ')
    .trimEnd();
}

function shown(value, unit) {
  return unit === 'MiB' ? `${value.toFixed(1)} MiB` : value.toFixed(2);
}

function rounded(value) {
  return Math.round(value * 1000) / 1000;
}

/** What the figures were taken on. */
export function machineFacts() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory_mib: Math.round(totalmem() / 2 ** 20),
    kernel: `${type()} ${release()}`,
    load_before: rounded(loadavg()[0]),
  };
}

/** The whole result, as bench/README.md describes it. */
export function resultFile({ version, takenAt, machine, stage, rounds, results }) {
  return {
    schema: 'pgdba.bench/1',
    taken_at: takenAt.toISOString(),
    machine,
    versions: {
      pgdba: version,
      node: process.version,
      psql: stage.psql === null ? null : versionOf(stage.psql),
      pgmetrics: stage.pgmetrics === null ? null : versionOf(stage.pgmetrics),
    },
    servers: stage.serverFacts,
    rounds,
    rows: results,
  };
}
