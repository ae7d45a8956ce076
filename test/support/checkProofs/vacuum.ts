import type { Proof } from './proof.js';

const filled = (name: string, rows: number, options = ''): string[] => [
  `CREATE TABLE public.${name} (n int)${options}`,
  `INSERT INTO public.${name} SELECT generate_series(1, ${String(rows)})`,
];

export const VACUUM_PROOFS: readonly Proof[] = [
  {
    rule: 'autovacuum_disabled',
    scene: 'planted',
    reload: { autovacuum: 'off' },
    finds: { 'setting:autovacuum': 'critical' },
    decoy: 'the quiet server, where it is on',
  },
  {
    rule: 'dead_rows_overdue',
    scene: 'planted',
    sql: [
      ...filled('dead', 20_000),
      'ANALYZE public.dead',
      'UPDATE public.dead SET n = n',
      'ANALYZE public.dead',
      ...filled('patient', 20_000, ' WITH (autovacuum_vacuum_threshold = 10000)'),
      'ANALYZE public.patient',
      'UPDATE public.patient SET n = n',
      'ANALYZE public.patient',
    ],
    finds: { 'table:public.dead': 'warning' },
    decoy: 'as many dead rows in a table that waits for more of them by its own storage parameter',
  },
  {
    rule: 'never_analyzed',
    scene: 'planted',
    sql: [
      ...filled('unknown', 10_001),
      ...filled('small', 9_000),
      ...filled('known', 10_001),
      'ANALYZE public.known',
    ],
    finds: { 'table:public.unknown': 'warning' },
    decoy: 'one of fewer rows, and one as large that was analyzed',
  },
  {
    rule: 'statistics_stale',
    scene: 'planted',
    sql: [
      ...filled('stale', 1000),
      'ANALYZE public.stale',
      'INSERT INTO public.stale SELECT generate_series(1, 12000)',
      ...filled('changed', 60_000),
      'ANALYZE public.changed',
      'UPDATE public.changed SET n = n WHERE n <= 12000',
      'VACUUM public.changed',
    ],
    finds: { 'table:public.stale': 'warning' },
    decoy: 'as many changed rows in a table of which they are a fifth',
  },
  {
    rule: 'table_autovacuum_off',
    scene: 'planted',
    sql: [
      ...filled('off', 2000, ' WITH (autovacuum_enabled = off)'),
      ...filled('off_small', 900, ' WITH (autovacuum_enabled = off)'),
      ...filled('off_by_hand', 2000, ' WITH (autovacuum_enabled = false)'),
      'VACUUM public.off_by_hand',
      ...filled('on_again', 2000, ' WITH (autovacuum_enabled = true)'),
    ],
    finds: { 'table:public.off': 'warning' },
    decoy: 'a small one, one that is vacuumed by hand, and one where it is on',
  },
  {
    rule: 'horizon_old',
    scene: 'planted',
    thresholds: { warning_transactions: 10_000, critical_transactions: 100_000 },
    finds: { 'prepared_transaction:old "gid"': 'warning' },
    decoy: 'a prepared transaction and sessions that came after the others',
  },
  {
    rule: 'multixact_wraparound',
    scene: 'planted',
    thresholds: { warning_ratio: 1e-7, critical_ratio: 0.5 },
    finds: ages('warning'),
    decoy: 'database frozen, which was vacuumed after they were used',
  },
  {
    rule: 'table_freeze_overdue',
    scene: 'planted',
    sql: [
      'CREATE TABLE public.unfrozen (n int) WITH (autovacuum_freeze_max_age = 100000)',
      'CREATE TABLE public.unfrozen_later (n int)',
    ],
    thresholds: { warning_ratio: 0.1 },
    finds: { 'table:public.unfrozen': 'warning' },
    decoy: 'a table as old for which the setting of the server holds',
  },
  {
    rule: 'xid_wraparound',
    scene: 'planted',
    thresholds: { warning_ratio: 1.5e-5, critical_ratio: 0.5 },
    finds: ages('warning'),
    decoy: 'database frozen, which was vacuumed in between',
  },
];

/** Databases that were there from the beginning, and copies of them. */
function ages(severity: 'warning'): Proof['finds'] {
  const names = ['planted', 'postgres', 'template0', 'template1', 'closed', 'half "dropped"'];
  return Object.fromEntries(names.map((name) => [`database:${name}`, severity]));
}
