const KB = 1024;
const MB = KB * KB;

/** Room left over, because rows of the next run are not those of this one. */
const SPARE = 1.1;

/** A size as work_mem is written, rounded up: whole megabytes. */
export function asSetting(bytes: number): string {
  return `${String(Math.max(1, Math.ceil((bytes * SPARE) / MB)))}MB`;
}

/** Kilobytes, as EXPLAIN writes memory and disk, in bytes. */
export function fromKb(kilobytes: number): number {
  return kilobytes * KB;
}

/** Rounds up to what the server allocates: multiples of 8 bytes. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

/** The next power of two. */
export function powerOfTwo(value: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(value, 1)));
}
