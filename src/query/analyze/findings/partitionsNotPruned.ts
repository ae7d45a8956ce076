import { number, type PlanNode, ran } from '../../plan/planNode.js';
import { tokensOf } from '../../plan/tokens.js';
import type { RelationFacts } from '../relationFacts.js';
import { conditionsOf } from './conditions.js';
import type { Finding, Judged, PlanRule } from './finding.js';

/** Partitions that must be read for it to be worth telling. */
const PARTITIONS = 4;

export const partitionsNotPruned: PlanRule = {
  code: 'partitions_not_pruned',
  about: 'there is a condition, and every partition is read all the same',
  needsExecution: false,
  find: (judged) => judged.nodes.flatMap((node) => unpruned(judged, node) ?? []),
};

function unpruned(judged: Judged, node: PlanNode): Finding | null {
  if (node.type !== 'Append' && node.type !== 'Merge Append') return null;
  if ((number(node.raw, 'Subplans Removed') ?? 0) > 0) return null;
  const scans = node.children.flatMap((child) => scanOf(judged, child) ?? []);
  const [first] = scans;
  const parent = first?.facts.parent ?? null;
  if (first === undefined || parent === null || scans.some(({ facts }) => facts.parent !== parent))
    return null;
  const total = first.facts.partitions ?? 0;
  const conditions = conditionsOf(first.scan);
  if (scans.length < PARTITIONS || scans.length < total || conditions.length === 0) return null;
  const key = first.facts.partition_key ?? [];
  const mentioned = mentions(conditions, key);
  return {
    severity: mentioned ? 'warning' : 'info',
    node,
    evidence: {
      table: `${String(first.facts.parent_schema)}.${parent}`,
      partitions: total,
      scanned: scans.length,
      partition_key: key,
      conditions,
    },
    advice: mentioned
      ? `The condition names the partition key (${key.join(', ')}), but not so that partitions can be left out: compare the bare column with a constant, a parameter or a STABLE function of its own type.`
      : `Nothing is said of the partition key (${key.join(', ')}): with a condition on it most partitions would be left out.`,
  };
}

/** The scan of a partition below an Append; null when it was never run, so that it was left out in the end. */
function scanOf(judged: Judged, child: PlanNode): { scan: PlanNode; facts: RelationFacts } | null {
  for (let at: PlanNode | undefined = child; at !== undefined; at = at.children[0]) {
    const facts = judged.factsOf(at);
    if (at.relation !== null && facts?.parent != null) return ran(at) === false ? null : { scan: at, facts };
  }
  return null;
}

function mentions(conditions: readonly string[], key: readonly string[]): boolean {
  const names = new Set(key.flatMap((part) => tokensOf(part).map(({ value }) => value)));
  return conditions.some((condition) =>
    tokensOf(condition).some(({ kind, value }) => (kind === 'word' || kind === 'quoted') && names.has(value)),
  );
}
