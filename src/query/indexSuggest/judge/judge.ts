import type { PlanNode } from '../../plan/planNode.js';
import type { Candidate } from '../candidates/candidate.js';
import type { Entry } from '../workload.js';
import type { StatementUses } from '../statement/usage.js';

/** A statement that could be read and planned. */
export interface Judged {
  /** Its place in the workload: what tells statements apart. */
  readonly at: number;
  readonly entry: Entry;
  readonly uses: StatementUses;
  /** The plan without any new index. */
  readonly nodes: readonly PlanNode[];
  readonly cost: number;
  readonly candidates: readonly Candidate[];
}

/** Rows at which LIMIT stops: as many as its calls brought, where that is known; for LIMIT $1 the planner knows nothing. */
export function limitOf({ nodes: [top], entry }: Pick<Judged, 'nodes' | 'entry'>): number {
  const planned = top?.type === 'Limit' ? top.planRows : 1;
  return entry.rows === null || entry.calls === 0
    ? planned
    : Math.min(planned, Math.max(1, entry.rows / entry.calls));
}

/** What a statement would cost with some indexes, in the planner's units, and which of them it would use (ids). */
export interface Verdict {
  readonly cost: number;
  readonly used: readonly string[];
}

/** Says what statements would cost if indexes existed. Nothing outside knows how it knows. */
export interface Judge {
  readonly method: 'hypopg' | 'statistics';
  /** How often the planner was asked. */
  readonly plannerCalls: number;
  /** Whether it can say anything of such an index; what it cannot is judged by statistics. */
  judges(candidate: Candidate): boolean;
  costWith(statement: Judged, indexes: readonly Candidate[]): Promise<Verdict>;
  /** Bytes of an index. */
  sizeOf(candidate: Candidate): Promise<number>;
}
