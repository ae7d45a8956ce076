/** One of the units that a setting's value may be written in, and how many base units it is. */
interface SettingUnit {
  readonly name: string;
  readonly factor: number;
}

/** What the base unit of a setting measures, and the units its value may be written in, greatest first. */
export interface UnitScale {
  readonly measures: 'bytes' | 'ms';
  /** Bytes or milliseconds of one base unit. */
  readonly base: number;
  readonly units: readonly SettingUnit[];
}

type Sizes = readonly (readonly [string, number])[];

/** Bytes; multiples of 1024. Source: PostgreSQL manual, "Parameter Names and Values". */
const BYTES: Sizes = [
  ['TB', 1024 ** 4],
  ['GB', 1024 ** 3],
  ['MB', 1024 ** 2],
  ['kB', 1024],
  ['B', 1],
];

/** Microseconds: whole numbers, so that the quotient of two of them is as exact as PostgreSQL's. Source: as above. */
const MICROSECONDS: Sizes = [
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['min', 60_000_000],
  ['s', 1_000_000],
  ['ms', 1000],
  ['us', 1],
];

/**
 * The scale of a unit as pg_settings.unit names it: B, kB, MB, ms, s, min, or a number of kB such as 8kB (the size of a
 * block). Null for no unit, and for one that PostgreSQL does not have.
 */
export function unitScale(unit: string | null): UnitScale | null {
  if (unit === null) return null;
  const blocks = /^([1-9]\d*)kB$/.exec(unit);
  const bytes = blocks === null ? sizeOf(BYTES, unit) : Number(blocks[1]) * 1024;
  if (bytes !== undefined) return { measures: 'bytes', base: bytes, units: unitsOver(bytes, BYTES) };
  const microseconds = sizeOf(MICROSECONDS, unit);
  if (microseconds === undefined) return null;
  return { measures: 'ms', base: microseconds / 1000, units: unitsOver(microseconds, MICROSECONDS) };
}

function sizeOf(sizes: Sizes, unit: string): number | undefined {
  return sizes.find(([name]) => name === unit)?.[1];
}

function unitsOver(base: number, sizes: Sizes): readonly SettingUnit[] {
  return sizes.map(([name, size]) => ({ name, factor: size / base }));
}
