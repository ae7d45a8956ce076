import { type Catalog, type Column, distinctOf, type Relation, rowsOf } from '../catalog/catalog.js';
import type { Predicate } from '../statement/usage.js';

/** PostgreSQL's own guesses where statistics do not tell. Source: src/include/utils/selfuncs.h */
const EQUAL_GUESS = 0.005;
const RANGE_GUESS = 1 / 3;
const CONTAINS_GUESS = 0.01;
const PATTERN_GUESS = 0.005;

/** The share of a table's rows for which a condition holds, from 0 to 1, by its column's statistics. */
export function selectivity(predicate: Predicate, catalog: Catalog, relation: Relation): number {
  const { shape, term, count, values } = predicate;
  const { column } = term;
  const rows = rowsOf(catalog, relation);
  const held = column === null ? 1 : 1 - (column.null_frac ?? 0);
  switch (shape) {
    case 'null':
      return column?.null_frac ?? EQUAL_GUESS;
    case 'not_null':
      return held;
    case 'equal':
    case 'in':
      return Math.min(
        held,
        values === null
          ? count * unknownValue(column, rows, held)
          : values.reduce((sum, value) => sum + knownValue(column, value, rows, held), 0),
      );
    case 'range':
      return held * rangeShare(predicate, column);
    case 'prefix':
      return prefixShare(column, values?.[0] ?? '');
    case 'pattern':
    case 'infix':
      return infixShare(column, values?.[0] ?? null);
    default:
      return CONTAINS_GUESS;
  }
}

function unknownValue(column: Column | null, rows: number, held: number): number {
  const distinct = column === null ? null : distinctOf(column, rows);
  return distinct === null ? EQUAL_GUESS : held / distinct;
}

function knownValue(column: Column | null, value: string, rows: number, held: number): number {
  const distinct = column === null ? null : distinctOf(column, rows);
  if (column === null || distinct === null) return EQUAL_GUESS;
  const freqs = column.common_freqs ?? [];
  const at = column.common?.findIndex((known) => sameValue(known, value)) ?? -1;
  if (at >= 0) return freqs[at] ?? EQUAL_GUESS;
  const rest = held - freqs.reduce((sum, share) => sum + share, 0);
  return Math.max(1 / Math.max(rows, 1), rest / Math.max(1, distinct - freqs.length));
}

/** Where a constant lies among the histogram's bounds and the common values. */
function rangeShare({ operator, values }: Predicate, column: Column | null): number {
  const [value] = values ?? [];
  if (column === null || value === undefined) return RANGE_GUESS;
  const below = shareBelow(column, value);
  if (below === null) return RANGE_GUESS;
  return operator.startsWith('<') ? below : 1 - below;
}

function shareBelow(column: Column, value: string): number | null {
  const wanted = measure(column, value);
  if (wanted === null || (column.bounds === null && column.common === null)) return null;
  const freqs = column.common_freqs ?? [];
  const common = freqs.reduce((sum, share) => sum + share, 0);
  const commonBelow = (column.common ?? []).reduce(
    (sum, known, at) => ((measure(column, known) ?? Infinity) < wanted ? sum + (freqs[at] ?? 0) : sum),
    0,
  );
  const bounds = (column.bounds ?? []).flatMap((bound) => measure(column, bound) ?? []);
  if (bounds.length < 2) return common === 0 ? null : Math.min(1, commonBelow / common);
  const at = bounds.findIndex((bound) => bound > wanted);
  const [low, high] = [bounds[at - 1], bounds[at]];
  const within = low === undefined || high === undefined || high === low ? 0 : (wanted - low) / (high - low);
  const share = at < 0 ? 1 : at === 0 ? 0 : (at - 1 + within) / (bounds.length - 1);
  return Math.min(1, commonBelow + share * Math.max(0, 1 - common - (column.null_frac ?? 0)));
}

/** A number or time as a number; null for anything else. */
function measure({ category }: Column, text: string): number | null {
  const number =
    category === 'N'
      ? Number(text)
      : category === 'D'
        ? Date.parse(/\d:\d/.test(text) ? text.replace(/([+-]\d\d)$/, '$1:00') : `${text}T00:00Z`)
        : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

function prefixShare(column: Column | null, pattern: string): number {
  const prefix = pattern.split(/[%_]/, 1)[0] ?? '';
  const seen = column?.bounds ?? [];
  const common = (column?.common ?? []).reduce(
    (sum, known, at) => (known.startsWith(prefix) ? sum + (column?.common_freqs?.[at] ?? 0) : sum),
    0,
  );
  if (seen.length < 20) return Math.max(common, PATTERN_GUESS);
  const share = seen.filter((bound) => bound.startsWith(prefix)).length / seen.length;
  return Math.min(1, common + Math.max(share, 0.0005));
}

function infixShare(column: Column | null, pattern: string | null): number {
  const seen = column?.bounds ?? [];
  const part = pattern?.replaceAll(/^%+|%+$/g, '') ?? '';
  // Neither LIKE's nor a regular expression's own signs stand for themselves.
  if (seen.length < 20 || part === '' || /[%_\\^$.*+?()[\]{}|]/.test(part)) return PATTERN_GUESS;
  const found = seen.filter((bound) => bound.toLowerCase().includes(part.toLowerCase())).length;
  return Math.max(found / seen.length, 0.001);
}

/** pg_stats writes truth values as t and f. */
export function sameValue(known: string, written: string): boolean {
  return known === written || (written === 'true' && known === 't') || (written === 'false' && known === 'f');
}
