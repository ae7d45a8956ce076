import { closedObject, nullable, Type } from '../core/schema.js';

/** `truncated` of a list that --limit may have cut. */
export const truncatedSchema = nullable(
  closedObject(
    { shown: Type.Integer(), total: Type.Integer({ description: 'rows there are without --limit' }) },
    'what --limit cut; null when nothing was',
  ),
);

/** The first rows of a list, and what was cut. @param limit 0 = all */
export function limited<T>(
  rows: readonly T[],
  limit: number,
): { rows: T[]; truncated: { shown: number; total: number } | null } {
  if (limit === 0 || rows.length <= limit) return { rows: [...rows], truncated: null };
  return { rows: rows.slice(0, limit), truncated: { shown: limit, total: rows.length } };
}
