import type { Row } from '../../inspect/section.js';
import type { Evidence } from '../evidence.js';
import { greatestOf, rowsOf, type Readings } from './readings.js';

type SessionEvidence = Pick<
  Evidence,
  | 'connections_now'
  | 'longest_idle_in_transaction_s'
  | 'longest_transaction_s'
  | 'prepared_xacts'
  | 'autovacuum_workers_busy'
> & { readonly active_now: number | null };

/**
 * What the sessions are doing now. A role without pg_read_all_stats can still count them, by the database and the role
 * that every client has, but cannot tell what they do.
 */
export function sessionEvidence(readings: Readings): SessionEvidence {
  const counted = rowsOf(readings, 'pg_stat_activity', ['no_privilege', 'setting_off']);
  const seen = rowsOf(readings, 'pg_stat_activity');
  const clients = seen?.filter(isClient) ?? null;
  const idle = clients?.filter(({ state }) => String(state).startsWith('idle in transaction')) ?? null;
  return {
    connections_now: counted?.filter(isClient).length ?? null,
    active_now: clients?.filter(({ state }) => state === 'active').length ?? null,
    longest_idle_in_transaction_s: seconds(greatestOf(idle, 'state_age_ms')),
    longest_transaction_s: seconds(greatestOf(clients, 'xact_age_ms')),
    prepared_xacts: rowsOf(readings, 'pg_prepared_xacts')?.length ?? null,
    autovacuum_workers_busy:
      seen?.filter((row) => row['backend_type'] === 'autovacuum worker').length ?? null,
  };
}

/** Of a hidden session only the database and the role show; parallel workers have both, too. */
function isClient({ visible, backend_type: type, datid, usesysid }: Row): boolean {
  return visible === true ? type === 'client backend' : datid !== null && usesysid !== null;
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
