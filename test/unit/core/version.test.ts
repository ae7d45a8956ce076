import { describe, expect, it } from 'vitest';
import {
  chooseVariant,
  extensionVersionNum,
  KNOWN_MAJORS,
  majorOf,
  NEWEST_MAJOR,
} from '../../../src/core/version.js';
import { SECTIONS } from '../../../src/inspect/registry.js';

const VARIANTS = [{ since: 12 }, { since: 14 }, { since: 17 }];

describe('the choice of a variant', () => {
  it.each([
    [11, undefined],
    [12, 12],
    [13, 12],
    [14, 14],
    [16, 14],
    [17, 17],
    [18, 17],
    [19, 17],
    [42, 17],
  ])('on %i is that of %s', (major, since) => {
    expect(chooseVariant(VARIANTS, major)?.since).toBe(since);
  });

  it('of nothing is nothing', () => {
    const chosen = chooseVariant<{ since: number }>([], 18);
    expect(chosen).toBeUndefined();
  });

  it('on a server newer than known is the newest variant of every section', () => {
    for (const { id, variants } of SECTIONS.filter((section) => section.versionedBy === undefined)) {
      expect(chooseVariant(variants, 19), id).toBe(variants.at(-1));
    }
  });

  it('on 11 is none in any section', () => {
    for (const { id, variants } of SECTIONS.filter((section) => section.versionedBy === undefined)) {
      expect(chooseVariant(variants, 11), id).toBeUndefined();
    }
  });
});

describe('versions as numbers', () => {
  it('knows 12 to 18', () => {
    expect(KNOWN_MAJORS).toEqual([12, 13, 14, 15, 16, 17, 18]);
    expect(NEWEST_MAJOR).toBe(18);
  });

  it.each([
    [120_022, 12],
    [170_010, 17],
    [180_000, 18],
    [190_000, 19],
  ])('%i is major %i', (number, major) => {
    expect(majorOf(number)).toBe(major);
  });

  it.each([
    ['1.9', 1009],
    ['1.10', 1010],
    ['2', 2000],
    ['1.6.1', 1006],
    ['unpackaged', 0],
    ['', 0],
  ])('extension version %j is %i', (version, number) => {
    expect(extensionVersionNum(version)).toBe(number);
  });

  it('orders 1.10 after 1.9', () => {
    expect(extensionVersionNum('1.10')).toBeGreaterThan(extensionVersionNum('1.9'));
  });
});
