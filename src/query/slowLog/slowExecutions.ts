import { maskSecrets } from '../../core/mask.js';
import { maskLiterals } from '../../core/maskLiterals.js';
import { shownText } from '../queryText.js';
import type { Execution } from './log/slowCollector.js';
import { UNKNOWN, type SlowStatement } from './slowLogData.js';

/** A row of the answer for an execution that a log tells of. */
export function slowExecution(
  execution: Execution,
  { fullText, redactLiterals }: { readonly fullText: boolean; readonly redactLiterals: boolean },
): SlowStatement {
  const { text, durationMs } = execution;
  const masked = text === null ? null : maskSecrets(text);
  const shown = masked === null || !redactLiterals ? masked : maskLiterals(masked);
  return {
    ...UNKNOWN,
    source: 'log',
    over: 'execution',
    since: execution.endedAt,
    queryid: execution.queryId,
    ...(shown === null ? { query_state: 'not_recorded' } : shownText(shown, fullText)),
    database: execution.database,
    user: execution.user,
    duration_ms: durationMs,
    calls: 1,
    total_time_ms: durationMs,
    mean_time_ms: durationMs,
    max_time_ms: durationMs,
    pid: execution.pid,
    application_name: execution.application,
    client_addr: execution.client,
    event: execution.event,
    logged_at: execution.loggedAt,
    parameters: execution.hasParameters ? 'withheld' : 'absent',
  };
}
