import { relationNamed } from '../catalog/catalog.js';
import { type Tree, textOf } from './tree.js';
import type { StatementReader } from './statementReader.js';

/** The relation that a RangeVar means; a name that nothing has is noted. */
export function namedRelation(reader: StatementReader, node: Tree): ReturnType<typeof relationNamed> {
  const [schema, name] = [textOf(node, 'schemaname'), textOf(node, 'relname') ?? ''];
  const relation = relationNamed(reader.catalog, schema, name);
  if (relation === null) reader.reading.missing.add(schema === null ? name : `${schema}.${name}`);
  else reader.reading.relations.add(relation);
  return relation;
}
