// For the tests, which are TypeScript.
export interface Range {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}
export function rangeOf(values: readonly number[]): Range;
export function verdictOn(ours: Range, theirs: Range, better: 'less' | 'more'): 'better' | 'equal' | 'worse';
export function percentile(values: readonly number[], share: number): number;
