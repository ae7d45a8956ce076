import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Envelope } from '../../src/output/envelope.js';
import { sharedHome } from '../support/changes.js';
import { freshDatabase, sharedServer } from '../support/cluster.js';
import { runCli } from '../support/runCli.js';

const ODD = 'Acme "q"\n😀.x';
const VERDICTS = ['sections', 'analyses', 'moment', 'cluster'] as const;

interface Document {
  readonly id: string;
  readonly label: string | null;
  readonly sections: Record<
    string,
    { status: string; sample1: Record<string, { rows: Record<string, unknown>[] }> }
  >;
  readonly analyses: Record<
    string,
    { status: string; message: string | null; data: Record<string, unknown> | null }
  >;
}

describe.each([12, 15, 18] as const)('baseline on PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  let home: string;
  let remove: () => Promise<void>;
  let dsn: string;
  let taken: Envelope;
  const pgdba = (...words: string[]): ReturnType<typeof runCli> => runCli(words, { home });

  beforeAll(async () => {
    ({ home, remove } = await sharedHome());
    const database = await freshDatabase(server, 'empty');
    dsn = server.dsn({ dbname: database });
    await server.query(`CREATE SCHEMA acme; CREATE TABLE acme."${ODD.replaceAll('"', '""')}" (acme_id int)`, {
      dbname: database,
    });
    await server.query(`SELECT 'acme-secret' AS x FROM acme."${ODD.replaceAll('"', '""')}"`, {
      dbname: database,
    });
    ({ envelope: taken } = await pgdba(
      'baseline',
      '--dsn',
      dsn,
      '--label',
      'first',
      '--out',
      join(home, 'first.json'),
    ));
  });
  afterAll(() => remove());

  test('every section and analysis is there, as the file has it', async () => {
    expect(taken.error).toBeNull();
    const { path, ...data } = taken.data as unknown as Document & { path: string };
    const stored = JSON.parse(gunzipSync(await readFile(path)).toString()) as Document;
    expect(JSON.parse(await readFile(join(home, 'first.json'), 'utf8'))).toEqual(stored);
    expect(Object.values(stored.analyses).map(({ status, message }) => message ?? status)).toEqual(
      Object.values(stored.analyses).map(() => 'ok'),
    );
    expect(Object.keys(stored.analyses).sort()).toEqual(
      ['bloat', 'check', 'index_health', 'locks', 'tune', 'vacuum_health'].sort(),
    );
    const tables = stored.sections['tables']?.sample1['pg_stat_user_tables']?.rows ?? [];
    expect(tables.map(({ relname }) => relname)).toContain(ODD);
    const settings = stored.sections['config']?.sample1['pg_settings']?.rows ?? [];
    expect(settings.filter(({ set_by_session: own }) => own === true).map(({ name }) => name)).toEqual([]);
    expect(data.sections['config']?.sample1['pg_settings']?.rows).toEqual(settings);
    // Literals of query texts are never stored.
    expect(JSON.stringify(stored)).not.toContain('acme-secret');
  });

  test('it is listed without a server, shown by its label, checked, and compared', async () => {
    const [list, show, check, diff] = await Promise.all([
      pgdba('baseline', 'list'),
      pgdba('baseline', 'show', 'first', '--sections', 'config'),
      pgdba('check', '--from', (taken.data as { path: string }).path),
      pgdba('config', 'diff', '--dsn', dsn, '--against-baseline', 'latest', '--exit-code'),
    ]);
    const { id } = taken.data as unknown as Document;
    expect(list.envelope.data).toMatchObject({
      baselines: [{ id, label: 'first' }],
      unusable: [],
      truncated: null,
    });
    expect(show.envelope.data).toMatchObject({ id, truncated: {} });
    expect(Object.keys((show.envelope.data as unknown as Document).sections)).toEqual(['config']);
    const { findings } = (taken.data as unknown as Document).analyses['check']?.data ?? {};
    expect(check.envelope.data?.['findings']).toEqual(findings);
    expect(diff.envelope.data).toMatchObject({ against: { kind: 'baseline', name: id }, differences: [] });
    expect(diff.exitCode).toBe(0);
  });

  test('--redact leaves no name, and gives each the same pseudonym again', async () => {
    const wish = ['--dsn', dsn, '--redact', '--sections', 'tables,queries', '--limit', '0'];
    const [one, other] = [
      await pgdba('baseline', ...wish),
      await pgdba('baseline', ...wish, '--label', 'two'),
    ];
    const names = ({ envelope }: typeof one): unknown[] =>
      ((envelope.data as unknown as Document).sections['tables']?.sample1['pg_stat_user_tables']?.rows ?? [])
        .map(({ schemaname, relname }) => `${String(schemaname)}.${String(relname)}`)
        .sort();
    expect(names(one)).toEqual(names(other));
    expect(names(one)).toHaveLength(1);
    for (const { stdout } of [one, other]) expect(stdout.toLowerCase()).not.toMatch(/acme|😀/);
    const [path] = [(one.envelope.data as { path: string }).path];
    expect(
      gunzipSync(await readFile(path))
        .toString()
        .toLowerCase(),
    ).not.toMatch(/acme|😀/);
  });

  test('a bare role, a time limit and a delta are told for what they are', async () => {
    const [bare, short, delta] = await Promise.all([
      pgdba('baseline', '--dsn', server.dsn({ user: 'bare', password: 'bare' }), '--quiet'),
      pgdba('baseline', '--dsn', dsn, '--timeout', '1ms', '--quiet'),
      pgdba(
        'baseline',
        '--dsn',
        dsn,
        '--delta',
        '--interval',
        '1s',
        '--sections',
        'io,tables',
        '--limit',
        '1',
      ),
    ]);
    expect(bare.envelope).toMatchObject({ error: null, data: { label: null } });
    expect(Object.keys(bare.envelope.data ?? {})).toEqual(['id', 'label', 'path', 'sha256', 'bytes']);
    // Before the server was met there is nothing to keep.
    expect(short.exitCode === 0 || short.envelope.error?.code === 'run_timeout').toBe(true);
    const { sections } = delta.envelope.data as unknown as {
      sections: Record<
        string,
        { mode: string; sample2: object; computed: Record<string, { interval_ms: number }> }
      >;
    };
    expect(sections['io']).toMatchObject({ mode: 'delta' });
    expect(sections['io']?.computed['pg_stat_bgwriter']?.interval_ms).toBeGreaterThanOrEqual(1000);
    expect(VERDICTS.every((key) => key in (delta.envelope.data ?? {}))).toBe(true);
  });

  test('a broken one is named and left alone; prune keeps what it is told to', async () => {
    const folder = (taken.data as { path: string }).path.replace(/[^/]*$/, '');
    await writeFile(join(folder, '01900000-0000-7000-8000-000000000000.json.gz'), 'garbage');
    const list = await pgdba('baseline', 'list', '--fingerprint', taken.cluster?.fingerprint ?? '');
    expect(list.envelope).toMatchObject({ ok: true, warnings: [{ code: 'baseline_unusable' }] });
    const before = (list.envelope.data as { baselines: unknown[] }).baselines.length;
    expect(before).toBeGreaterThanOrEqual(4);
    const [dry, none, zero] = await Promise.all([
      pgdba('baseline', 'prune', '--dsn', dsn, '--keep-last', '2', '--dry-run'),
      runCli(['baseline', 'prune', '--dsn', dsn], { home, env: { PGDBA_MAX_BYTES: '4kB' } }),
      pgdba('baseline', 'prune', '--dsn', dsn, '--keep-last', '0'),
    ]);
    expect([none.exitCode, zero.exitCode]).toEqual([2, 2]);
    const pruned = await pgdba('baseline', 'prune', '--dsn', dsn, '--keep-last', '2');
    const removed = ({ envelope }: typeof dry): unknown => envelope.data?.['removed'];
    expect(removed(pruned)).toEqual(removed(dry));
    expect(removed(pruned)).toHaveLength(before - 2);
    expect(pruned.envelope.data).toMatchObject({ kept: [{ by: ['last'] }, { by: ['last'] }] });
    const left = await readdir(folder);
    expect(
      left.filter((name) => /-\d{12}\.json\.gz$|\.json\.gz$/.test(name) && !name.includes('.slim.')),
    ).toHaveLength(3);
    const gone = await pgdba('baseline', 'show', 'first', '--dsn', dsn);
    expect(gone.envelope.error).toMatchObject({ code: 'unknown_baseline' });
    expect(gone.exitCode).toBe(5);
    await truncate(join(folder, left.find((name) => name.endsWith('.head.json')) ?? ''), 0);
    expect(
      (await pgdba('baseline', 'show', 'latest', '--dsn', dsn, '--sections', 'io')).envelope.error,
    ).toBeNull();
  });
});
