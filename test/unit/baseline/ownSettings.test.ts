import { expect, it } from 'vitest';
import { withoutOwnSettings } from '../../../src/baseline/ownSettings.js';
import type { Setting } from '../../../src/core/setting/spec.js';
import type { SectionResults } from '../../../src/inspect/snapshot.js';

const row = (name: string, setting: string, isOwn: boolean) => ({ name, setting, set_by_session: isOwn });

function told(others: readonly Partial<Setting>[]): unknown[] {
  const rows = [
    row('jit', 'off', true),
    row('application_name', 'pgdba/baseline', true),
    row('port', '5432', false),
  ];
  const settings = new Map(others.map((one) => [one.name ?? '', one as Setting]));
  const results = { pg_settings: { rows } } as unknown as SectionResults;
  return (withoutOwnSettings(results, settings)['pg_settings']?.rows ?? []).map((kept) => [
    kept['name'],
    kept['setting'],
    kept['set_by_session'],
  ]);
}

const of = (name: string, setting: string, source: string): Partial<Setting> => ({
  name,
  setting,
  source,
  reset_val: setting,
  boot_val: setting,
  sourcefile: null,
  sourceline: null,
});

it('what pgdba set for its session is kept as other sessions have it', () => {
  expect(
    told([of('jit', 'on', 'default'), of('application_name', '', 'default'), of('port', '1', 'x')]),
  ).toEqual([
    ['jit', 'on', false],
    ['application_name', '', false],
    ['port', '5432', false],
  ]);
});

it('what the role may not see below pgdba’s own value stays marked as that', () => {
  expect(
    told([of('jit', 'on', 'default'), of('application_name', 'pgdba/baseline', 'client')]),
  ).toContainEqual(['application_name', 'pgdba/baseline', true]);
});
