import { expect, test } from 'vitest';
import { snapshotOf } from '../../../src/baseline/assemble.js';
import { baselineIn, parseBaseline } from '../../../src/baseline/baselineFile.js';
import { jsonPieces, packed, unpacked } from '../../../src/baseline/pack.js';
import { ofGroups, shownData } from '../../../src/baseline/shown.js';
import { documentOf } from './documents.js';

const document = documentOf('01900000-0000-7000-8000-000000000001');

test('lists are cut to --limit, and what was cut is told twice', () => {
  const data = shownData(document, null, 1);
  expect(data.truncated).toEqual({
    pg_stat_user_tables: { shown: 1, total: 2 },
    'check.findings': { shown: 1, total: 3 },
  });
  expect(data).toMatchObject({ path: null, sha256: null, bytes: null });
  const again = baselineIn('the answer', { schema: 'pgdba.envelope/1', data });
  expect(snapshotOf(again).sections['pg_stat_user_tables']).toMatchObject({
    reason: 'truncated',
    truncated: { shown: 1, total: 2 },
    rows: [{ relname: 'Odd "name"' }],
  });
  expect(shownData(document, null, 0).truncated).toEqual({});
  expect(shownData(document, null, 2).truncated).toEqual({ 'check.findings': { shown: 2, total: 3 } });
});

test('of some sections their analyses and the findings are shown', () => {
  const analyses = { ...document.analyses, bloat: { status: 'ok' as const, message: null, data: {} } };
  const whole = { ...document, analyses };
  expect(Object.keys(ofGroups(whole, ['config']).analyses)).toEqual(['check']);
  expect(Object.keys(ofGroups(whole, ['tables']).analyses)).toEqual(['check', 'bloat']);
  expect(ofGroups(whole, ['config']).sections).toEqual({});
});

test('JSON in pieces is JSON', async () => {
  const odd = {
    a: [],
    b: {},
    c: undefined,
    d: [undefined, 'x\u2028"'],
    e: { f: { g: { h: { i: [1] } } } },
    j: null,
  };
  const rows = Array.from({ length: 1000 }, (_one, i) => ({ i }));
  for (const value of [odd, document, { rows }, [], [1, [2]], 'text', null]) {
    expect([...jsonPieces(value)].join('')).toBe(JSON.stringify(value));
  }
  expect([...jsonPieces({ rows })].length).toBeGreaterThan(3);
  expect(JSON.parse(await unpacked(await packed(jsonPieces(document))))).toEqual(document);
});

test.each([
  ['', 'is not JSON'],
  ['{}', 'holds no baseline'],
  ['{"schema":"pgdba.baseline/1"}', 'must have required property'],
  ['{"schema":"pgdba.baseline/2"}', 'holds no baseline that this version of pgdba knows'],
  [Buffer.from([0x1f, 0x8b, 1, 2]), 'is cut off'],
  [Buffer.from([0xff, 0xfe]), 'is cut off, or no text'],
])('%s is no baseline', async (content, message) => {
  const refused = parseBaseline('file', Buffer.from(content));
  await expect(refused).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining(message) as string,
  });
});
