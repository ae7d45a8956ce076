import { expect, it } from 'vitest';
import { differencesFrom } from '../../../src/tuning/diffRecommendations.js';
import type { Recommendation } from '../../../src/tuning/recommendation.js';
import { configuration, setting } from './configurations.js';

const row: Recommendation = {
  parameter: 'work_mem',
  current: '4MB',
  recommended: '65536kB',
  unit: 'kB',
  confidence: 'medium',
  rationale: 'Queries spill to disk.',
  source: 'measured',
  context: 'user',
  needs_restart: false,
  evidence: { temp_bytes: 7 },
  override: { patroni_override: 'not_managed', masked_by: [] },
};

it('a recommendation is a difference that says why', () => {
  expect(differencesFrom({ configuration: configuration(), dcs: null }, [row]).differences).toEqual([
    {
      ...row,
      ...{ other: '64MB', masked: false, line: null, current_source: 'default', pending: 'none' },
      ...{ level: null, member: null, reason: null },
    },
  ]);
});

it('what is in force already is none, however it is written', () => {
  const given = configuration({ settings: [setting({ setting: '65536' })] });
  expect(differencesFrom({ configuration: given, dcs: null }, [row])).toMatchObject({
    differences: [],
    compared: 1,
  });
});
