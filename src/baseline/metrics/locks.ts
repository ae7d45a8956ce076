import { closedObject } from '../../core/schema.js';
import { gauge } from '../../inspect/column.js';
import type { Row, Section } from '../../inspect/section.js';
import { pgLocksSummary } from '../../inspect/sections/pg_locks_summary.js';
import { pgPreparedXacts } from '../../inspect/sections/pg_prepared_xacts.js';
import { pgStatActivity } from '../../inspect/sections/pg_stat_activity.js';
import type { DerivedSource, Metric } from '../metric.js';

/** Sessions come and go: what is followed is what they are together. */
const activity: DerivedSource = {
  kind: 'derived',
  id: 'activity',
  from: [pgStatActivity],
  row: closedObject({
    active_sessions: gauge('clients executing'),
    idle_in_transaction_sessions: gauge('clients idle in a transaction'),
    longest_transaction_ms: gauge(
      'milliseconds of the longest transaction of a client; 0 when there is none',
    ),
  }),
  make: (rowsOf) => {
    const rows = rowsOf(pgStatActivity);
    if (rows === null) return [];
    const clients = rows.filter(({ backend_type }) => backend_type === 'client backend');
    const inState = (state: RegExp): number =>
      clients.filter((row) => typeof row['state'] === 'string' && state.test(row['state'])).length;
    return [
      {
        active_sessions: inState(/^active$/),
        idle_in_transaction_sessions: inState(/^idle in transaction/),
        longest_transaction_ms: largest(clients, 'xact_age_ms'),
      },
    ];
  },
};

const waits: DerivedSource = {
  kind: 'derived',
  id: 'lock_waits',
  from: [pgLocksSummary, pgPreparedXacts],
  row: closedObject({
    waiting: gauge('locks waited for'),
    oldest_prepared_transaction_ms: gauge('milliseconds since the oldest prepared transaction was prepared'),
  }),
  make: (rowsOf) => {
    const waiting = rowsOf(pgLocksSummary)?.map((row) => Number(row['waiting'] ?? 0)) ?? null;
    return [
      {
        waiting: waiting?.reduce((sum, one) => sum + one, 0) ?? null,
        oldest_prepared_transaction_ms: ageOf(rowsOf, pgPreparedXacts, 'prepared_age_ms'),
      },
    ];
  },
};

function ageOf(
  rowsOf: (section: Section) => readonly Row[] | null,
  section: Section,
  column: string,
): number | null {
  const rows = rowsOf(section);
  return rows === null ? null : largest(rows, column);
}

function largest(rows: readonly Row[], column: string): number {
  return rows.reduce((most, row) => Math.max(most, Number(row[column] ?? 0)), 0);
}

interface Gauge {
  readonly id: string;
  readonly source: DerivedSource;
  readonly unit: string;
  readonly meaning: string;
  readonly least: Metric['least'];
}

/** What is so at one moment may be chance: only what is unusual is a regression. */
const moment = ({ id, source, unit, meaning, least }: Gauge): Metric => ({
  id,
  group: 'locks',
  source,
  object: { type: 'server', columns: [] },
  value: { kind: 'gauge', column: id },
  unit,
  meaning,
  worse: 'higher',
  regression: 'unusual',
  least,
});

const HOUR_MS = 3_600_000;

export const lockMetrics: readonly Metric[] = [
  moment({
    id: 'active_sessions',
    source: activity,
    unit: 'count',
    meaning: 'clients executing at that moment',
    least: { factor: 2, absolute: 10 },
  }),
  moment({
    id: 'idle_in_transaction_sessions',
    source: activity,
    unit: 'count',
    meaning: 'clients idle in a transaction at that moment',
    least: { factor: 2, absolute: 5 },
  }),
  moment({
    id: 'longest_transaction_ms',
    source: activity,
    unit: 'ms',
    meaning: 'milliseconds of the longest transaction of a client at that moment',
    least: { factor: 2, absolute: HOUR_MS },
  }),
  moment({
    id: 'waiting',
    source: waits,
    unit: 'count',
    meaning: 'locks waited for at that moment',
    least: { factor: 2, absolute: 3 },
  }),
  moment({
    id: 'oldest_prepared_transaction_ms',
    source: waits,
    unit: 'ms',
    meaning: 'milliseconds since the oldest prepared transaction was prepared',
    least: { factor: 1.5, absolute: HOUR_MS },
  }),
];
