const MAX_AGE = 2 ** 31 - 1;

/**
 * Age at which the server refuses new transaction ids, and at which it begins to warn in its log, in transactions.
 * Measured on 12 to 18; varsup.c, SetTransactionIdLimit(): xidStopLimit and xidWarnLimit.
 */
export function xidLimits(major: number): { readonly refusesAt: number; readonly warnsAt: number } {
  if (major < 14) return { refusesAt: MAX_AGE - 1_000_000, warnsAt: MAX_AGE - 11_000_000 };
  const warnsBefore = major >= 19 ? 100_000_000 : 40_000_000;
  return { refusesAt: MAX_AGE - 3_000_000, warnsAt: MAX_AGE - warnsBefore };
}
