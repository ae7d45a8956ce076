import { describe, expect, it } from 'vitest';
import { documentOf } from '../../src/baselineReport.js';

describe('what a report is written in', () => {
  it.each([
    [null, false, 'markdown'],
    [null, true, 'markdown'],
    ['report.html', false, 'html'],
    ['report.HTM', true, 'html'],
    ['report.md', false, 'markdown'],
    ['/tmp/a.html/report.Markdown', false, 'markdown'],
    ['report', false, 'html'],
    ['report', true, 'markdown'],
    ['/dev/stderr', true, 'markdown'],
  ])('--out %s, --format markdown %s: %s', (path, asks, document) => {
    expect(documentOf(path, asks)).toBe(document);
  });
});
