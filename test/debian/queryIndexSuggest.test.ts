import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SuggestData } from '../../src/query/indexSuggest/suggestData.js';
import { startDebianServer } from '../support/debianServer.js';
import { comparedWith, indexTruth, plantIndexTruth, type TruthName } from '../support/indexTruth.js';
import { runCli } from '../support/runCli.js';
import type { ServerHandle } from '../support/serverHandle.js';

describe('query index-suggest with HypoPG', () => {
  let server: ServerHandle;
  let stop: () => Promise<void>;
  let client: pg.Client;
  const dbname = 'planted';

  beforeAll(async () => {
    ({ handle: server, stop } = await startDebianServer());
    await server.createDatabase(dbname);
    await plantIndexTruth(server, dbname, 'shop');
    client = await server.client({ dbname });
    await client.query('CREATE EXTENSION hypopg');
  });
  afterAll(async () => {
    await client.end();
    await stop();
  });

  async function suggest(input: string): Promise<SuggestData> {
    const result = await runCli(['query', 'index-suggest', '--dsn', server.dsn({ dbname }), '-'], { input });
    expect(result.exitCode, result.stderr).toBe(0);
    return result.envelope.data as unknown as SuggestData;
  }

  /** Pages that a statement touched: what it costs, whatever else the machine does. */
  async function touched(sql: string): Promise<number> {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0].Plan ?? {};
    return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
  }

  test('finds what is missing, and every suggestion makes its queries cheaper when it is built', async () => {
    const truth = await indexTruth('shop');
    const { workload } = truth;
    const data = await suggest(workload);
    expect({ judged_by: data.judged_by, ...comparedWith(truth, data) }).toEqual({
      judged_by: 'hypopg',
      found: truth.wants.length,
      extra: [],
      missed: [],
      untold: [],
    });
    const again = await suggest(workload);
    expect({ ...again, workload: null }).toEqual({ ...data, workload: null });
    // HypoPG's indexes are of that session alone, and are gone with it.
    expect((await client.query('SELECT * FROM hypopg()')).rows).toEqual([]);
    const queries = [
      ...new Set(data.suggestions.flatMap(({ queries }) => queries.map(({ query }) => query))),
    ];
    const before = new Map<string, number>();
    for (const query of queries) {
      await touched(query);
      before.set(query, await touched(query));
    }
    for (const { ddl } of data.suggestions) for (const line of ddl.split('\n')) await client.query(line);
    await client.query('VACUUM ANALYZE');
    for (const query of queries) {
      await touched(query);
      expect([query, (await touched(query)) < 0.7 * (before.get(query) ?? 0)]).toEqual([query, true]);
    }
    expect((await suggest(workload)).suggestions).toEqual([]);
  });

  test.each<TruthName>(['series', 'tenants', 'helpdesk', 'fleet', 'ledger'])(
    'finds what %s lacks, and nothing else',
    async (name) => {
      const truth = await indexTruth(name);
      await server.createDatabase(name);
      await plantIndexTruth(server, name, name);
      const other = await server.client({ dbname: name });
      await other.query('CREATE EXTENSION hypopg');
      await other.end();
      const args = ['query', 'index-suggest', '--dsn', server.dsn({ dbname: name }), '-'];
      const { envelope } = await runCli(args, { input: truth.workload });
      const data = envelope.data as unknown as SuggestData;
      const { extra, missed, untold } = comparedWith(truth, data);
      expect([data.judged_by, extra, missed, untold]).toEqual(['hypopg', [], [], []]);
    },
  );

  test('reads 5,000 statements, more candidates than HypoPG has oids for, and never answers in silence', async () => {
    await client.query(
      `CREATE TABLE wide (id int PRIMARY KEY, ${Array.from({ length: 60 }, (_, n) => `c${String(n)} int`).join(', ')})`,
    );
    await client.query(
      `INSERT INTO wide SELECT g, ${Array.from({ length: 60 }, (_, n) => `(g * ${String(n + 3)}) % ${String(500 + n)}`).join(', ')} FROM generate_series(1, 12000) AS g`,
    );
    await client.query('ANALYZE wide');
    const statements = Array.from({ length: 5000 }, (_, n) => {
      const [a, b] = [n % 60, (n * 7 + 1) % 60];
      return `SELECT id FROM wide WHERE c${String(a)} = ${String(n)} AND c${String(b)} > ${String(n % 100)}`;
    });
    const data = await suggest(statements.join(';\n'));
    expect(data.workload.statements).toBe(new Set(statements).size);
    expect(data.workload.judged + data.unexplained.length).toBe(data.workload.statements);
    expect(data.suggestions.length).toBeGreaterThan(0);
    // Of each of the sixty kinds some are planned, not all.
    expect(data.workload.planner_calls).toBeLessThan(7000);
  });

  test('judges an index on more partitions than HypoPG has oids for all candidates at once', async () => {
    await client.query(
      'CREATE TABLE events (id int, day int, kind int, who int, amount int) PARTITION BY RANGE (day)',
    );
    for (let at = 0; at < 100; at++)
      await client.query(
        `CREATE TABLE events_${String(at)} PARTITION OF events FOR VALUES FROM (${String(at)}) TO (${String(at + 1)})`,
      );
    await client.query(
      'INSERT INTO events SELECT g, g % 100, g % 37, g % 4999, g % 1009 FROM generate_series(1, 100000) AS g',
    );
    await client.query('VACUUM ANALYZE events');
    // Some thirty candidates for 100 partitions; there are some 2,500 oids.
    const { judged_by, suggestions } = await suggest(
      'SELECT * FROM events WHERE who = 5 AND amount = 3 AND kind = 7 ORDER BY id LIMIT 5',
    );
    expect(judged_by).toBe('hypopg');
    expect(suggestions.map((one) => [one.judged_by, one.columns.includes('who')])).toEqual([
      ['hypopg', true],
    ]);
    expect(suggestions[0]?.cost_after).toBeLessThan(0.1 * (suggestions[0]?.cost_before ?? 0));
  });
});
