import { expect } from 'vitest';
import type { Row } from '../../src/inspect/section.js';
import { type Inspected, inspectedOf, section, until, visits } from './inspected.js';
import { startCli } from './runCli.js';
import type { ServerHandle } from './serverHandle.js';

/** Sections with counters of every sort. */
export const COUNTING_SECTIONS =
  'pg_stat_database,pg_stat_user_tables,pg_stat_statements,pg_stat_wal,pg_stat_io,pg_sequences';

/** Runs `inspect --delta` and does something once the first sample has been taken, of `lastDatabase` too. */
export async function delta(
  server: ServerHandle,
  dsn: string,
  between: () => Promise<unknown>,
  args: readonly string[] = ['--interval', '1500ms', '--sections', COUNTING_SECTIONS, '--limit', '0'],
  lastDatabase = 'postgres',
): Promise<Inspected> {
  const earlier = await visits(server, lastDatabase);
  const running = await startCli(['inspect', '--delta', '--dsn', dsn, ...args]);
  await until(async () => ((await visits(server, lastDatabase)) > earlier ? true : undefined));
  await between();
  return inspectedOf(await running.result);
}

/** The rates of a section. @throws Error when it has none */
export const computed = (inspected: Inspected, id: string) => {
  const { computed: rates } = section(inspected, id);
  if (rates === undefined) throw new Error(`${id} has no rates`);
  return rates;
};

/** Every rate of a section. */
export function rates(rows: readonly Row[]): unknown[] {
  return rows.flatMap((row) =>
    Object.entries(row)
      .filter(([name]) => name.endsWith('_per_s'))
      .map(([, value]) => value),
  );
}

/** All rates of a section are null, for that reason. */
export function expectVoid(inspected: Inspected, id: string, reason: string): void {
  const { rows, void: voided } = computed(inspected, id);
  expect(rows.length, id).toBeGreaterThan(0);
  expect(rates(rows).filter((rate) => rate !== null)).toEqual([]);
  expect(voided, id).toMatchObject([{ reason, rows: rows.length }]);
}
