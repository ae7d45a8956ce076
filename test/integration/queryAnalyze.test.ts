import { beforeAll, describe, expect, test } from 'vitest';
import { PgdbaError } from '../../src/core/errors.js';
import type { AnalyzeWish } from '../../src/query/analyze/analyze.js';
import type { AnalyzeData } from '../../src/query/analyze/analyzeData.js';
import { analyzeAt, wishFor } from '../support/analyzed.js';
import { freshDatabase, MAJORS, sharedServer } from '../support/cluster.js';
import { type CliOptions, type CliResult, runCli } from '../support/runCli.js';

const SEED = /* sql */ `
CREATE SCHEMA lab;
CREATE TABLE lab.kept AS SELECT g AS id, timestamptz '2026-01-01' AS made FROM generate_series(1, 1000) AS g;
CREATE TABLE lab."Odd.""Name"" 🐘" AS SELECT 1 AS "A b";
CREATE SEQUENCE lab.numbers;
CREATE FUNCTION lab.ender(p int) RETURNS bool STABLE LANGUAGE plpgsql AS
  $$ BEGIN RETURN pg_terminate_backend(p); END $$;
CREATE FUNCTION lab.hidden(p lab.kept) RETURNS bool LANGUAGE sql AS $$ SELECT pg_reload_conf() $$;
CREATE VIEW lab.looks_harmless AS SELECT v.column1 FROM (VALUES (pg_switch_wal()), (NULL)) AS v;
ANALYZE lab.kept;`;

/** What READ ONLY does not stop, or would be stopped by nothing else than that it is not executed. */
const DANGEROUS: readonly (readonly [sql: string, exitCode: number])[] = [
  ['SELECT 1; COMMIT; DELETE FROM lab.kept', 2],
  ['SELECT 1; DROP TABLE lab.kept', 2],
  ['COPY lab.kept TO PROGRAM $$touch /tmp/pgdba-was-here$$', 2],
  ['DO $$ BEGIN DELETE FROM lab.kept; END $$', 2],
  ['LOCK TABLE lab.kept', 2],
  ['CALL nothing()', 2],
  ['NOTIFY a', 2],
  ['ANALYZE lab.kept', 2],
  ['CHECKPOINT', 2],
  ['EXPLAIN ANALYZE DELETE FROM lab.kept', 2],
  ['CREATE TABLE lab.x AS SELECT 1', 2],
  ['SELECT 1 AS a INTO lab.x', 2],
  ['-- nothing\n', 2],
  ['DELETE FROM lab.kept', 0],
  ['WITH gone AS (DELETE FROM lab.kept RETURNING id) SELECT * FROM gone', 0],
  [`SELECT nextval('lab.numbers')`, 0],
  ['SELECT pg_terminate_backend(pid) FROM pg_stat_activity', 0],
  ['SELECT pg_reload_conf(), pg_stat_reset()', 0],
  ['SELECT * FROM lab.kept FOR UPDATE;', 0],
  ['SELEC 1', 2],
  ['SELECT * FROM lab.missing', 6],
  ['SELECT * FROM lab.kept WHERE', 6],
];

/** Executed only with --allow-write; what the refusal names. */
const REFUSED: readonly (readonly [sql: string, named: RegExp])[] = [
  ['DELETE FROM lab.kept', /Delete on lab\.kept/],
  ['WITH gone AS (DELETE FROM lab.kept RETURNING id) SELECT * FROM gone', /Delete/],
  ['SELECT * FROM lab.kept FOR UPDATE', /FOR UPDATE/],
  [`SELECT nextval('lab.numbers')`, /pg_catalog\.nextval/],
  ['SELECT pg_reload_conf()', /pg_catalog\.pg_reload_conf/],
  ['SELECT "pg_reload_conf" ()', /pg_catalog\.pg_reload_conf/],
  ['SELECT lab.ender(0)', /pg_catalog\.pg_terminate_backend/],
  ['SELECT k.hidden FROM lab.kept AS k', /pg_catalog\.pg_reload_conf/],
  ['SELECT * FROM lab.looks_harmless', /pg_catalog\.pg_switch_wal/],
];

