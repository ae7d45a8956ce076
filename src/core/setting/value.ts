import { enumAlias } from './enumAlias.js';
import { foldCase } from './fold.js';
import { formatReal, readInteger, readReal, roundHalfEven, type NumberRead } from './number.js';
import { sameText } from './sameText.js';
import type { SettingSpec } from './spec.js';
import { unitScale, type UnitScale } from './units.js';

/** A value as pg_settings.setting would show it, or why PostgreSQL refuses it. */
export type ParsedSetting =
  | { readonly ok: true; readonly setting: string }
  | { readonly ok: false; readonly message: string; readonly hint: string | null };

/**
 * Reads a setting's value as PostgreSQL does: numbers in base units, within the limits and with the digits that
 * pg_settings shows; words of an enum or a bool in its spelling. A string stays what it is, for only the server knows
 * whether it likes it. Nor does it know what the server checks for one setting only, such as max_stack_depth.
 * Source: parse_and_validate_value() and what it calls in PostgreSQL's guc.c; compared with servers 12 to 18.
 */
export function parseSetting(spec: SettingSpec, text: string): ParsedSetting {
  switch (spec.vartype) {
    case 'bool':
      return parseBool(text);
    case 'enum':
      return parseEnum(spec, text);
    case 'integer':
    case 'real':
      return parseNumber(spec, text);
    case 'string':
      return accepted(text);
  }
}

function accepted(setting: string): ParsedSetting {
  return { ok: true, setting };
}

function refused(message: string, hint: string | null = null): ParsedSetting {
  return { ok: false, message, hint };
}

const INT_MAX = 2 ** 31 - 1;
const SPACE_AROUND = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;

function parseNumber(spec: SettingSpec, text: string): ParsedSetting {
  const isInteger = spec.vartype === 'integer';
  const read = isInteger ? readInteger(text) : readReal(text);
  if (read === undefined) return refused(`“${text}” is not a number`);
  const scale = unitScale(spec.unit);
  const inBase = toBaseUnit(read, scale);
  if (inBase === undefined) return badUnit(text, scale);
  const value = isInteger ? roundHalfEven(inBase) : inBase;
  const [least, most] = isInteger ? [-INT_MAX - 1, INT_MAX] : [-Infinity, Infinity];
  if (value < limit(spec.min_val, least) || value > limit(spec.max_val, most)) {
    const [from, to] = [spec.min_val, spec.max_val].map((bound) => displaySetting(spec, bound ?? ''));
    return refused(`“${text}” is out of range: ${from ?? ''} to ${to ?? ''}`);
  }
  return accepted(isInteger ? formatInteger(spec, value) : formatReal(value));
}

/** The number in base units, rounded to a whole number of the next smaller unit; undefined with a unit that is none. */
function toBaseUnit({ value, rest }: NumberRead, scale: UnitScale | null): number | undefined {
  const name = rest.replace(SPACE_AROUND, '');
  if (name === '') return value;
  const units = scale?.units ?? [];
  const at = units.findIndex((unit) => unit.name === name);
  const unit = units[at];
  if (unit === undefined) return undefined;
  const smaller = units[at + 1];
  const inBase = value * unit.factor;
  return smaller === undefined ? inBase : roundHalfEven(inBase / smaller.factor) * smaller.factor;
}

function badUnit(text: string, scale: UnitScale | null): ParsedSetting {
  if (scale === null) return refused(`“${text}” is not a number`, 'This parameter takes no unit.');
  const names = scale.units.map(({ name }) => name).join(', ');
  return refused(`“${text}” is not a number with a unit`, `Units, upper and lower case as here: ${names}.`);
}

/** A limit of pg_settings, which has six digits only: the greatest double reads 1.79769e+308 there. */
function limit(text: string | null, none: number): number {
  const value = text === null ? none : Number(text);
  return Math.abs(value) < 1.79769e308 ? value : Math.sign(value) * Number.MAX_VALUE;
}

/** Modes of files, which the server shows as an octal number of four digits. */
const OCTAL = new Set(['data_directory_mode', 'log_file_mode', 'unix_socket_permissions']);

function formatInteger(spec: SettingSpec, value: number): string {
  return OCTAL.has(foldCase(spec.name))
    ? value.toString(8).padStart(4, '0')
    : value.toFixed(0).replace(/^-0$/, '0');
}

