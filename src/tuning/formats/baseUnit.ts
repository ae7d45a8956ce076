import { parseSetting } from '../../core/setting/value.js';
import type { PlannedSetting } from './format.js';

/**
 * The value in the parameter's base unit, as pg_settings.setting has it: what the managed services take, which know no
 * units.
 */
export function inBaseUnit({ spec, value }: PlannedSetting): string {
  const parsed = parseSetting(spec, value ?? '');
  return parsed.ok ? parsed.setting : (value ?? '');
}
