import { maskSetting } from '../core/mask.js';
import type { Setting } from '../core/setting/spec.js';
import type { Level } from '../patroni/configData.js';
import { dcsParameter } from '../patroni/dcsParameters.js';
import { isSeen, type DcsKnown } from '../patroni/dcsSight.js';
import { isSame, originOf, type MemberConfiguration } from '../patroni/levels.js';

/** How a setting stands to the DCS. */
export interface DcsLevel {
  /** Which level of a Patroni member wins; null without Patroni, and where it cannot be told. */
  readonly level: Level | null;
  /** What the DCS has, secrets masked; null where it has nothing, or was not seen. */
  readonly dcs_value: string | null;
  /** Whether that is in force; null where there is nothing to compare. */
  readonly matches_dcs: boolean | null;
}

/** Which level of a Patroni member a setting comes from, and whether that is what the DCS wants. */
export function dcsLevelOf(dcs: DcsKnown, configuration: MemberConfiguration, setting: Setting): DcsLevel {
  if (!isSeen(dcs)) return { level: null, dcs_value: null, matches_dcs: null };
  const text = dcsParameter(dcs.told.value, setting.name)?.text ?? null;
  return {
    level: originOf(setting, text, configuration).level,
    dcs_value: text === null ? null : maskSetting(setting.name, text),
    matches_dcs: text === null ? null : isSame(setting, text, setting.setting),
  };
}
