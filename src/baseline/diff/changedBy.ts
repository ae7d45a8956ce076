import type { Baseline } from '../document.js';
import type { Change } from '../diffData.js';

/** A line of pgdba’s audit log, as far as it is looked at. */
export interface AuditLine {
  readonly at: string;
  readonly fingerprint: string;
  readonly changeset_id: string;
  readonly operation: string;
  readonly outcome: string;
  /** Operating system’s user at host. */
  readonly who: string | null;
  /** Parameters whose line in the configuration this operation changed. */
  readonly parameters: readonly string[];
}

/** After these the configuration is another one than before the operation. */
const CHANGED: ReadonlySet<string> = new Set(['applied', 'rolled_back', 'reverted']);

/**
 * The newest operation of pgdba between the two baselines that changed the setting; null when the audit log has none. A
 * setting that waited for a restart may have been changed before the earlier one. Times are those of pgdba’s own clock,
 * which both the audit log and the baselines have.
 */
export function changedBy(
  name: string,
  before: Baseline,
  after: Baseline,
  lines: readonly AuditLine[],
): Change['by'] {
  const waited = before.sections.config?.sample1['pg_settings']?.rows.some(
    (row) => row['name'] === name && row['pending_restart'] === true,
  );
  const from = waited === true ? 0 : Date.parse(before.created_at);
  const line = lines.findLast(
    ({ at, fingerprint, outcome, parameters }) =>
      fingerprint === after.cluster.fingerprint &&
      CHANGED.has(outcome) &&
      parameters.includes(name) &&
      Date.parse(at) >= from &&
      Date.parse(at) <= Date.parse(after.created_at),
  );
  if (line === undefined) return null;
  return { changeset: line.changeset_id, at: line.at, operation: line.operation, who: line.who };
}
