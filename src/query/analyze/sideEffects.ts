import { isObject, type PlanDocument } from '../plan/planDocument.js';
import { nodesOf, type PlanNode, text } from '../plan/planNode.js';
import { namesReached, type Effects } from './effects.js';

/** What executing a statement left behind, or may have, although its transaction was rolled back; for people. */
export function sideEffectsOf(document: PlanDocument, statement: string, effects: Effects): string[] {
  const nodes = nodesOf(document);
  return [
    ...writtenTables(nodes).map(
      (table) =>
        `${table}: the rows that were written are dead rows now, until VACUUM; its rows were locked until the end`,
    ),
    ...(namesReached(statement, nodes).some((name) => name === 'nextval' || name === 'setval')
      ? ['sequences: the numbers that were taken are gone']
      : []),
    ...triggersOf(document).map(
      (trigger) => `trigger ${trigger}: what it did outside of this database’s tables was not undone`,
    ),
    ...effects.functions.map(
      (name) => `function ${name}: effects outside of this database’s tables were not undone`,
    ),
  ];
}

function writtenTables(nodes: readonly PlanNode[]): string[] {
  const tables = nodes.flatMap(({ type, raw, schema, relation }) => {
    if (type !== 'ModifyTable') return [];
    const targets = raw['Target Tables'];
    const several = Array.isArray(targets) ? targets.filter(isObject) : [];
    return relation === null
      ? several.map((target) => `${text(target, 'Schema') ?? ''}.${text(target, 'Relation Name') ?? ''}`)
      : [`${schema ?? ''}.${relation}`];
  });
  return [...new Set(tables)];
}

function triggersOf([statement]: PlanDocument): string[] {
  const triggers = statement?.['Triggers'];
  return (Array.isArray(triggers) ? triggers.filter(isObject) : []).flatMap((trigger) => {
    const name = text(trigger, 'Trigger Name');
    return name === null || text(trigger, 'Constraint Name') !== null ? [] : [name];
  });
}
