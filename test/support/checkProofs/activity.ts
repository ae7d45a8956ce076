import type { Proof } from './proof.js';

/** Queries and locks. */
export const ACTIVITY_PROOFS: readonly Proof[] = [
  {
    rule: 'sequential_scans_heavy',
    scene: 'planted',
    sql: [
      'CREATE TABLE public.scanned (n int)',
      'INSERT INTO public.scanned SELECT generate_series(1, 3000)',
      'ANALYZE public.scanned',
      ...Array.from({ length: 4 }, () => 'SELECT sum(n) FROM public.scanned'),
      'CREATE TABLE public.scanned_less (n int)',
      'INSERT INTO public.scanned_less SELECT generate_series(1, 3000)',
      'ANALYZE public.scanned_less',
      'SELECT sum(n) FROM public.scanned_less',
    ],
    thresholds: { least_rows: 3000, least_scans: 3, info_times: 3 },
    finds: { 'table:public.scanned': 'info' },
    decoy: 'one as large that was scanned once, and tables that are smaller',
  },
  {
    rule: 'deadlocks',
    scene: 'planted',
    thresholds: { warning_per_day: 1, least_deadlocks: 1 },
    finds: { 'database:planted': 'warning' },
    decoy: 'the other databases',
  },
  {
    rule: 'query_long',
    scene: 'planted',
    thresholds: { warning_ms: 1 },
    finds: { 'session:$sleeper': 'warning', 'session:$waiter': 'warning' },
    decoy: 'a CREATE INDEX that waits as long, and sessions that are idle',
  },
  {
    rule: 'statement_statistics_missing',
    scene: 'switched',
    sql: ['DROP EXTENSION pg_stat_statements'],
    finds: { 'extension:pg_stat_statements': 'info' },
    decoy: 'the scene planted, where it was there',
  },
  {
    rule: 'statements_evicted',
    scene: 'planted',
    since: 14,
    start: { 'pg_stat_statements.max': '100' },
    finds: { 'extension:pg_stat_statements': 'info' },
    decoy: 'the quiet server, where all statements have room',
  },
  {
    rule: 'temp_files_heavy',
    scene: 'planted',
    sql: [
      "SET work_mem = '64kB'",
      'SELECT count(*) FROM (SELECT n FROM generate_series(1, 100000) AS n ORDER BY n DESC OFFSET 0) AS x',
      'RESET work_mem',
    ],
    thresholds: { warning_bytes_per_day: 100_000 },
    finds: { 'database:planted': 'warning' },
    decoy: 'the other databases',
  },
  {
    rule: 'lock_wait_long',
    scene: 'planted',
    thresholds: { warning_ms: 1 },
    finds: { 'session:$waiter': 'warning', 'session:$builder': 'warning' },
    decoy: 'the session that holds the lock',
  },
  {
    rule: 'prepared_transaction_old',
    scene: 'planted',
    thresholds: { warning_ms: 1 },
    finds: { 'prepared_transaction:old "gid"': 'warning', 'prepared_transaction:young': 'warning' },
    decoy: 'both of them at the default threshold',
  },
];
