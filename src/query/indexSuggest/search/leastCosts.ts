/** A statement must become this much cheaper by an index, or the index is not for it. */
export const LEAST_CUT = 0.3;

/** Less than this is not even near. */
export const NEAR_CUT = 0.1;

/** Costs below this are a few rows: nothing is to be gained. */
export const LEAST_COST = 25;
