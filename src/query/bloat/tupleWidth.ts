/** Widths in bytes, each with its share of the values; the shares make 1. */
export type Widths = readonly (readonly [width: number, share: number])[];

/** A column as pg_attribute describes it and pg_stats measured it. */
export interface ColumnShape {
  /** attlen: bytes of a fixed-length type, -1 varlena, -2 C string. */
  readonly length: number;
  /** Bytes that a value starts at a multiple of. */
  readonly alignment: number;
  /** attstorage `p`: a varlena value never has the short header that needs no alignment. */
  readonly isPlain: boolean;
  /** Whether all values are sure to be as wide as the average. */
  readonly isUniform: boolean;
  /** Bytes of a value as it lies in the row, its header included; on average. */
  readonly width: number;
  /** Widths that values have, with their shares; null where only the average is known. */
  readonly widths: Widths | null;
  /** Share of rows that have NULL here. */
  readonly nullShare: number;
}

/** Everything in a page is aligned to this (MAXALIGN on all 64-bit platforms). */
const MAX_ALIGN = 8;

/** The widest varlena value with the header of one byte, which needs no alignment. */
const WIDEST_SHORT = 127;

/**
 * How far widths of text and the like lie around their average, as a share of it: codes, hashes and numbered names are
 * nearly all of one width, prose is so long that every remainder is as likely.
 */
const SPREAD = 0.05;

/** How likely an offset is to have each remainder modulo MAXALIGN. */
type Remainders = readonly number[];

/** Rounds up to the next multiple of MAXALIGN. */
export function maxAligned(bytes: number): number {
  return Math.ceil(bytes / MAX_ALIGN) * MAX_ALIGN;
}

/** Whether a row of these columns has the same width every time, but for NULLs. */
export function isUniform(columns: readonly ColumnShape[]): boolean {
  return columns.every((column) => column.isUniform && column.nullShare === 0);
}

/** Share of rows with at least one NULL, as if columns were independent of each other. */
export function shareWithNulls(columns: readonly ColumnShape[]): number {
  return 1 - columns.reduce((product, { nullShare }) => product * (1 - nullShare), 1);
}

/**
 * Bytes that the values of a row take on average, padding between and behind them included: each value is aligned as
 * its type demands, and the whole to MAXALIGN. The offset of a value is known only as a distribution over its
 * remainder modulo 8, since text before it may have any length. Source: heap_compute_data_size(), att_align_datum().
 */
export function dataWidth(columns: readonly ColumnShape[]): number {
  let remainders: Remainders = [1, 0, 0, 0, 0, 0, 0, 0];
  let bytes = 0;
  for (const column of columns) {
    const present = 1 - column.nullShare;
    const { width, alignment } = column;
    const padding = expectedPadding(remainders, isAligned(column) ? alignment : 1);
    bytes += present * (padding + width);
    const moved = shifted(aligned(remainders, isAligned(column) ? alignment : 1), column);
    remainders = remainders.map((share, at) => column.nullShare * share + present * (moved[at] ?? 0));
  }
  return bytes + expectedPadding(remainders, MAX_ALIGN);
}

function isAligned({ length, isPlain, width }: ColumnShape): boolean {
  if (length === -2) return false;
  return length > 0 || isPlain || width > WIDEST_SHORT;
}

function paddingAt(remainder: number, alignment: number): number {
  return (alignment - (remainder % alignment)) % alignment;
}

function expectedPadding(remainders: Remainders, alignment: number): number {
  return remainders.reduce((sum, share, at) => sum + share * paddingAt(at, alignment), 0);
}

function aligned(remainders: Remainders, alignment: number): Remainders {
  const result = remainders.map(() => 0);
  for (const [at, share] of remainders.entries()) {
    const to = (at + paddingAt(at, alignment)) % MAX_ALIGN;
    result[to] = (result[to] ?? 0) + share;
  }
  return result;
}

/** Remainders behind a value: all alike moved by its width, or spread around that. */
function shifted(remainders: Remainders, column: ColumnShape): Remainders {
  const steps =
    column.widths ?? (column.isUniform ? [[column.width, 1] as const] : spreadWidths(column.width));
  const result = remainders.map(() => 0);
  for (const [at, share] of remainders.entries()) {
    for (const [width, weight] of steps) {
      const to = (at + Math.round(width)) % MAX_ALIGN;
      result[to] = (result[to] ?? 0) + share * weight;
    }
  }
  return result;
}

/** Eight widths around the average with their shares, bell-shaped; wide text spreads over all remainders alike. */
function spreadWidths(average: number): Widths {
  const deviation = Math.max(0.1, (average - 1) * SPREAD);
  const offsets = [-4, -3, -2, -1, 0, 1, 2, 3];
  const weights = offsets.map((offset) => Math.exp(-(offset ** 2) / (2 * deviation ** 2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return offsets.map((offset, i) => [Math.max(1, Math.round(average) + offset), (weights[i] ?? 0) / total]);
}
