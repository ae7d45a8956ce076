import { beforeAll, describe, expect, test } from 'vitest';
import type { SuggestData } from '../../src/query/indexSuggest/suggestData.js';
import { freshDatabase, MAJORS, sharedServer } from '../support/cluster.js';
import { indexFile, plantIndexFaults, scored } from '../support/indexPlanted.js';
import { type CliResult, runCli } from '../support/runCli.js';

/** Majors that are asked a second time: what makes two answers differ, order and rounding, is no matter of the major. */
const TWICE_ON: readonly number[] = [12, 15, 18];

describe.each(MAJORS)('query index-suggest without HypoPG on PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  let dbname: string;
  let workload: string;
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
    await plantIndexFaults(server, dbname);
    workload = await indexFile('indexWorkload.sql');
  });

  test('finds what is missing, and nothing else, the same twice', async () => {
    const first = dataOf(await suggest(['-'], workload));
    const { precision, recall, extra, missed } = scored(first);
    expect({ extra, missed, precision: precision >= 0.9, recall: recall >= 0.7 }).toMatchObject({
      precision: true,
      recall: true,
    });
    expect(first.judged_by).toBe('statistics');
    if (TWICE_ON.includes(major)) {
      const { suggestions, near_misses, anti_recommendations, unexplained } = dataOf(
        await suggest(['-'], workload),
      );
      expect({ suggestions, near_misses, anti_recommendations, unexplained }).toEqual({
        suggestions: first.suggestions,
        near_misses: first.near_misses,
        anti_recommendations: first.anti_recommendations,
        unexplained: first.unexplained,
      });
    }
    const against = first.anti_recommendations.map(
      ({ table, columns, reason }) => `${table}(${columns.join()}) ${reason}`,
    );
    expect(against).toEqual(
      expect.arrayContaining([
        'small(code) small_table',
        'covered(a) already_served',
        'uniq(sku) already_served',
        'hashed(token) already_served',
        'lowsel(sex) low_selectivity',
        'ranges(amount) most_rows_match',
        'writelog(actor) write_cost',
        'far(code) foreign_table',
      ]),
    );
    expect(
      first.near_misses.filter(({ table }) => table === 'dependent').map(({ reason }) => reason),
    ).toContain('gain_not_real');
    expect(first.unexplained.map(({ reason }) => reason)).toEqual([
      'not_parsed',
      'relation_missing',
      'utility',
    ]);
    expect(first.suggestions.find(({ table }) => table === 'stock')?.reasons).toEqual([
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
      'SELECT * FROM orders WHERE total = 5; SELECT * FROM recent_orders; SELECT * FROM items WHERE price = 70',
    ]);
    await reader.query('ROLLBACK');
    await waiting;
    await Promise.all([reader.end(), writer.end()]);
    const data = dataOf(result);
    expect(data.unexplained.map(({ query, reason }) => [query, reason])).toEqual([
      ['SELECT * FROM orders WHERE total = 5', 'exclusively_locked'],
      ['SELECT * FROM recent_orders', 'exclusively_locked'],
    ]);
    expect(data.suggestions.map(({ table }) => table)).toEqual(['items']);
  });
});
