import { describe, expect, it } from 'vitest';
import { SECTIONS } from '../../../src/inspect/registry.js';
import { chooseSections } from '../../../src/inspect/selection.js';

const ids = (sections: readonly { id: string }[]): string[] => sections.map(({ id }) => id);

describe('the choice of sections', () => {
  it('is all of them when none is named', () => {
    expect(chooseSections(SECTIONS, undefined, undefined)).toEqual({ chosen: SECTIONS, excluded: [] });
  });

  it('keeps the order of the registry, whatever order the names come in', () => {
    const { chosen } = chooseSections(SECTIONS, ['pg_stat_database', 'pg_settings'], undefined);
    expect(ids(chosen)).toEqual(['pg_settings', 'pg_stat_database']);
  });

  it('tells the excluded ones', () => {
    const { chosen, excluded } = chooseSections(SECTIONS, undefined, ['pg_settings']);
    expect(ids(excluded)).toEqual(['pg_settings']);
    expect(ids(chosen)).not.toContain('pg_settings');
    expect(chosen.length).toBe(SECTIONS.length - 1);
  });

  it.each([
    [['pg_setings'], undefined],
    [undefined, ['nothing']],
    [['pg_settings'], ['pg_settings']],
  ])('refuses --sections %j with --exclude %j', (wanted, unwanted) => {
    expect(() => chooseSections(SECTIONS, wanted, unwanted)).toThrow(
      expect.objectContaining({ code: 'usage' }) as Error,
    );
  });
});
