import type { Group } from './groups.js';

/**
 * What the other rooms made of the server at that moment: whole answers of commands, kept as they were given. A
 * baseline holds those of the groups that were asked for.
 */
export const ANALYSES = {
  /** data of `query bloat` */
  bloat: 'tables',
  /** data of `query index-health` */
  index_health: 'indexes',
  /** data of `query vacuum-health` */
  vacuum_health: 'vacuum',
  /** data of `query locks` */
  locks: 'locks',
  /** `recommendations` and `refused` of `config tune` */
  tune: 'config',
  /** `findings` and `not_evaluated` of `check`; of every baseline */
  check: null,
} as const satisfies Readonly<Record<string, Group | null>>;

export type Analysis = keyof typeof ANALYSES;
