/** The majors that every contract test runs on. Written out here, so that the product's own list is checked too. */
export const MAJORS = [12, 13, 14, 15, 16, 17, 18] as const;

export type Major = (typeof MAJORS)[number];
