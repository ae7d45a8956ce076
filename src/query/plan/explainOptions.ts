import type { Variant } from '../../inspect/section.js';

/** Options of EXPLAIN by the oldest major that has them. Source: the manual's page "EXPLAIN" of each version. */
const PLAN_ONLY: readonly Pick<Variant, 'since' | 'sql'>[] = [
  { since: 12, sql: 'FORMAT JSON' },
  { since: 12, sql: 'VERBOSE' },
  { since: 12, sql: 'SETTINGS' },
  { since: 13, sql: 'BUFFERS' },
  { since: 17, sql: 'MEMORY' },
];

const EXECUTED: typeof PLAN_ONLY = [
  ...PLAN_ONLY.filter(({ sql }) => sql !== 'BUFFERS'),
  { since: 12, sql: 'ANALYZE' },
  { since: 12, sql: 'BUFFERS' },
  { since: 13, sql: 'WAL' },
  { since: 17, sql: 'SERIALIZE TEXT' },
];

/** The options of EXPLAIN that this version has, as written between its brackets. */
export function explainOptions(major: number, executes: boolean): string {
  return (executes ? EXECUTED : PLAN_ONLY)
    .filter(({ since }) => since <= major)
    .map(({ sql }) => sql)
    .join(', ');
}
