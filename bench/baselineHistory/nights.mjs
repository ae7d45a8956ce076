// A history of nightly baselines made of one real one: its times moved on, its counters and sizes grown.
import { randomUUID } from 'node:crypto';

const DAY_MS = 86_400_000;
/** So much of what the first baseline counted, every table and statement counts more each night. */
const GROWTH = 0.01;

/**
 * The baseline as it would be `night` nights later: what was counted until the first has grown by a hundredth each night,
 * and so have the sizes of tables and indexes. Resets and the start of the server stay where they were.
 */
export function nightOf(first, night, { SECTIONS, shownRow }) {
  const moved = (time) => (time === null ? null : new Date(Date.parse(time) + night * DAY_MS).toISOString());
  const grown = (row, columns) => {
    const more = columns.map((name) => [name, moreOf(row[name], night)]);
    return { ...row, ...Object.fromEntries(more) };
  };
  const sample = ([id, { sampled_at, rows, ...rest }]) => {
    const columns = growing(
      SECTIONS.find((section) => section.id === id),
      shownRow,
    );
    return [id, { ...rest, sampled_at: moved(sampled_at), rows: rows.map((row) => grown(row, columns)) }];
  };
  const group = ([name, { sample1, ...rest }]) => [
    name,
    { ...rest, sample1: Object.fromEntries(Object.entries(sample1).map(sample)) },
  ];
  return {
    ...first,
    id: randomUUID(),
    label: `night ${night}`,
    created_at: moved(first.created_at),
    collected_at: moved(first.collected_at),
    sections: Object.fromEntries(Object.entries(first.sections).map(group)),
  };
}

function moreOf(value, night) {
  return typeof value === 'number' ? value + Math.round(value * GROWTH) * night : value;
}

function growing(section, shownRow) {
  return Object.entries(shownRow(section).properties)
    .filter(([name, schema]) => schema['x-kind'] === 'counter' || name === 'size_bytes')
    .map(([name]) => name);
}
