import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BaselineDiff } from '../../src/baseline/diffData.js';
import { freshDatabase, sharedServer, type Major } from '../support/cluster.js';
import { runCli, type CliResult } from '../support/runCli.js';
import { statisticsTold } from '../support/statisticsTold.js';

const PREPARED = [
  'CREATE EXTENSION IF NOT EXISTS pg_stat_statements',
  'CREATE TABLE "Odd ""t.😀" (id int, customer int, pad text)',
  `INSERT INTO "Odd ""t.😀" SELECT n, n % 500, repeat('x', 200) FROM generate_series(1, 60000) AS n`,
  'CREATE INDEX by_customer ON "Odd ""t.😀" (customer)',
  'CREATE INDEX never_used ON "Odd ""t.😀" (pad)',
  'CREATE TABLE still (id int)',
  'ANALYZE',
];

const PLANTED = [
  'DROP INDEX by_customer',
  'DROP INDEX never_used',
  'ALTER TABLE "Odd ""t.😀" SET (autovacuum_enabled = off)',
  'ALTER TABLE still SET (fillfactor = 90)',
];

describe.each([12, 15, 18] as const)('baseline diff on %i', (major: Major) => {
  let home: string;
  let database: string;
  let dsn: string;

  const diff = async (args: readonly string[], from = home): Promise<CliResult> =>
    runCli(['baseline', 'diff', '--limit', '0', ...args], { home: from });
  const answered = ({ envelope }: CliResult): BaselineDiff => {
    if (envelope.data === null) throw new Error(JSON.stringify(envelope.error));
    return envelope.data as unknown as BaselineDiff;
  };
  /** Changes of what this test has made; other tests work on the same server. */
  const own = ({ changes }: BaselineDiff): BaselineDiff['changes'] =>
    changes.filter((change) => change.database === database);

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'pgdba-diff-'));
    const server = sharedServer(major);
    database = await freshDatabase(server, 'empty');
    dsn = server.dsn({ dbname: database });
    for (const sql of PREPARED) await server.query(sql, { dbname: database });
    const work = async (): Promise<void> => {
      const client = await server.client({ dbname: database });
      for (let i = 0; i < 40; i += 1)
        await client.query('SELECT sum(id) FROM "Odd ""t.😀" WHERE customer = $1', [i]);
      await client.end();
      await statisticsTold(server, database);
    };
    const take = async (label: string, out: readonly string[] = []): Promise<void> => {
      await work();
      const { envelope } = await runCli(
        [
          'baseline',
          '--dsn',
          dsn,
          '--label',
          label,
          '--quiet',
          '--sections',
          'config,queries,tables,indexes',
          ...out,
        ],
        { home },
      );
      if (!envelope.ok) throw new Error(JSON.stringify(envelope.error));
    };
    await take('first');
    await take('quiet', ['--out', join(home, 'quiet.json')]);
    for (const sql of PLANTED) await server.query(sql, { dbname: database });
    await take('planted', ['--out', join(home, 'planted.json.gz')]);
  }, 120_000);
  afterAll(() => rm(home, { recursive: true, force: true }));

  test('has nothing to say of a quiet time', async () => {
    const data = answered(await diff(['--before', 'first', '--after', 'quiet']));
    expect(data.before.label).toBe('first');
    // Before the first there is none: rates are compared with those since the reset, in which the tables were filled.
    expect(
      own(data).filter(
        ({ before, metric, section }) => typeof before !== 'number' && section + metric !== 'queriespresence',
      ),
    ).toEqual([]);
    expect(own(data).filter(({ regression }) => regression)).toEqual([]);
    expect(data.events).toEqual([]);
    expect(data.spread).toMatchObject({ baselines: 1, needed: 7 });
  });

  test('names what was planted, and no decoy as a regression', async () => {
    const result = await diff(['--fail-on', 'regression']);
    expect(result.exitCode).toBe(3);
    const data = answered(result);
    expect([data.before.label, data.after.label, data.basis.kind]).toEqual([
      'quiet',
      'planted',
      'earlier_baseline',
    ]);
    const told = own(data).map(({ section, metric, object, regression }) => [
      section,
      metric,
      object,
      regression,
    ]);
    const table = 'public."Odd ""t.😀"';
    expect(told).toEqual(
      expect.arrayContaining([
        ['indexes', 'presence', 'public.by_customer', true],
        ['indexes', 'presence', 'public.never_used', false],
        ['tables', 'reloptions', table, true],
        ['tables', 'reloptions', 'public.still', false],
      ]),
    );
    const flipped = own(data).find(({ metric }) => metric === 'shared_bytes_per_call');
    expect(flipped).toMatchObject({ section: 'queries', regression: true, effect: 'worse', unusual: null });
    expect(flipped?.text).toContain('WHERE customer = $1');
    expect(flipped?.factor).toBeGreaterThan(2);
    expect(data.void.filter(({ reason }) => reason === 'negative')).toEqual([]);
    const findings = data.changes.filter(({ metric }) => metric === 'table_autovacuum_off');
    expect(findings.map(({ object, after }) => [object, after])).toContainEqual([table, 'warning']);
  });

  test('takes files, without a store and a server', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'pgdba-diff-'));
    const files = ['--before', join(home, 'quiet.json'), '--after', join(home, 'planted.json.gz')];
    const data = answered(
      await diff([...files, '--section', 'indexes', '--object', 'by_customer'], elsewhere),
    );
    expect(data.changes.map(({ metric, before, after }) => [metric, before, after])).toEqual([
      ['presence', true, false],
    ]);
    expect(data.spread.baselines).toBe(0);
    await rm(elsewhere, { recursive: true });
  });

  // The words and the table are the same whatever the server is.
  if (major !== 18) return;

  test('refuses what cannot be compared, and is readable', async () => {
    const refused = async (...args: string[]): Promise<unknown> => {
      const { exitCode, envelope } = await diff(args);
      return [exitCode, envelope.error?.code];
    };
    expect(await refused('--section', 'nosuch')).toEqual([2, 'usage']);
    expect(await refused('--metric', 'nosuch')).toEqual([2, 'usage']);
    expect(await refused('--before', 'latest')).toEqual([2, 'usage']);
    expect(await refused('--before', 'latest', '--after', 'first')).toEqual([2, 'usage']);
    expect(await refused('--before', 'first', '--since', '1d')).toEqual([2, 'usage']);
    expect(await refused('--before', 'nosuch')).toEqual([5, 'unknown_baseline']);
    expect(await refused('--since', '30d')).toEqual([5, 'unknown_baseline']);
    const { stdout, exitCode } = await runCli(
      ['baseline', 'diff', '--format', 'table', '--section', 'tables', '--fail-on', 'regression'],
      { home },
    );
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/REGRESSION.*went from \(none\) to autovacuum_enabled=off/s);
  });
});
