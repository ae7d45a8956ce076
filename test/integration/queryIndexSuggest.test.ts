import { beforeAll, describe, expect, test } from 'vitest';
import type { SuggestData } from '../../src/query/indexSuggest/suggestData.js';
import { freshDatabase, MAJORS, sharedServer } from '../support/cluster.js';
import { comparedWith, type IndexTruth, indexTruth, plantIndexTruth } from '../support/indexTruth.js';
import { type CliResult, runCli } from '../support/runCli.js';

describe.each(MAJORS)('query index-suggest without HypoPG on PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  let dbname: string;
  let truth: IndexTruth;
  const suggest = (args: readonly string[], input?: string): Promise<CliResult> =>
    runCli(
      ['query', 'index-suggest', '--dsn', server.dsn({ dbname }), ...args],
      input === undefined ? {} : { input },
    );
  const dataOf = (result: CliResult): SuggestData => {
    expect(result.exitCode, result.stderr).toBe(0);
    return result.envelope.data as unknown as SuggestData;
  };

  beforeAll(async () => {
    dbname = await freshDatabase(server, 'empty');
    await plantIndexTruth(server, dbname, 'shop');
    truth = await indexTruth('shop');
  });

  test('finds what is missing, and nothing else, the same twice', async () => {
    const { workload } = truth;
    const first = dataOf(await suggest(['-'], workload));
    expect(comparedWith(truth, first)).toEqual({
      found: truth.wants.length,
      extra: [],
      missed: [],
      untold: [],
    });
    expect(first.judged_by).toBe('statistics');
    const { suggestions, near_misses, anti_recommendations, unexplained } = dataOf(
      await suggest(['-'], workload),
    );
    expect({ suggestions, near_misses, anti_recommendations, unexplained }).toEqual({
      suggestions: first.suggestions,
      near_misses: first.near_misses,
      anti_recommendations: first.anti_recommendations,
      unexplained: first.unexplained,
    });
    expect(first.unexplained.map(({ reason }) => reason)).toEqual([
      'not_parsed',
      'relation_missing',
      'utility',
    ]);
    expect(first.suggestions.find(({ table }) => table === 'ratings')?.reasons).toEqual([
      'workload',
      'foreign_key',
    ]);
    // Every statement builds its index, in the order in which they stand.
    const client = await server.client({ dbname });
    for (const { ddl } of first.suggestions) for (const line of ddl.split('\n')) await client.query(line);
    await client.query('VACUUM ANALYZE');
    await client.end();
    const { suggestions: left } = dataOf(await suggest(['-'], workload));
    expect(left.map(({ ddl }) => ddl)).toEqual([]);
  });

  test('leaves out what waits for a lock, and ends in time', async () => {
    const [reader, writer] = [await server.client({ dbname }), await server.client({ dbname })];
    await reader.query('BEGIN; SELECT 1 FROM app.orders LIMIT 1');
    const waiting = writer.query('ALTER TABLE app.orders ADD COLUMN later int').catch(() => undefined);
    await expect
      .poll(
        async () =>
          (await server.query("SELECT 1 FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted"))
            .length,
      )
      .toBeGreaterThan(0);
    const result = await suggest([
      '--sql',
      'SELECT * FROM orders WHERE total = 5; SELECT * FROM paid_orders; SELECT at FROM readings WHERE value = 70',
    ]);
    await reader.query('ROLLBACK');
    await waiting;
    await Promise.all([reader.end(), writer.end()]);
    const data = dataOf(result);
    expect(data.unexplained.map(({ query, reason }) => [query, reason])).toEqual([
      ['SELECT * FROM orders WHERE total = 5', 'exclusively_locked'],
      ['SELECT * FROM paid_orders', 'exclusively_locked'],
    ]);
    expect(data.suggestions.map(({ table }) => table)).toEqual(['readings']);
  });
});
