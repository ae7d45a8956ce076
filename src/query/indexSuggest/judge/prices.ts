/** The planner's prices, as the role's own sessions have them. */
export interface Prices {
  readonly seqPage: number;
  readonly randomPage: number;
  readonly tuple: number;
  readonly indexTuple: number;
  readonly operator: number;
}
