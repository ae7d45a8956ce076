/** A row, or what a command said, as it stands in a stored document: another version of pgdba may have written it. */
export type Stored = Readonly<Record<string, unknown>>;

/** The text in a field; null where there is none. */
export function textIn(stored: Stored | null | undefined, field: string): string | null {
  const value = stored?.[field];
  return typeof value === 'string' ? value : null;
}

/** The finite number in a field; null where there is none. */
export function numberIn(stored: Stored | null | undefined, field: string): number | null {
  const value = stored?.[field];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The object in a field; null where there is none. */
export function objectIn(stored: Stored | null | undefined, field: string): Stored | null {
  const value = stored?.[field];
  return isStored(value) ? value : null;
}

/** The objects of the list in a field; empty where there is none. */
export function rowsIn(stored: Stored | null | undefined, field: string): readonly Stored[] {
  const value = stored?.[field];
  return Array.isArray(value) ? value.filter(isStored) : [];
}

/** The texts of the list in a field; empty where there is none. */
export function textsIn(stored: Stored | null | undefined, field: string): readonly string[] {
  const value = stored?.[field];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function isStored(value: unknown): value is Stored {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
