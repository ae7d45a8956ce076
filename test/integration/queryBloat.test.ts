import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import type { BloatData, BloatIndex, BloatTable } from '../../src/query/bloat/bloatData.js';
import { freshDatabase, MAJORS, sharedServer } from '../support/cluster.js';
import { type CliResult, runCli } from '../support/runCli.js';
import { statisticsTold } from '../support/statisticsTold.js';

const CASES = await readFile(join(import.meta.dirname, '../support/bloatCases.sql'), 'utf8');

/** Tables and TOAST tables that are rewritten to see what an estimate should have said. */
const REWRITTEN = /* sql */ `
SELECT o.relname || CASE c.relkind WHEN 't' THEN ' toast' ELSE '' END AS name, pg_relation_size(c.oid)::int8 AS size
  FROM pg_class AS o JOIN pg_class AS c ON c.oid IN (o.oid, o.reltoastrelid)
 WHERE o.relnamespace = 'b'::regnamespace AND o.relkind IN ('r', 'i')`;

const ODD = 'Odd "table".😀\n';

/** Smaller relations differ by a page or two whatever one does. */
const LARGE = 64 * 1024;

function bloatOf(result: CliResult): BloatData {
  expect(result.envelope.error).toBeNull();
  return result.envelope.data as unknown as BloatData;
}

