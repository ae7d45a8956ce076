import type { Row } from '../../inspect/section.js';
import { shownText } from '../queryText.js';
import { UNKNOWN, type SlowStatement } from './slowLogData.js';

/**
 * Sessions whose statement has been running for longer than the threshold, the longest first. A session that is idle in
 * a transaction runs nothing; a walsender streams for days, a parallel worker does its leader's work, and background
 * processes have no statement of a user: none of them is a slow statement. Neither is pgdba.
 */
export function slowSessions(rows: readonly Row[], thresholdMs: number, fullText: boolean): SlowStatement[] {
  return rows
    .filter((row) => isSlow(row, thresholdMs))
    .map((row) => runningStatement(row, fullText))
    .sort((a, b) => (b.duration_ms ?? 0) - (a.duration_ms ?? 0));
}

const RUNNING = ['active', 'fastpath function call'];

function isSlow(row: Row, thresholdMs: number): boolean {
  const { state, backend_type, leader_pid, application_name, query_age_ms } = row;
  return (
    RUNNING.includes(state as string) &&
    backend_type === 'client backend' &&
    (leader_pid === null || leader_pid === row['pid']) &&
    !String(application_name).startsWith('pgdba/') &&
    typeof query_age_ms === 'number' &&
    query_age_ms >= thresholdMs
  );
}

function runningStatement(row: Row, fullText: boolean): SlowStatement {
  const text = row['query'];
  return {
    ...UNKNOWN,
    source: 'running',
    over: 'running',
    since: row['query_start'] as string | null,
    queryid: row['query_id'] as string | null,
    ...(typeof text === 'string' ? shownText(text, fullText) : { query_state: 'not_recorded' }),
    database: row['datname'] as string | null,
    user: row['usename'] as string | null,
    duration_ms: row['query_age_ms'] as number,
    pid: row['pid'] as number,
    application_name: row['application_name'] as string | null,
    client_addr: row['client_addr'] as string | null,
    wait_event_type: row['wait_event_type'] as string | null,
    wait_event: row['wait_event'] as string | null,
  };
}
