import type { Setting } from '../core/setting/spec.js';
import { settingBytes } from '../core/setting/value.js';

/**
 * A value in the form of pg_settings.setting as a number: sizes in bytes, everything else in its base unit. Null for what
 * is no number, and for a negative size, which means something else (-1 is often "off" or "automatic").
 */
export function numberOfSetting(spec: Setting, setting: string): number | null {
  if (spec.vartype !== 'integer' && spec.vartype !== 'real') return null;
  const isMemory = spec.unit !== null && settingBytes(spec, '0') !== null;
  return isMemory ? settingBytes(spec, setting) : Number(setting);
}
