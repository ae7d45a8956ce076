import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { baselineReport } from '../../../../src/report/baseline/baselineReport.js';
import { reportHtml } from '../../../../src/report/baseline/html/page.js';
import { baselineWith, hostileInput } from '../../../support/baselineReportInput.js';

const html = await reportHtml(baselineReport(hostileInput()));
const body = html.slice(html.indexOf('<body>'));

describe('the HTML report', () => {
  it('escapes what comes from a server', () => {
    expect(body).toContain('&lt;script&gt;window.pwned=1;alert(1)&lt;/script&gt;');
    expect(body).toContain('&quot;&gt;&lt;img src=x onerror=&quot;window.pwned=1&quot;&gt;');
    expect(body).not.toMatch(/<(?:script|img|iframe|object|link|base|form)\b/i);
    expect(body).not.toMatch(/<[a-z][^>]*\s(?:on\w+|style)=/i);
    expect(html).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  });

  it('has a policy that names its own style and nothing else', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'");
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'`,
    );
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<title>'));
    expect(style).not.toMatch(/url\(|@import/);
  });

  it('is well formed: every element is closed', () => {
    const parsed = new XMLParser({ ignoreAttributes: false }).parse(
      html.replace('<!doctype html>', ''),
    ) as object;
    expect(Object.keys(parsed)).toEqual(['html']);
  });

  it('tells rows beyond the first 25 by their number', async () => {
    const many = Array.from({ length: 31 }, (_, i) => ({
      id: `r${String(i)}`,
      title: `finding ${String(i)}`,
      severity: 'info',
    }));
    const after = baselineWith({ analyses: { check: { findings: many } } });
    const long = await reportHtml(baselineReport({ ...hostileInput(), before: null, diff: null, after }));
    expect(long).toContain('finding 24');
    expect(long).not.toContain('finding 25');
    expect(long).toContain('6 more are in the baseline and not shown.');
  });

  it('breaks a line where a value cannot be told, and draws none of fewer than two', () => {
    const [first] = /<svg[^>]*><title>mean exec time: 13 values<[\s\S]*?<\/svg>/.exec(body) ?? [''];
    expect(/class="spark-line" d="([^"]*)"/.exec(first)?.[1]?.match(/M/g)).toHaveLength(2);
    expect(first).toContain('1 could not be told');
  });

  it('lets nothing past the templates but its own style', async () => {
    const folder = resolve(import.meta.dirname, '../../../../src/report/baseline');
    const found: string[] = [];
    const names = (await readdir(folder, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
    for (const name of names) {
      const source = await readFile(resolve(folder, name), 'utf8');
      found.push(...(source.match(/\braw\([^)]*\)|dangerouslySetInnerHTML/g) ?? []));
    }
    expect(found).toEqual(['raw(STYLE)']);
  });

  it('says of a baseline that saw nothing what it did not see', async () => {
    const empty = baselineWith();
    const report = await reportHtml(
      baselineReport({
        ...hostileInput(),
        before: null,
        diff: null,
        series: [],
        queryRates: null,
        after: { ...empty, sections: {}, analyses: {} },
      }),
    );
    for (const told of [
      'the check was not run',
      'taken without locks',
      'taken without vacuum',
      'taken without index health',
    ])
      expect(report).toContain(told);
  });
});
