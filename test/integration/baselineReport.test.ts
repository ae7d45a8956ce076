import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BaselineReportData } from '../../src/report/baseline/reportData.js';
import { freshDatabase, MAJORS, sharedServer } from '../support/cluster.js';
import { runCli } from '../support/runCli.js';

const HOSTILE_TABLE = `"Evil <img src=x onerror=alert(1)> | \`t\`"`;

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgdba-report-home-'));
});

afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

async function report(args: readonly string[]) {
  const result = await runCli(['baseline', 'report', ...args], { home });
  return { ...result, data: result.envelope.data as BaselineReportData };
}

describe.each(MAJORS)('a report of a real baseline of %i', (major) => {
  it('tells how the server stands, with one baseline only', async () => {
    const server = sharedServer(major);
    const dbname = await freshDatabase(server, 'seeded');
    const own = await mkdtemp(join(tmpdir(), 'pgdba-report-one-'));
    const taken = await runCli(
      ['baseline', '--dsn', server.dsn({ dbname }), '--quiet', '--out', join(own, 'b.json.gz')],
      { home: own },
    );
    expect(taken.exitCode).toBe(0);
    const { exitCode, data } = await report([
      '--after',
      join(own, 'b.json.gz'),
      '--out',
      join(own, 'one.html'),
    ]);
    expect(exitCode).toBe(0);
    expect(data).toMatchObject({ format: 'html', text: null, before: null, path: join(own, 'one.html') });
    expect(data.verdict).toContain('One baseline only');
    const html = await readFile(join(own, 'one.html'), 'utf8');
    expect(html).toContain(`PostgreSQL ${String(major)}.`);
    for (const told of [
      'Findings',
      'Largest tables and indexes',
      'shop.orders',
      'Top queries by time',
      'Distances to limits',
    ])
      expect(html).toContain(told);
    expect(html).not.toMatch(/undefined|NaN|\[object /);
    await rm(own, { recursive: true });
  });
});

describe('a report of two real baselines', () => {
  it('tells what was done in between, as HTML, Markdown and in the envelope', async () => {
    const server = sharedServer(17);
    const dbname = await freshDatabase(server, 'seeded');
    const take = (label: string) =>
      runCli(['baseline', '--dsn', server.dsn({ dbname }), '--quiet', '--label', label], { home });
    const work = async () => {
      for (let i = 0; i < 40; i += 1)
        await server.query('SELECT count(*) FROM shop.orders WHERE $1 > 0', { dbname, params: [i] });
    };
    await work();
    await take('first');
    const alone = await report([]);
    expect(alone.data).toMatchObject({
      path: null,
      format: 'markdown',
      before: null,
      after: { label: 'first' },
    });
    await work();
    await server.query(`CREATE TABLE shop.${HOSTILE_TABLE} AS SELECT 1 AS a`, { dbname });
    await take('second');

    const html = await report(['--out', join(home, 'two.html')]);
    expect(html.exitCode).toBe(0);
    const text = await readFile(join(home, 'two.html'), 'utf8');
    expect(html.data).toMatchObject({
      format: 'html',
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
      before: { label: 'first' },
      after: { label: 'second' },
    });
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(text).not.toContain('<img');
    expect(text).toContain('Of the ');

    const markdown = await runCli(['baseline', 'report', '--format', 'markdown'], { home });
    expect(markdown.stdout).toMatch(/^## Baseline report: /);
    expect(markdown.stdout).not.toContain('pgdba.envelope');
    const json = await report([]);
    expect(json.data.text).toBe(markdown.stdout);
    const named = await report(['--before', 'first', '--after', 'second', '--out', join(home, 'two.md')]);
    expect(named.data.format).toBe('markdown');
    expect(await readFile(join(home, 'two.md'), 'utf8')).toBe(markdown.stdout);
    const cut = await runCli(['baseline', 'report', '--format', 'markdown', '--summary'], { home });
    expect(cut.stdout).toContain('baseline report');
    expect(cut.stdout).not.toMatch(/^## Baseline report: /);

    const wrong = await runCli(['baseline', 'report', '--after', 'third'], { home });
    expect([wrong.exitCode, wrong.envelope.error?.code]).toEqual([5, 'unknown_baseline']);
    const turned = await runCli(['baseline', 'report', '--before', 'second', '--after', 'first'], { home });
    expect([turned.exitCode, turned.envelope.error?.code]).toEqual([2, 'usage']);
    const nowhere = await runCli(['baseline', 'report', '--out', join(home, 'no/such/folder.html')], {
      home,
    });
    expect(nowhere.envelope.error?.code).toBe('output_unwritable');
  });
});
