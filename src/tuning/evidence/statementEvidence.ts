import type { Evidence } from '../evidence.js';
import { numberIn, rowOf, secondsSince, type Readings } from './readings.js';

type StatementEvidence = Pick<Evidence, 'statements_observed_s' | 'statements_evicted'>;

/** How well pg_stat_statements keeps up. */
export function statementEvidence(readings: Readings): StatementEvidence {
  const info = rowOf(readings, 'pg_stat_statements_info');
  return {
    statements_observed_s: secondsSince(readings, info, 'stats_reset'),
    statements_evicted: numberIn(info, 'dealloc'),
  };
}
