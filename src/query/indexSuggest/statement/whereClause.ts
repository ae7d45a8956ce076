import type { ConditionReader } from './conditionReader.js';
import { readCondition } from './conditions.js';
import type { Item, Scope } from './scope.js';
import type { FoundTerm } from './foundTerm.js';
import { termOf } from './terms.js';
import type { StatementReader } from './statementReader.js';
import { markColumns } from './neededColumns.js';

/** Reads a condition, the subqueries in it, and the columns that it needs. */
export function readWhere(reader: StatementReader, value: unknown, scope: Scope): void {
  if (value === undefined) return;
  const read = new Set<unknown>();
  const conditions: ConditionReader = {
    scope,
    catalog: reader.catalog,
    subquery: (select) => {
      read.add(select);
      return onlyColumn(reader, reader.statement(select, scope));
    },
  };
  readCondition(value, conditions);
  markColumns(reader, [value], scope, read);
}

/** The term of a subquery's only column: what IN compares with. */
function onlyColumn(reader: StatementReader, outputs: Item['outputs']): FoundTerm | null {
  const [entry] = outputs.values();
  if (outputs.size !== 1 || entry == null) return null;
  const { use, column } = entry;
  const scope: Scope = {
    items: [{ alias: '', schema: null, use, outputs: new Map([[column.name, entry]]), open: true }],
    outer: null,
    ctes: new Map(),
  };
  return termOf({ ColumnRef: { fields: [{ String: { sval: column.name } }] } }, scope, reader.catalog);
}
