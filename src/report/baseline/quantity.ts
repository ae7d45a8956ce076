/** A value for people, and as it was measured. */
export interface Quantity {
  /** Three digits and a unit that suits: `12.3 MB`. */
  readonly text: string;
  /** All digits: `12,897,485 bytes`. */
  readonly exact: string;
}

const UNKNOWN: Quantity = { text: '–', exact: 'cannot be told' };

/** A scale of units, the largest first; zero is written in the last but for durations, which nobody counts in µs. */
interface Scale {
  readonly zero: string;
  readonly steps: readonly (readonly [from: number, name: string])[];
}

/** Multiples of 1024 under PostgreSQL’s own names. */
const BYTES: Scale = {
  zero: '0 B',
  steps: [
    [1024 ** 4, ' TB'],
    [1024 ** 3, ' GB'],
    [1024 ** 2, ' MB'],
    [1024, ' kB'],
    [1, ' B'],
  ],
};
const MILLISECONDS: Scale = {
  zero: '0 ms',
  steps: [
    [86_400_000, ' d'],
    [3_600_000, ' h'],
    [60_000, ' min'],
    [1000, ' s'],
    [1, ' ms'],
    [0.001, ' µs'],
  ],
};
const COUNTS: Scale = {
  zero: '0',
  steps: [
    [1e9, ' billion'],
    [1e6, ' million'],
    [1, ''],
  ],
};

/** How the units of metrics are written, by name. */
const UNITS: Readonly<Record<string, (value: number) => string>> = {
  bytes: (value) => scaled(value, BYTES),
  bytes_per_s: (value) => `${scaled(value, BYTES)}/s`,
  bytes_per_call: (value) => `${scaled(value, BYTES)} per call`,
  bytes_per_day: (value) => `${scaled(value, BYTES)}/day`,
  ms: (value) => scaled(value, MILLISECONDS),
  ms_per_s: (value) => `${scaled(value, MILLISECONDS)}/s`,
  ratio: (value) => `${digits(value * 100)} %`,
  per_s: (value) => `${scaled(value, COUNTS)}/s`,
};

/**
 * A value of a metric or setting for people.
 * @param unit as metrics name it; null for words and plain numbers
 */
export function quantity(value: unknown, unit: string | null): Quantity {
  if (value === null || value === undefined) return UNKNOWN;
  if (typeof value !== 'number') return { text: asText(value), exact: asText(value) };
  if (!Number.isFinite(value)) return UNKNOWN;
  const write = UNITS[unit ?? ''] ?? ((plain: number) => scaled(plain, COUNTS));
  const named = unit === null || unit === 'count' ? '' : ` ${unit.replaceAll('_', ' ')}`;
  return { text: signed(write(value)), exact: signed(`${ALL_DIGITS.format(value)}${named}`) };
}

/** A difference, with its sign. */
export function difference(value: number, unit: string | null): Quantity {
  const { text, exact } = quantity(value, unit);
  return value > 0 ? { text: `+${text}`, exact: `+${exact}` } : { text, exact };
}

/** How many times, as `×2.4`, or how much less, as `−75 %`; null where the difference says more than a factor near 1. */
export function factorText(factor: number): string | null {
  if (factor >= 1.5) return `×${digits(factor)}`;
  return factor <= 1 / 1.5 ? `−${digits((1 - factor) * 100)} %` : null;
}

/** A time of ISO 8601 for people, in UTC, to the minute. */
export function timeText(iso: string, precision: 'minute' | 'second' = 'minute'): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${at
    .toISOString()
    .slice(0, precision === 'minute' ? 16 : 19)
    .replace('T', ' ')} UTC`;
}

/** A setting’s value in the server’s own unit, as `4096 kB` or, in blocks, `16384 × 8kB`. */
export function settingText(value: unknown, unit: string | null): string {
  const { text } = quantity(typeof value === 'number' ? String(value) : value, null);
  if (unit === null || value === null || value === undefined) return text;
  return /^\d/.test(unit) ? `${text} × ${unit}` : `${text} ${unit}`;
}

/** A remark as a sentence of its own. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

/** The day of it. */
export function dayText(iso: string): string {
  return timeText(iso).slice(0, 10);
}

/** A number of things with their name, as `1 finding`, `2 findings`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${ALL_DIGITS.format(count)} ${count === 1 ? one : many}`;
}

/** The name of a metric or state for people: without its unit, which stands beside the values. */
export function metricText(metric: string): string {
  return metric
    .replace(/_(?:bytes|ms|ratio)(?=_|$)/g, '')
    .replace(/_per_s$/, ' per second')
    .replaceAll('_', ' ')
    .replace(/\bwal\b/, 'WAL');
}

/** PostgreSQL’s version as people write it: 170010 is 17.10. */
export function versionText(versionNum: number): string {
  return `${String(Math.floor(versionNum / 10_000))}.${String(versionNum % 10_000)}`;
}

/** The text, cut to so many characters where it is longer. */
export function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most).join('')} …`;
}

const THREE_DIGITS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const ALL_DIGITS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 6 });

function digits(value: number): string {
  return Math.abs(value) >= 1000 ? WHOLE.format(value) : THREE_DIGITS.format(value);
}

function scaled(value: number, { zero, steps }: Scale): string {
  const [from, name] = steps.find(([least]) => Math.abs(value) >= least) ?? steps.at(-1) ?? [1, ''];
  return value === 0 ? zero : `${digits(value / from)}${name}`;
}

function signed(text: string): string {
  return text.replace(/^-/, '−');
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  return JSON.stringify(value);
}
