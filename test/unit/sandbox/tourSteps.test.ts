import { expect, test } from 'vitest';
import type { PlantedFault } from '../../../src/sandbox/plantedFaults.js';
import { faultsSeen, TOUR_STEPS } from '../../../src/sandbox/tourSteps.js';

const bloated: PlantedFault = {
  name: 'bloated_table',
  object: { type: 'table', name: 'shop.carts' },
  what: 'mostly dead',
  plant: [],
  shown: {
    section: 'pg_stat_user_tables',
    row: { relname: 'carts', n_dead_tup: (value) => typeof value === 'number' && value > 100 },
  },
};
const invisible: PlantedFault = { ...bloated, name: 'duplicate_index', shown: null };

function snapshot(rows: readonly Record<string, unknown>[]): Record<string, unknown> {
  return { sections: { pg_stat_user_tables: { status: 'ok', rows } } };
}

test('sees a fault where one row has all its values', () => {
  const rows = [
    { relname: 'orders', n_dead_tup: 5000 },
    { relname: 'carts', n_dead_tup: 101 },
  ];
  expect(faultsSeen(snapshot(rows), [bloated, invisible])).toEqual([bloated]);
});

test('sees none where the values are spread over rows, too small, or the section is missing', () => {
  const spread = [
    { relname: 'orders', n_dead_tup: 5000 },
    { relname: 'carts', n_dead_tup: 100 },
  ];
  expect(faultsSeen(snapshot(spread), [bloated])).toEqual([]);
  expect(faultsSeen({ sections: {} }, [bloated])).toEqual([]);
  expect(faultsSeen({}, [bloated])).toEqual([]);
});

test('each step says something about data it does not know, and fails on none', () => {
  for (const step of TOUR_STEPS) {
    expect(step.about).not.toBe('');
    expect(Array.isArray(step.tell({}))).toBe(true);
    expect(Array.isArray(step.tell({ sections: null }))).toBe(true);
  }
});

test('tells the counts that the answers hold', () => {
  const inspect = TOUR_STEPS.find((step) => step.looksForFaults === true);
  const sections = {
    a: { status: 'ok', rows: [{}, {}] },
    b: { status: 'skipped', rows: [] },
    c: { status: 'ok', rows: [{}] },
  };
  expect(inspect?.tell({ sections })).toEqual([
    expect.stringContaining('3 sections (2 ok, 1 skipped) with 3 rows'),
  ]);
});
