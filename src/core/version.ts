/** PostgreSQL majors that pgdba's SQL was run on. A newer server gets the newest variants and a warning. */
export const KNOWN_MAJORS = [12, 13, 14, 15, 16, 17, 18] as const;

export const OLDEST_MAJOR = KNOWN_MAJORS[0];
export const NEWEST_MAJOR = 18;

/** Major of a server_version_num: 170010 → 17. */
export function majorOf(serverVersionNum: number): number {
  return Math.floor(serverVersionNum / 10_000);
}

/** One number that orders versions such as "1.9" and "1.10": major × 1000 + minor; 0 when it is no version. */
export function extensionVersionNum(version: string): number {
  const match = /^(\d+)(?:\.(\d+))?/.exec(version);
  return match === null ? 0 : Number(match[1]) * 1000 + Number(match[2] ?? 0);
}

/**
 * The variant with the newest `since` that is not newer than `version`, or undefined when the server is too old for
 * all of them. Variants stand in ascending order.
 */
export function chooseVariant<V extends { readonly since: number }>(
  variants: readonly V[],
  version: number,
): V | undefined {
  return variants.findLast((variant) => variant.since <= version);
}
