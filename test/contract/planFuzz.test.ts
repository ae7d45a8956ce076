import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PgdbaError } from '../../src/core/errors.js';
import { parseRequest } from '../../src/tuning/changeset/request.js';
import { fuzzedRequests } from '../support/fuzzedRequests.js';
import { startServer, type TestServer } from '../support/servers.js';
import { openPlanner, type Planner } from './planned.js';

const EXITS = [2, 5, 7];

describe.each([12, 15, 18] as const)('fuzzed changesets on PostgreSQL %i', (major) => {
  let server: TestServer;
  let planner: Planner;

  beforeAll(async () => {
    server = await startServer({ major });
    planner = await openPlanner(server.dsn());
  });
  afterAll(async () => {
    await planner.close();
    await server.stop();
  });

  test('400 of them end with a plan or exit 2, 5 or 7, and nothing is written', async () => {
    const autoConf = join(server.dataDirectory, 'postgresql.auto.conf');
    const before = [await readFile(autoConf, 'utf8'), (await stat(autoConf)).mtimeMs];
    const settings = await server.query('SELECT name, setting, source FROM pg_settings ORDER BY name');
    const ends = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(fuzzedRequests, fc.boolean(), async (text, force) => {
        const end = await endOf(planner, text, force);
        ends.set(end, (ends.get(end) ?? 0) + 1);
        expect(['planned', ...EXITS.map(String)]).toContain(end);
      }),
      { numRuns: 400, seed: 17 + major },
    );
    // Every kind of end was seen, or the documents are not worth much.
    for (const end of ['planned', '2', '5']) expect(ends.get(end)).toBeGreaterThan(2);
    expect([await readFile(autoConf, 'utf8'), (await stat(autoConf)).mtimeMs]).toEqual(before);
    expect(await server.query('SELECT name, setting, source FROM pg_settings ORDER BY name')).toEqual(
      settings,
    );
  });
});

async function endOf(planner: Planner, text: string, force: boolean): Promise<string> {
  try {
    const { refusal } = await planner.plan(parseRequest(text), { force });
    return refusal === null ? 'planned' : String(refusal.exit);
  } catch (error) {
    if (error instanceof PgdbaError) return String(error.exit);
    throw error;
  }
}
