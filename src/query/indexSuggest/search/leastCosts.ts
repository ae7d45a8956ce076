/** A statement must become this much cheaper by an index, or the index is not for it. */
export const LEAST_CUT = 0.3;

/** Less than this is not even near. */
export const NEAR_CUT = 0.1;

/** Costs below this are a few rows: nothing is to be gained. */
export const LEAST_COST = 25;

/** Costs up to this are a dozen pages: which of two indexes leaves less of them lies in what the planner cannot know. */
export const LEAST_FELT = 50;
