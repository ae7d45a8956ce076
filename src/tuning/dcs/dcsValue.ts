import type { SettingSpec } from '../../core/setting/spec.js';
import { displaySetting, parseSetting } from '../../core/setting/value.js';

/** A whole number with one unit behind it: the form that every release of Patroni reads as PostgreSQL does. */
const WHOLE_WITH_UNIT = /^-?\d+(?:B|kB|MB|GB|TB|us|ms|s|min|h|d)$/;

/** The longest number that JSON carries exactly. */
const PLAIN_NUMBER = /^-?\d{1,15}(?:\.\d{1,9})?$/;

/**
 * A value as the DCS shall hold it. Numbers without a unit travel as JSON numbers, because some releases of 3.0 drop
 * integers that are strings (patroni/patroni#2735); amounts as a whole number with its unit; yes or no and words in
 * PostgreSQL's own spelling; texts as they are. What PostgreSQL would not take stays what it is: a finding says so.
 * @param spec null for a parameter that the server does not show
 */
export function dcsValueOf(spec: SettingSpec | null, text: string): string | number {
  if (spec === null || spec.vartype === 'string') return text;
  const parsed = parseSetting(spec, text);
  if (!parsed.ok) return text;
  const trimmed = text.trim();
  if (WHOLE_WITH_UNIT.test(trimmed)) return trimmed;
  const shown = displaySetting(spec, parsed.setting);
  const isNumber = spec.vartype === 'integer' || spec.vartype === 'real';
  return isNumber && PLAIN_NUMBER.test(shown) ? Number(shown) : shown;
}

/** The text that PostgreSQL is given of a value of the DCS; null for none, and for what is no plain value. */
export function textOfDcs(value: unknown): string | null {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