describe.each(MAJORS)('query analyze on PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  let dbname: string;
  beforeAll(async () => {
    dbname = await freshDatabase(server, 'empty');
    await server.query(SEED, { dbname });
  });

  const analyze = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
    runCli(['query', 'analyze', '--dsn', server.dsn({ dbname }), ...args], options);
  /** What becomes of a text, without a process of its own: its data, or its error. */
  const became = (sql: string, more: Partial<AnalyzeWish> = {}): Promise<AnalyzeData | PgdbaError> =>
    analyzeAt(server.dsn({ dbname }), wishFor(sql, more)).then(
      ({ data }) => data,
      (error: unknown) => {
        if (error instanceof PgdbaError) return error;
        throw error;
      },
    );
  const dataOf = ({ envelope }: CliResult): AnalyzeData => {
    expect(envelope.error).toBeNull();
    return envelope.data as AnalyzeData;
  };

  test('plans what would do harm, or refuses it, and never does it', async () => {
    const since = await server.query(
      'SELECT pg_conf_load_time() AS t, max(stats_reset) AS r FROM pg_stat_database',
      { dbname },
    );
    for (const [sql, exitCode] of DANGEROUS) {
      const result = await became(sql);
      expect([sql, result instanceof PgdbaError ? result.exit : 0]).toEqual([sql, exitCode]);
      if (!(result instanceof PgdbaError))
        expect(result).toMatchObject({ executed: false, side_effects: [] });
      else if (exitCode === 2) expect(result.code).toBe('not_plannable');
      else expect(result.details?.['position']).toEqual(expect.any(Number));
    }
    const refused = await analyze(['--sql', 'SELECT 1; COMMIT; DELETE FROM lab.kept']);
    expect([refused.exitCode, refused.envelope.error?.code]).toEqual([2, 'not_plannable']);
    expect(
      await server.query('SELECT pg_conf_load_time() AS t, max(stats_reset) AS r FROM pg_stat_database', {
        dbname,
      }),
    ).toEqual(since);
    const [left] = await server.query(
      'SELECT (SELECT count(*)::int FROM lab.kept) AS kept, (SELECT is_called FROM lab.numbers) AS called',
      { dbname },
    );
    expect(left).toEqual({ kept: 1000, called: false });
  });

  test('executes nothing with effects unless that is allowed', async () => {
    for (const [sql, named] of REFUSED) {
      const result = await became(sql, { executes: true, searchPath: 'lab' });
      if (!(result instanceof PgdbaError)) throw new Error(`${sql} was executed`);
      expect([sql, result.code, result.exit]).toEqual([sql, 'write_not_allowed', 5]);
      expect(result.message).toMatch(named);
    }
    const harmless = `SELECT random(), clock_timestamp(), pg_sleep(0), count(*) FROM lab.kept`;
    expect(dataOf(await analyze(['--sql', harmless, '--analyze']))).toMatchObject({
      executed: true,
      side_effects: [],
    });
  });

  test('rolls back what it was allowed to write, and says what stays', async () => {
    const sql = `WITH gone AS (DELETE FROM lab.kept RETURNING id) SELECT count(*), nextval('lab.numbers') FROM gone`;
    const data = dataOf(await analyze(['--sql', sql, '--analyze', '--allow-write']));
    expect(data.executed).toBe(true);
    expect(data.side_effects.join('\n')).toMatch(
      /lab\.kept.*dead rows[\s\S]*sequences[\s\S]*pg_catalog\.nextval/,
    );
    const [left] = await server.query(
      'SELECT (SELECT count(*)::int FROM lab.kept) AS kept, (SELECT last_value::int FROM lab.numbers) AS taken',
      { dbname },
    );
    expect(left).toEqual({ kept: 1000, taken: 1 });
  });

  test('plans normalized text for any value, and with values for those', async () => {
    const sql =
      'SELECT * FROM lab.kept WHERE id = $1 AND made > now() - interval $2 AND extract($3 FROM made) = $4';
    const generic = dataOf(await analyze(['--sql', sql]));
    expect(generic).toMatchObject({ plan_mode: 'generic', executed: false });
    expect(JSON.stringify(generic.plan)).toContain('$1');
    expect(JSON.stringify(generic.plan)).not.toContain('One-Time Filter');
    expect(generic.rewrites.map(({ rule, to }) => [rule, to])).toEqual([
      ['typed_constant', '$2::interval'],
      ['extract', `pg_catalog.${major >= 14 ? '"extract"' : 'date_part'}($3,`],
    ]);
    const values = ['5', '1 day', 'day', '1'].flatMap((value) => ['--param', value]);
    const custom = dataOf(await analyze(['--sql', sql, '--analyze', ...values]));
    expect(custom).toMatchObject({ plan_mode: 'custom', executed: true });
    expect(custom.parameters.map(({ type, value }) => [type, value])).toEqual([
      ['integer', '5'],
      ['interval', '1 day'],
      ['text', 'day'],
      [major >= 14 ? 'numeric' : 'double precision', '1'],
    ]);
    const without = await analyze(['--sql', sql, '--analyze']);
    expect([without.exitCode, without.envelope.error?.code]).toEqual([2, 'usage']);
    for (const ambiguous of ['SELECT -$1', 'SELECT $1 + $2', 'SELECT $1 IS NULL', `SELECT now() - (-$1)`]) {
      expect(await became(ambiguous)).toMatchObject({ rewrites: [{ to: expect.any(String) as string }] });
    }
  });

  test('reads the text from pg_stat_statements, and plans it as the role’s own sessions would', async () => {
    await server.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements', { dbname });
    await server.query(`ALTER DATABASE "${dbname}" SET search_path = lab, public`);
    await server.query(
      `SELECT count(*) AS looked_up FROM kept WHERE made > now() - interval '1 day' AND id IN (1, 2, 3)`,
      { dbname },
    );
    const [entry] = await server.query(
      `SELECT queryid::text AS id FROM pg_stat_statements WHERE query LIKE 'SELECT count(*) AS looked_up%' AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      { dbname },
    );
    const data = dataOf(await analyze(['--queryid', String(entry?.['id'])]));
    expect(data.source).toMatchObject({
      queryid: entry?.['id'],
      database: dbname,
      user: 'postgres',
      calls: 1,
    });
    expect(data.tree).toContain('lab.kept');
    expect(data.settings['search_path']).toBe('lab, public');
    const other = await analyze(['--queryid', String(entry?.['id']), '--search-path', 'public']);
    expect(other.envelope.error).toMatchObject({ code: 'server_error', sqlstate: '42P01' });
    const unknown = await analyze(['--queryid', '1']);
    expect([unknown.exitCode, unknown.envelope.error?.code]).toEqual([5, 'unknown_queryid']);
  });

  test('reads stdin, names anything, and sets two plans side by side', async () => {
    const first = await analyze(['-'], { input: 'SELECT * FROM lab."Odd.""Name"" 🐘" WHERE "A b" > 0' });
    expect(dataOf(first).tree).toContain('lab.Odd."Name" 🐘');
    const second = dataOf(
      await analyze(
        ['--sql', 'SELECT * FROM lab."Odd.""Name"" 🐘" WHERE "A b" > 0 ORDER BY 1', '--compare', '-'],
        {
          input: first.stdout,
        },
      ),
    );
    expect(second.comparison).toMatchObject({ same_shape: false, cost_ratio: expect.any(Number) as number });
    expect(second.comparison?.nodes.map(({ change }) => change)).toEqual(['added', 'same']);
    const table = await analyze(['--sql', 'SELECT 1 ORDER BY random()', '--format', 'table']);
    expect(table.stdout).toMatch(/^tree\nSort {2}rows 1, cost [\s\S]*\n└─ Result/m);
    expect(table.stdout).not.toContain('Total Cost');
  });

  test('ends in time on a table that is locked, and when the statement takes too long', async () => {
    const locker = await server.client({ dbname });
    await locker.query('BEGIN; LOCK TABLE lab.kept');
    const locked = await analyze(['--sql', 'SELECT * FROM lab.kept']);
    await locker.query('ROLLBACK');
    await locker.end();
    expect([locked.exitCode, locked.envelope.error?.code]).toEqual([6, 'lock_timeout']);
    const slow = await analyze(['--sql', 'SELECT pg_sleep(60)', '--analyze', '--statement-timeout', '100ms']);
    expect([slow.exitCode, slow.envelope.error?.code]).toEqual([6, 'statement_timeout']);
    expect(slow.envelope.data).toMatchObject({ executed: false, summary: { node: 'Result' } });
  });

  test('tells a role what it may not read, and hides literals when asked', async () => {
    await server.query('GRANT USAGE ON SCHEMA lab TO bare', { dbname });
    const args = ['query', 'analyze', '--dsn', server.dsn({ dbname, user: 'bare', password: 'bare' })];
    const refused = await runCli([...args, '--sql', 'SELECT * FROM lab.kept', '--analyze']);
    expect([refused.exitCode, refused.envelope.error?.code]).toEqual([5, 'insufficient_privilege']);
    const hidden = await analyze([
      '--sql',
      `SELECT * FROM lab.kept WHERE made = '2031-05-05' AND id = 421`,
      '--redact-literals',
    ]);
    expect(JSON.stringify(dataOf(hidden))).not.toMatch(/2031|421/);
  });
});
