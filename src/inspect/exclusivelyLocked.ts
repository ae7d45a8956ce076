import type { Shortfall } from './section.js';

/** How many relations a message names before it counts the rest. */
const NAMED = 5;

/** What is missing because measuring these relations (schema, name) would have waited; null when there are none. */
export function lockedShortfall(
  relations: readonly (readonly [schema: string | null, name: string | null])[],
): Shortfall | null {
  if (relations.length === 0) return null;
  return {
    reason: 'exclusively_locked',
    message: `not measured, since somebody holds or awaits an AccessExclusiveLock: ${named(relations)}`,
  };
}

/** The first few names, and how many more there are. */
export function named(relations: readonly (readonly [schema: string | null, name: string | null])[]): string {
  const names = relations.slice(0, NAMED).map(([schema, name]) => `${schema ?? '?'}.${name ?? '?'}`);
  const more = relations.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${String(more)} more` : names.join(', ');
}
