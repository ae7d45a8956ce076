import { describe, expect, test } from 'vitest';
import { KNOWN_MAJORS } from '../../../src/core/version.js';
import { SECTIONS } from '../../../src/inspect/registry.js';

test('ids are unique and are words of lower case', () => {
  const ids = SECTIONS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][a-z_]*$/);
});

describe.each(SECTIONS.map((section) => [section.id, section] as const))('%s', (_id, section) => {
  const statements = [...section.variants, ...(section.withoutLocks ?? [])];

  test('has variants, in ascending order of version', () => {
    for (const variants of [section.variants, section.withoutLocks].filter((list) => list !== undefined)) {
      const since = variants.map((variant) => variant.since);
      expect(since.length).toBeGreaterThan(0);
      expect(since).toEqual([...new Set(since)].sort((a, b) => a - b));
      if (section.versionedBy === undefined) {
        for (const major of since) expect(KNOWN_MAJORS).toContain(major);
      }
    }
  });

  test('is static text with columns listed', () => {
    for (const { sql } of statements) {
      expect(sql).not.toContain('${');
      expect(sql.replace(/count\(\*\)/g, '')).not.toMatch(/(?:SELECT|,|\.)\s*\*/i);
      expect(sql).not.toMatch(/\bundefined\b|;/);
    }
  });

  test('names every relation and function with its schema', () => {
    for (const { sql } of statements) {
      const outsideLiterals = sql.replace(/'(?:[^']|'')*'/g, "''");
      const names = [
        ...outsideLiterals.matchAll(/(?<![.\w@])(pg_\w+|json\w*|to_\w+|count|sum|max|min|unnest)\s*\(/g),
      ];
      expect(names.map((match) => match[0])).toEqual([]);
      expect(outsideLiterals).not.toMatch(/\b(?:FROM|JOIN)\s+pg_(?!catalog\.)/);
    }
  });

  test('takes exactly the parameters that it declares', () => {
    for (const { sql } of statements) {
      const used = new Set([...sql.matchAll(/\$(\d+)/g)].map((match) => Number(match[1])));
      expect([...used].sort()).toEqual(section.parameters.map((_parameter, index) => index + 1));
    }
  });

  test('orders its rows, and counts them where it may be cut', () => {
    for (const { sql } of statements) {
      if (section.order !== 'one row') expect(sql).toMatch(/\bORDER BY\b/);
      if (section.parameters.includes('limit')) {
        expect(sql).toMatch(/\btotal_count\b/);
        expect(sql).toContain('LIMIT NULLIF($1::int8, 0)');
      }
    }
  });

  test('says what everything is', () => {
    expect(section.title).toMatch(/\w+/);
    for (const need of section.needs) expect(need.loses).toMatch(/\w+ \w+/);
    for (const [name, column] of Object.entries(section.row.properties)) {
      const { description, 'x-kind': kind } = column as { description?: string; 'x-kind'?: string };
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(description, name).toMatch(/\w{3,}/);
      expect(kind, name).toBeDefined();
    }
  });

  test('calls times, ages and sizes by their unit', () => {
    for (const [name, column] of Object.entries(section.row.properties)) {
      const { description = '', 'x-kind': kind } = column as { description?: string; 'x-kind'?: string };
      if (kind !== 'counter' && kind !== 'gauge') continue;
      if (/^milliseconds|, in milliseconds/.test(description)) expect(name).toMatch(/_ms$/);
      if (description.startsWith('bytes')) expect(name).toMatch(/_bytes(?:_estimated)?$|^temp_bytes$/);
    }
  });

  test('knows the column that holds the time of the last reset', () => {
    if (section.resetAt !== undefined) expect(Object.keys(section.row.properties)).toContain(section.resetAt);
    expect(section.resetAt).toBe('stats_reset' in section.row.properties ? 'stats_reset' : undefined);
  });
});
