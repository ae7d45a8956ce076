import type { Setting } from '../core/setting/spec.js';
import { displaySetting, parseSetting, sameSetting } from '../core/setting/value.js';
import type { Difference } from './diffData.js';
import { rowOf, type Comparison, type Here } from './diffSettings.js';
import type { Recommendation } from './recommendation.js';

/** The rows of config tune as differences from what is in force; PGTune's answer also names what is in force already. */
export function differencesFrom(
  here: Pick<Here, 'configuration' | 'dcs'>,
  recommendations: readonly Recommendation[],
): Comparison {
  const { configuration } = here;
  const differences = recommendations.flatMap((row) => {
    const setting = configuration.settings.get(row.parameter.toLowerCase());
    return setting === undefined || isInForce(setting, row) ? [] : [differenceOf(here, setting, row)];
  });
  return { differences, unknown: [], invalid: [], compared: recommendations.length };
}

function isInForce(setting: Setting, { recommended }: Recommendation): boolean {
  const parsed = parseSetting(setting, recommended);
  return parsed.ok && sameSetting(setting, parsed.setting, setting.setting);
}

function differenceOf(
  here: Pick<Here, 'configuration' | 'dcs'>,
  setting: Setting,
  row: Recommendation,
): Difference {
  const parsed = parseSetting(setting, row.recommended);
  const other = parsed.ok ? displaySetting(setting, parsed.setting) : row.recommended;
  const { recommended, confidence, source, rationale, evidence, override } = row;
  const told = { recommended, confidence, source, rationale, evidence: { ...evidence }, override };
  return rowOf(here, setting, { ...told, other, line: null });
}