const nameOf = (row: BloatTable | BloatIndex): string =>
  'part' in row && row.part === 'toast' ? `${row.name} toast` : row.name;

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  let dbname: string;
  let estimated: Map<string, BloatTable | BloatIndex>;
  const ask = (words: readonly string[] = [], user = 'postgres'): Promise<CliResult> =>
    runCli([
      'query',
      'bloat',
      '--dsn',
      server.dsn({ dbname, user }),
      '--schema',
      'b',
      '--limit',
      '0',
      ...words,
    ]);
  const byName = (data: BloatData): typeof estimated =>
    new Map([...data.tables, ...data.indexes].map((row) => [nameOf(row), row]));

  beforeAll(async () => {
    dbname = await freshDatabase(server, 'empty');
    await server.query(CASES, { dbname });
    await server.query('VACUUM ANALYZE', { dbname });
    // Not analyzed, and one with a name that must be quoted everywhere.
    await server.query(
      'CREATE TABLE b.unknown AS SELECT i, md5(i::text) FROM generate_series(1, 5000) AS i',
      { dbname },
    );
    await server.query(
      'CREATE TABLE b."Odd ""table"".😀\n" AS SELECT i FROM generate_series(1, 20000) AS i; ' +
        'DELETE FROM b."Odd ""table"".😀\n" WHERE i % 10 <> 0; ANALYZE b."Odd ""table"".😀\n"',
      { dbname },
    );
    await statisticsTold(server, dbname);
    estimated = byName(bloatOf(await ask()));
  });

  test('a role without SELECT is told so, and never 0', async () => {
    const data = bloatOf(await ask([], 'monitor'));
    const wide = data.tables.filter((row) => row.part === 'heap' && (row.size_bytes ?? 0) > 8192);
    expect(wide.length).toBeGreaterThan(10);
    for (const row of wide) {
      expect(row).toMatchObject({ bloat_bytes: null, bloat_ratio: null, reliability: 'not_measurable' });
      expect(row.reasons).toContain('stats_invisible');
      expect(row.remedy[0]).toMatchObject({ action: 'grant_select' });
    }
    const flags = data.indexes.find(({ name }) => name === 'flags_flag');
    expect(flags).toMatchObject({ bloat_bytes: null, reliability: 'not_measurable' });
    expect(data.limitations.map(({ reason }) => reason)).toContain('stats_invisible');
  });

  test('remedies are told where they are worth it, with names as SQL writes them', () => {
    expect(estimated.get('unknown')).toMatchObject({ bloat_bytes: null, reasons: ['never_analyzed'] });
    expect(estimated.get('unknown')?.remedy).toMatchObject([{ sql: 'ANALYZE b.unknown;' }]);
    const odd = estimated.get(ODD);
    expect(odd?.bloat_ratio).toBeGreaterThan(0.85);
    expect(odd?.remedy.map(({ sql }) => sql)).toContain('VACUUM (FULL, ANALYZE) b."Odd ""table"".😀\n";');
    expect(estimated.get('thinned_pkey')?.remedy).toMatchObject([
      { action: 'reindex_concurrently', sql: 'REINDEX INDEX CONCURRENTLY b.thinned_pkey;' },
    ]);
    expect(estimated.get('sound')?.remedy).toEqual([]);
    expect(estimated.get('roomy')?.remedy).toEqual([]);
  });

  test('a table that is locked exclusively costs no other: those are measured, and compared with their fillfactor', async () => {
    const holder: pg.Client = await server.client({ dbname });
    try {
      await holder.query('BEGIN; LOCK TABLE b.sound IN ACCESS EXCLUSIVE MODE');
      const data = bloatOf(await ask(['--exact']));
      const sound = data.tables.find(({ name }) => name === 'sound');
      expect(sound).toMatchObject({ size_source: 'relpages', reliability: 'doubtful', method: 'estimated' });
      expect(sound?.reasons).toEqual(expect.arrayContaining(['exclusively_locked', 'not_measured_locked']));
      const rows = byName(data);
      expect(rows.get('roomy')).toMatchObject({ method: 'measured', reliability: 'good' });
      expect(rows.get('roomy_note')?.measured?.leaf_density_ratio).toBeLessThan(0.56);
      expect(rows.get('roomy_note')?.bloat_ratio).toBeLessThan(0.03);
      expect(rows.get('thinned_pkey')?.bloat_ratio).toBeGreaterThan(0.85);
      expect(rows.get('thinned')?.bloat_ratio).toBeGreaterThan(0.85);
      // pgstattuple takes what lies in a dropped column for live data.
      expect(rows.get('dropped')).toMatchObject({ method: 'measured', reasons: ['dropped_columns'] });
      expect(rows.get('dropped')?.bloat_ratio).toBeGreaterThan(0.6);
    } finally {
      await holder.end();
    }
  });

  test('--exact measures what fits into its budget, and tells what does not', async () => {
    const data = bloatOf(await ask(['--exact', '--byte-budget', '20MB']));
    const large = data.tables.find((row) => row.part === 'toast' && row.name === 'toasted');
    expect(data.exact?.measured_bytes).toBeLessThanOrEqual(20 * 1024 ** 2);
    expect(large).toMatchObject({ method: 'estimated' });
    expect(large?.reasons).toContain('not_measured_budget');
    expect(data.limitations).toMatchObject([{ reason: 'budget_spent' }]);
  });

  test('without the extension --exact ends with 5 and the estimates', async () => {
    const result = await runCli(['query', 'bloat', '--dsn', server.dsn({ dbname: 'postgres' }), '--exact']);
    expect(result.exitCode).toBe(5);
    expect(result.envelope.error?.code).toBe('extension_missing');
    expect(result.envelope.data).toHaveProperty('tables');
  });

  test('what is told is what a rewrite gives back', async () => {
    for (const name of ['dropped', 'thinned', 'flags_thinned_flag', 'toast_thinned toast']) {
      expect(estimated.get(name)?.bloat_ratio, name).toBeGreaterThan(0.6);
    }
    expect(estimated.get('dropped')?.reasons).toContain('dropped_columns');
    if (major >= 13) expect(estimated.get('flags_flag')?.reasons).toContain('deduplicated');
    const tables = await server.query(
      "SELECT relname FROM pg_class WHERE relnamespace = 'b'::regnamespace AND relkind = 'r' AND relname !~ '\"'",
      { dbname },
    );
    for (const { relname } of tables) await server.query(`VACUUM FULL b.${String(relname)}`, { dbname });
    const after = await server.query(REWRITTEN, { dbname });
    const errors = after.flatMap(({ name, size }) => {
      const row = estimated.get(String(name));
      if (row?.bloat_bytes == null || (row.size_bytes ?? 0) < LARGE || name === ODD) return [];
      const truth = (row.size_bytes ?? 0) - Number(size);
      const error = Math.abs(row.bloat_bytes - truth) / (row.size_bytes ?? 1);
      return [{ name: String(name), error }];
    });
    const sorted = errors.map(({ error }) => error).sort((a, b) => a - b);
    expect(errors.length).toBeGreaterThan(25);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(0.01);
    expect(errors.filter(({ error }) => error > 0.06)).toEqual([]);
    // Widths of text are known one by one, not as an average.
    const ofRoomy = errors.filter(({ name }) => name === 'roomy' || name === 'roomy_note');
    expect(ofRoomy).toHaveLength(2);
    expect(ofRoomy.filter(({ error }) => error > 0.01)).toEqual([]);
  });
});
