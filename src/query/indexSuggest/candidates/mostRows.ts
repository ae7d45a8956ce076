/** A search that finds more of the table than this is no search. */
export const MOST_ROWS = 0.25;
