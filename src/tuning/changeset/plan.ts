import type { DcsKnown } from '../../patroni/dcsSight.js';
import type { ChangeSet } from './changeSet.js';

/** What a guard has to say about a plan. */
export interface PlanFinding {
  /** `refuse`: nothing is written; `warn`: told, and done. */
  readonly severity: 'refuse' | 'warn';
  /** For `refuse` a code of the error table; for `warn` the code of the warning. */
  readonly code: string;
  /** null where it concerns the plan as a whole. */
  readonly parameter: string | null;
  readonly message: string;
  readonly hint?: string;
}

/** A change that was thought through to the end, and not begun. */
export interface Plan {
  /** Status `planned`, every outcome `not_executed`, dry_run_result filled in. */
  readonly changeSet: ChangeSet;
  readonly findings: readonly PlanFinding[];
}

/** What the caller of planChange() decides. */
export interface PlanOptions {
  /** Whether refusals that somebody may overrule become warnings. */
  readonly force: boolean;
  readonly now: Date;
  /** A UUID version 7, for a request without an id. */
  readonly newId: () => string;
  /** `alter-system` when the caller asked for it although something else manages the cluster; `patroni`: through the DCS. */
  readonly via: 'auto' | 'alter-system' | 'patroni';
  /** RAM of the server's host, limits of its cgroup applied; null when it is not known. */
  readonly ramBytes: number | null;
  /** What is known of the DCS of the server's cluster. */
  readonly dcs: DcsKnown;
}
