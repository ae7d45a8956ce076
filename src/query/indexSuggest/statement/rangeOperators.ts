/** Operators of a range, and what each is read from the other side. */
export const RANGES: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
