import type { PlanNode } from '../../plan/planNode.js';
import type { PlanStatement } from '../../plan/planDocument.js';
import type { RelationFacts } from '../relationFacts.js';

export const SEVERITIES = ['info', 'warning', 'critical'] as const;

/** What a rule says of a plan. */
export interface Finding {
  readonly severity: (typeof SEVERITIES)[number];
  readonly node: PlanNode | null;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly advice: string;
}

/** What rules look at. */
export interface Judged {
  readonly statement: PlanStatement;
  readonly nodes: readonly PlanNode[];
  /** Whether the plan holds what happened, and not only what was expected. */
  readonly executed: boolean;
  readonly major: number;
  /** The catalog's word on a node's relation; null when it has none, or could not be read. */
  readonly factsOf: (node: PlanNode) => RelationFacts | null;
  /** Settings of the session that planned: work_mem and its like, in bytes; null when unknown. */
  readonly workMemBytes: number | null;
  readonly hashMemMultiplier: number;
}

/** One rule: what is looked for, and the one function that finds it. Pure. */
export interface PlanRule {
  /** Stable snake_case word. */
  readonly code: string;
  /** One sentence for people: what it means when it fires. */
  readonly about: string;
  /** Whether only an executed plan can show it. */
  readonly needsExecution: boolean;
  readonly find: (judged: Judged) => Finding[];
}
