import { describe, expect, it } from 'vitest';
import { baselineReport } from '../../../../src/report/baseline/baselineReport.js';
import { reportMarkdown } from '../../../../src/report/baseline/markdown.js';
import { baselineWith, changeWith, HOSTILE, hostileInput } from '../../../support/baselineReportInput.js';

const markdown = reportMarkdown(baselineReport(hostileInput()));

describe('the Markdown report', () => {
  it('shows the verdict, regressions, settings and new findings, and folds the rest', () => {
    const titles = markdown.match(/^(?:#{2,3} .*|<details><summary>.*)$/gm);
    expect(titles).toEqual([
      '## Baseline report: shop-prod &#60;script&#62;window.pwned=1;alert(1)&#60;/script&#62;',
      '### Regressions',
      '### Settings changed',
      '### New findings',
      '<details><summary>Top 5 queries by time</summary>',
      '<details><summary>Other changes (3)</summary>',
      '<details><summary>Growth of tables and indexes</summary>',
      '<details><summary>Distances to limits</summary>',
      '<details><summary>What was not seen (3)</summary>',
    ]);
    expect(markdown).toContain('🔴 **5 regressions (2 of them findings), 2 new findings');
  });

  it('has no markup but its own', () => {
    const own = markdown.replace(/<\/?(?:details|summary|code)>/g, '');
    expect(own).not.toMatch(/<|>(?! )/);
    expect(own.replace(/^(?:#{2,3} |- |🔴 \*\*)/gm, '').replace(/\.\*\*$/gm, '.')).not.toMatch(
      /[`*[\]~]|\]\(/,
    );
    expect(markdown).not.toMatch(/@(?!&#8203;)|https:\/\/evil|:alert/);
    expect(markdown).not.toContain(HOSTILE.reordered);
  });

  it('keeps every row of a table to its columns', () => {
    const tables = markdown.split(/\n(?!\|)/).filter((block) => block.includes('\n|'));
    expect(tables.length).toBeGreaterThan(5);
    for (const table of tables) {
      const widths = table
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) => line.split('|').length);
      expect(new Set(widths).size).toBe(1);
    }
  });

  it('fits a comment, and says what it left out', () => {
    const { diff, ...input } = hostileInput();
    if (diff === null) throw new Error('the fixture has a diff');
    const why = 'because '.repeat(400);
    const changes = Array.from({ length: 60 }, (_, i) =>
      changeWith({
        section: 'tables',
        object_type: 'table',
        object: `t${String(i)}`,
        metric: 'size_bytes',
        unit: 'bytes',
        before: 1,
        after: 2,
        why,
        regression: i < 20,
      }),
    );
    const long = reportMarkdown(baselineReport({ ...input, diff: { ...diff, changes } }));
    expect(long.length).toBeLessThan(65_536);
    expect(long).toContain('### Regressions');
    expect(long).toContain('more rows not shown');
    expect(long.match(/<details>/g)?.length ?? 0).toBe(long.match(/<\/details>/g)?.length ?? 0);
  });

  it('tells of a single baseline', () => {
    const alone = reportMarkdown(
      baselineReport({
        ...hostileInput(),
        before: null,
        diff: null,
        series: [],
        queryRates: null,
        after: baselineWith(),
      }),
    );
    expect(alone).toContain('nothing to compare with');
    expect(alone).not.toContain('### Regressions');
  });
});
