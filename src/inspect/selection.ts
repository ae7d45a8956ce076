import { PgdbaError } from '../core/errors.js';
import type { Section } from './section.js';

export interface Selection {
  readonly chosen: readonly Section[];
  readonly excluded: readonly Section[];
}

/**
 * The sections that --sections and --exclude leave, in the registry's order; nothing named means all.
 * @throws PgdbaError `usage` for a name that no section has, and when nothing is left
 */
export function chooseSections(
  all: readonly Section[],
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
): Selection {
  for (const id of [...(wanted ?? []), ...(unwanted ?? [])]) {
    if (all.some((section) => section.id === id)) continue;
    throw new PgdbaError('usage', `there is no section "${id}"`, {
      hint: `Sections: ${all.map((section) => section.id).join(', ')}.`,
    });
  }
  const named = wanted === undefined ? all : all.filter(({ id }) => wanted.includes(id));
  const chosen = named.filter(({ id }) => unwanted?.includes(id) !== true);
  if (chosen.length === 0) throw new PgdbaError('usage', 'no section is left to read');
  return { chosen, excluded: named.filter((section) => !chosen.includes(section)) };
}
