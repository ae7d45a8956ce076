import { numberOfSetting } from '../numberOfSetting.js';
import type { Situation } from '../situation.js';

/**
 * A setting as it is in force, whatever earlier rules have chosen: what the statistics were made with. Sizes in bytes;
 * null when it is no number, negative, or not visible.
 */
export function inForce({ settings }: Situation, parameter: string): number | null {
  const setting = settings.get(parameter);
  return setting === undefined ? null : numberOfSetting(setting, setting.setting);
}
