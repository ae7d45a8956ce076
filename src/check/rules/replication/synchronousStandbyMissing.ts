import { pgStatReplication } from '../../../inspect/sections/pg_stat_replication.js';
import { settingFinding } from '../../settingFinding.js';
import type { CheckRule } from '../../rule.js';

/** `FIRST 2 (a, b, c)`, `ANY 2 (…)`, the old `2 (…)`, or a plain list, which means one. */
function wantedStandbys(names: string): number {
  return Number(/^\s*(?:(?:first|any)\s+)?(\d+)\s*\(/i.exec(names)?.[1] ?? 1);
}

/** Commits that nobody confirms. */
export const synchronousStandbyMissing: CheckRule = {
  id: 'synchronous_standby_missing',
  family: 'replication',
  title: 'Commits wait for a synchronous standby that is not there',
  severity: 'critical',
  about:
    'synchronous_standby_names asks for more synchronous standbys than are connected (one, unless it says FIRST n or ANY n): every commit with synchronous_commit on waits until they come back.',
  source:
    'https://www.postgresql.org/docs/current/runtime-config-replication.html#GUC-SYNCHRONOUS-STANDBY-NAMES',
  remediation: {
    text: 'Bring the standby back, or take it out of the list for the time being.',
    sql: "ALTER SYSTEM SET synchronous_standby_names = '';\nSELECT pg_reload_conf();",
  },
  reads: [pgStatReplication],
  settings: ['synchronous_standby_names', 'synchronous_commit'],
  only: 'primary',
  thresholds: {},
  find: (checked) => {
    const names = checked.setting('synchronous_standby_names') ?? '';
    const commit = checked.setting('synchronous_commit');
    if (names === '' || commit === 'off' || commit === 'local') return [];
    const rows = checked.rows(pgStatReplication);
    if (rows.some(({ state }) => state === null))
      return { cannotTell: 'the states of receivers are hidden', reason: 'no_privilege' };
    const there = rows.filter(({ sync_state: state }) => state === 'sync' || state === 'quorum').length;
    const wanted = wantedStandbys(names);
    if (there >= wanted) return [];
    const evidence = { connected: rows.length, synchronous: there, wanted, synchronous_commit: commit };
    return [settingFinding(checked, 'synchronous_standby_names', 'critical', evidence)];
  },
};
