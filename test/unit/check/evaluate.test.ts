import { describe, expect, it } from 'vitest';
import { checkSnapshot } from '../../../src/check/answer.js';
import { ruleOptions } from '../../../src/check/options.js';
import { CHECK_RULES } from '../../../src/check/registry.js';
import { asked, snapshotWith } from './checkedRows.js';

const PUBLIC = { schemaname: 'public', relname: 't', relkind: 'table', reltuples: -1, n_live_tup: 20_000 };
const TABLES = { pg_stat_user_tables: [PUBLIC] };
const HOST = { host: { ramBytes: null, cpus: null, storage: null }, advice: [] } as const;
const ALL = { only: null, exclude: [], leastSeverity: 'info', file: null } as const;

describe('what was not seen has not passed', () => {
  it.each([
    ['skipped', 'no_privilege', false, 0],
    ['failed', 'lock_timeout', false, 0],
    ['partial', 'stats_invisible', true, 1],
  ] as const)('a section that is %s', (status, reason, partly, findings) => {
    const results = {
      pg_stat_user_tables: { status, reason, message: 'because', ...(partly ? {} : { rows: [] }) },
    };
    const told = asked('never_analyzed', { rows: TABLES, results });
    expect(told.notEvaluated).toMatchObject([{ reason, partly, message: 'pg_stat_user_tables: because' }]);
    expect(told.findings).toHaveLength(findings);
    expect(told.passed).toEqual([]);
  });

  it('a section that the snapshot has not got', () => {
    const told = asked('never_analyzed', { results: { pg_stat_user_tables: null } });
    expect(told.notEvaluated).toMatchObject([{ reason: 'section_excluded', partly: false }]);
  });

  it('a section that was cut', () => {
    const results = { pg_stat_user_tables: { truncated: { shown: 1, total: 900 } } };
    const told = asked('never_analyzed', { rows: TABLES, results });
    expect(told.notEvaluated).toMatchObject([
      { reason: 'truncated', partly: true, message: 'pg_stat_user_tables: the snapshot holds 1 of 900 rows' },
    ]);
    expect(told.findings).toHaveLength(1);
  });

  it('settings: all of them, or the one that matters', () => {
    const none = asked('fsync_off', { results: { pg_settings: null } });
    expect(none.notEvaluated).toMatchObject([
      { reason: 'section_excluded', message: 'the snapshot holds no pg_settings' },
    ]);
    const hidden = asked('fsync_off', { settings: { autovacuum: 'on' } });
    expect(hidden.notEvaluated).toMatchObject([
      { reason: 'no_privilege', message: 'the value of fsync cannot be seen' },
    ]);
    const others = { pg_settings: { status: 'partial', reason: 'no_privilege', message: 'x' } } as const;
    expect(asked('fsync_off', { settings: { fsync: 'on' }, results: others }).passed).toHaveLength(1);
  });

  it('a value that pgdba’s own session has set is nobody else’s', () => {
    const settings = { fsync: { setting: 'off', set_by_session: true } };
    expect(asked('fsync_off', { settings }).findings).toEqual([]);
    expect(asked('fsync_off', { settings }).notEvaluated).toHaveLength(1);
  });

  it('every rule, when nothing could be read', () => {
    const { cluster, collectedAt } = snapshotWith({});
    const answer = checkSnapshot(
      { cluster, collectedAt, sections: {} },
      ruleOptions(CHECK_RULES, ALL),
      HOST,
      new Set(),
    );
    expect(answer.passed).toEqual(['version_end_of_life']);
    expect(answer.findings).toEqual([]);
    const { passed, not_evaluated, not_applicable } = answer.summary;
    expect(passed + not_evaluated + not_applicable).toBe(CHECK_RULES.length);
  });

  it('rules of other versions and roles are no gap', () => {
    expect(asked('slot_lost', { major: 12 }).notApplicable).toHaveLength(1);
    expect(asked('wal_receiver_missing', {}).notApplicable).toHaveLength(1);
    expect(asked('never_analyzed', { role: 'standby', rows: TABLES }).notApplicable).toHaveLength(1);
  });
});

describe('the findings', () => {
  const rows = {
    pg_stat_user_tables: [
      PUBLIC,
      { ...PUBLIC, schemaname: 'a.b', relname: 'say "hi" 🐘' },
      { ...PUBLIC, schemaname: 'public', relname: 'UPPER' },
    ],
    pg_stat_replication: [
      { pid: 1, application_name: 'walreceiver', state: 'streaming', replay_lag_bytes: 3e8 },
      { pid: 2, application_name: 'walreceiver', state: 'streaming', replay_lag_bytes: 6e9 },
    ],
  };
  const snapshot = snapshotWith({ rows, settings: { fsync: 'off', password_encryption: 'md5' } });
  const answer = (
    file: string | null,
    known: readonly string[] = [],
    leastSeverity: 'info' | 'critical' = 'info',
  ) =>
    checkSnapshot(snapshot, ruleOptions(CHECK_RULES, { ...ALL, file, leastSeverity }), HOST, new Set(known));
  const rules = (yaml: string): string => `schema: pgdba.check/1\nrules:\n${yaml}`;

  it('come worst first, then by id, each id once, objects as SQL writes them', () => {
    expect(answer(null).findings.map(({ severity, id }) => `${severity} ${id}`)).toEqual([
      'critical fsync_off:setting:fsync',
      'critical standby_lag:standby:walreceiver',
      'warning never_analyzed:table:"a.b"."say ""hi"" 🐘"',
      'warning never_analyzed:table:public."UPPER"',
      'warning never_analyzed:table:public.t',
      'warning password_encryption_md5:setting:password_encryption',
      'info statement_statistics_missing:extension:pg_stat_statements',
    ]);
  });

  it('name the threshold in force', () => {
    const told = answer(rules('  never_analyzed: { thresholds: { warning_rows: 15000 } }')).findings;
    expect(told.find(({ rule }) => rule === 'never_analyzed')?.threshold).toMatchObject({
      name: 'warning_rows',
      value: 15_000,
      unit: 'rows',
    });
    const higher = answer(rules('  never_analyzed: { thresholds: { warning_rows: 20001 } }'));
    expect(higher.passed).toContain('never_analyzed');
  });

  it('are no worse than the file allows, and leave out what it ignores', () => {
    const told = answer(
      rules(
        '  fsync_off: { severity: info }\n  never_analyzed: { ignore: ["public.*", "no match"] }\n  standby_lag: { enabled: false }',
      ),
    );
    expect(told.findings.map(({ severity, id }) => `${severity} ${id}`)).toEqual([
      'warning never_analyzed:table:"a.b"."say ""hi"" 🐘"',
      'warning password_encryption_md5:setting:password_encryption',
      'info fsync_off:setting:fsync',
      'info statement_statistics_missing:extension:pg_stat_statements',
    ]);
    expect(told.summary).toMatchObject({ worst: 'warning', critical: 0, warning: 2, info: 2 });
  });

  it('that are known stay, and no longer count as the worst', () => {
    const { findings, summary } = answer(null, [
      'fsync_off:setting:fsync',
      'standby_lag:standby:walreceiver',
    ]);
    expect(findings.filter(({ known }) => known)).toHaveLength(2);
    expect(summary).toMatchObject({ worst: 'warning', critical: 2, known: 2, new: 5 });
    expect(answer(null, [], 'critical').findings).toHaveLength(2);
  });
});
