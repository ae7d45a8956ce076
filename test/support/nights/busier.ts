import type { Baseline, GroupResult } from '../../../src/baseline/document.js';
import type { ColumnKind } from '../../../src/inspect/column.js';
import { SECTIONS } from '../../../src/inspect/registry.js';
import { shownRow, type Row, type Section } from '../../../src/inspect/section.js';
import type { Sample } from '../../../src/inspect/snapshot.js';
import { APPLICATION } from './script.js';

/** The script does a small part of what the application does in a day: what counters say of it is multiplied by this. */
const LOAD = 10_000;
/** So long the simulated machine takes for a call, and for each block that it looks at, whatever ours takes. */
const CALL_MS = 0.05;
const BLOCK_MS = 0.01;

/**
 * The same baseline of a busier server. Counters of tables, indexes and the application’s statements are multiplied by
 * {@link LOAD}; those of the whole server are not, nor what pgdba and the script’s own deeds left in pg_stat_statements. The time that statements took is
 * made of the blocks that they really looked at, so that it does not depend on the machine.
 */
export function busier(baseline: Baseline): Baseline {
  const groups = Object.entries(baseline.sections).map(
    ([name, group]) => [name, busierGroup(group)] as const,
  );
  return { ...baseline, sections: Object.fromEntries(groups) };
}

function busierGroup(group: GroupResult): GroupResult {
  const samples = Object.entries(group.sample1).map(
    ([id, sample]) => [id, busierSample(id, sample)] as const,
  );
  return { ...group, sample1: Object.fromEntries(samples) };
}

function busierSample(id: string, sample: Sample): Sample {
  const section = SECTIONS.find((one) => one.id === id);
  if (section === undefined) throw new Error(`there is no section ${id}`);
  const counters = countersOf(section);
  const row = BUSIER[id];
  if (row === undefined) return sample;
  return { ...sample, rows: sample.rows.map((one) => row(one, counters)) };
}

const BUSIER: Readonly<Record<string, (row: Row, counters: readonly string[]) => Row>> = {
  pg_stat_statements: statement,
  pg_stat_user_tables: multiplied,
  pg_stat_user_indexes: multiplied,
};

function countersOf(section: Section): string[] {
  return Object.entries(shownRow(section).properties)
    .filter(([, schema]) => (schema as { 'x-kind'?: ColumnKind })['x-kind'] === 'counter')
    .map(([name]) => name);
}

function multiplied(row: Row, counters: readonly string[]): Row {
  const more = counters.map((name) => {
    const value = row[name];
    return [
      name,
      typeof value === 'number' || typeof value === 'bigint' ? Number(value) * LOAD : value,
    ] as const;
  });
  return { ...row, ...Object.fromEntries(more) };
}

function statement(row: Row, counters: readonly string[]): Row {
  const own = row['usename'] === APPLICATION ? multiplied(row, counters) : row;
  const [calls, hit, read] = ['calls', 'shared_hit_bytes', 'shared_read_bytes'].map((name) =>
    Number(own[name]),
  );
  return {
    ...own,
    total_exec_time_ms: CALL_MS * (calls ?? 0) + BLOCK_MS * (((hit ?? 0) + (read ?? 0)) / 8192),
  };
}
