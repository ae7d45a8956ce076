import type { Answers } from '../ask.js';
import type { PlanDocument } from '../plan/planDocument.js';
import { nodeName, nodesOf, type PlanNode } from '../plan/planNode.js';
import type { AnalyzeFinding } from './analyzeData.js';
import { judgePlan } from './findings/registry.js';
import { relationFacts, type RelationFacts } from './relationFacts.js';

/** What of the server's settings rules go by. */
export interface PlannerSettings {
  readonly workMemBytes: number | null;
  readonly hashMemMultiplier: number;
  readonly blockBytes: number;
}

/** The relations in a plan, as `given:relations`: a JSON array of [schema, name]. */
export function relationsIn(nodes: readonly PlanNode[]): string {
  const pairs = nodes.flatMap(({ schema, relation }) =>
    schema === null || relation === null ? [] : [JSON.stringify([schema, relation])],
  );
  return `[${[...new Set(pairs)].join(',')}]`;
}

/** What is wrong with a plan, gravest first. */
export function findingsOf(
  document: PlanDocument,
  major: number,
  { workMemBytes, hashMemMultiplier }: PlannerSettings,
  answers: Answers,
): AnalyzeFinding[] {
  const nodes = nodesOf(document);
  const [statement] = document;
  if (statement === undefined) return [];
  const facts = answers.of(relationFacts).rows as unknown as readonly RelationFacts[];
  const known = new Map(facts.map((one) => [JSON.stringify([one.schema, one.relation]), one]));
  const found = judgePlan({
    statement,
    nodes,
    executed: nodes[0]?.loops != null,
    major,
    factsOf: ({ schema, relation }) => known.get(JSON.stringify([schema, relation])) ?? null,
    workMemBytes,
    hashMemMultiplier,
  });
  return found.map(({ code, severity, node, evidence, advice }) => ({
    code,
    severity,
    node_path: node?.path ?? null,
    node: node === null ? null : nodeName(node),
    evidence,
    advice,
  }));
}
