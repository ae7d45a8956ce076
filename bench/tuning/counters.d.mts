// For the tests, which are TypeScript.
type Statistics = Readonly<Record<string, number>>;
export function countersOf(run: {
  readonly before: Statistics;
  readonly after: Statistics;
  readonly transactions: number;
  readonly major: number;
}): Readonly<Record<string, number>>;
