import type { OpenUse } from './scope.js';

/** An expression as SQL writes it, with the table use that its columns are of. */
export interface Printed {
  readonly sql: string;
  readonly use: OpenUse | null;
  readonly columns: readonly string[];
  readonly category: string;
  readonly type: string;
  readonly outer: boolean;
}

/** Parts as one expression; null where one is not known, or they are of several tables. */
export function joined(
  parts: readonly (Printed | null)[],
  write: (parts: string[]) => string,
): Printed | null {
  const known = parts.filter((part) => part !== null);
  const uses = new Set(known.flatMap(({ use }) => use ?? []));
  if (known.length < parts.length || uses.size > 1) return null;
  const [use] = uses;
  const first = known.find((part) => part.use !== null) ?? known[0];
  return {
    sql: write(known.map(({ sql }) => sql)),
    use: use ?? null,
    columns: [...new Set(known.flatMap(({ columns }) => columns))],
    category: first?.category ?? 'U',
    type: first?.type ?? '',
    outer: known.some(({ outer }) => outer),
  };
}