function parseBool(text: string): ParsedSetting {
  const word = foldCase(text);
  if (word === '1' || word === 'on' || isStart(word, 'true') || isStart(word, 'yes')) return accepted('on');
  if (word === '0' || word === 'of' || word === 'off' || isStart(word, 'false') || isStart(word, 'no')) {
    return accepted('off');
  }
  return refused(`“${text}” is neither true nor false`, 'Write on or off.');
}

function isStart(text: string, word: string): boolean {
  return text !== '' && word.startsWith(text);
}

function parseEnum(spec: SettingSpec, text: string): ParsedSetting {
  const word = foldCase(text);
  const values = spec.enumvals ?? [];
  const value = enumAlias(foldCase(spec.name), word) ?? values.find((listed) => foldCase(listed) === word);
  if (value !== undefined) return accepted(value);
  if (spec.enumvals === null) return accepted(word);
  const shown = values.map((listed) => (listed === '' ? "''" : listed));
  return refused(`“${text}” is none of its values`, `Values: ${shown.join(', ')}.`);
}

/**
 * Whether two values, as pg_settings.setting or a configuration file has them, mean the same to the server: numbers in
 * base units (reals within 1e-6 of each other), words in any accepted spelling, strings as sameText() compares them.
 */
export function sameSetting(spec: SettingSpec, a: string, b: string): boolean {
  if (a === b) return true;
  if (spec.vartype === 'string') return sameText(spec.name, a, b);
  const [first, second] = [parseSetting(spec, a), parseSetting(spec, b)];
  if (!first.ok || !second.ok) return false;
  if (spec.vartype !== 'real') return first.setting === second.setting;
  const [x, y] = [Number(first.setting), Number(second.setting)];
  return Math.abs(x - y) <= 1e-6 * Math.max(Math.abs(x), Math.abs(y));
}

/** Numbers that SHOW prints without their unit, because it asks the operating system for them. */
const SHOWN_BARE = new Set(['tcp_keepalives_idle', 'tcp_keepalives_interval', 'tcp_user_timeout']);

/**
 * The value as SHOW prints it, for one that pg_settings.setting shows: 16384 of 8kB is 128MB. Zero and negative numbers,
 * which often mean something else, have no unit. Source: ShowGUCOption() in PostgreSQL's guc.c.
 */
export function displaySetting(spec: SettingSpec, setting: string): string {
  const scale = unitScale(spec.unit);
  const value = Number(setting);
  if (scale === null || !(value > 0) || SHOWN_BARE.has(foldCase(spec.name))) return setting;
  return spec.vartype === 'integer' ? displayInteger(scale, value) : displayReal(scale, value);
}

/** In the greatest unit that leaves no fraction. */
function displayInteger(scale: UnitScale, value: number): string {
  const unit = scale.units.find(({ factor }) => value % factor === 0);
  return unit === undefined ? String(value) : `${roundHalfEven(value / unit.factor).toFixed(0)}${unit.name}`;
}

/** In the greatest unit that leaves no fraction worth printing, else in the smallest. */
function displayReal(scale: UnitScale, value: number): string {
  const amounts = scale.units.map(({ name, factor }) => ({ name, amount: value / factor }));
  const isWhole = (amount: number): boolean => Math.abs(roundHalfEven(amount) / amount - 1) <= 1e-8;
  const shown = amounts.find(({ amount }) => isWhole(amount)) ?? amounts.at(-1);
  return shown === undefined ? formatReal(value) : `${formatReal(shown.amount)}${shown.name}`;
}

/**
 * Bytes of a value that pg_settings.setting shows. Null when the setting has no unit of memory, and for a negative
 * number, which stands for something else (-1: as another setting says, or no limit).
 */
export function settingBytes(spec: SettingSpec, setting: string): number | null {
  return inUnits(spec, setting, 'bytes');
}

/** Milliseconds of a value that pg_settings.setting shows; null as for settingBytes, with units of time. */
export function settingMs(spec: SettingSpec, setting: string): number | null {
  return inUnits(spec, setting, 'ms');
}

function inUnits(spec: SettingSpec, setting: string, measures: UnitScale['measures']): number | null {
  const scale = unitScale(spec.unit);
  const value = Number(setting);
  return scale?.measures === measures && setting !== '' && value >= 0 ? value * scale.base : null;
}
