import { type Catalog, relationNamed } from './catalog.js';
import { readCondition, type ConditionReader } from './conditions.js';
import {
  closeUses,
  cteNamed,
  innerScope,
  type Item,
  itemNamed,
  type OpenUse,
  type Reading,
  resolve,
  type Scope,
  useTable,
} from './scope.js';
import { aliasOf, calledName, type FoundTerm, termOf } from './terms.js';
import { as, isTree, listOf, namesOf, textOf, type Tree, unwrap } from './tree.js';
import type { Parsed } from './parser.js';
import type { SortKey, StatementUses } from './usage.js';

type Parse = (text: string) => Parsed;

/** Views on views on views: far more than anybody has. */
const DEEPEST_VIEWS = 20;

const AGGREGATES =
  /^(?:count|sum|avg|min|max|array_agg|string_agg|bool_(?:and|or)|every|jsonb?_agg|jsonb?_object_agg|percentile_\w+|mode|stddev\w*|var\w*|corr|regr_\w+|bit_(?:and|or))$/;

/** Where a statement names tables, and with what conditions. Views are read through to the tables below. */
export function readStatement(tree: Tree, catalog: Catalog, parse: Parse): StatementUses {
  const reading: Reading = { uses: [], missing: new Set(), relations: new Set(), writes: [] };
  const reader = new StatementReader(reading, catalog, parse);
  reader.statement(tree, null);
  return {
    uses: closeUses(reading.uses),
    writes: reading.writes,
    missing: [...reading.missing],
    relations: [...reading.relations],
    plain: isPlain(tree),
  };
}

function isPlain(tree: Tree): boolean {
  const select = as(tree, 'SelectStmt');
  if (select === null) return false;
  const folded = ['groupClause', 'distinctClause', 'limitCount', 'larg', 'withClause'].some(
    (field) => select[field] !== undefined,
  );
  return (
    !folded &&
    !listOf(select, 'targetList').some((target) =>
      AGGREGATES.test(calledName(as(target, 'ResTarget')?.['val']) ?? ''),
    )
  );
}

class StatementReader {
  readonly #reading: Reading;
  readonly #catalog: Catalog;
  readonly #parse: Parse;
  #views = 0;

  constructor(reading: Reading, catalog: Catalog, parse: Parse) {
    this.#reading = reading;
    this.#catalog = catalog;
    this.#parse = parse;
  }

  /** Reads any statement; returns what a FROM around it sees of it. */
  statement(
    value: unknown,
    outer: Scope | null,
  ): ReadonlyMap<string, Item['outputs'] extends ReadonlyMap<string, infer V> ? V : never> {
    const found = unwrap(value);
    const none = new Map();
    if (found === null) return none;
    const { kind, node } = found;
    if (kind === 'SelectStmt') return this.#select(node, outer);
    const scope = innerScope(outer);
    this.#ctes(node, scope);
    if (kind === 'InsertStmt') this.#insert(node, scope);
    if (kind === 'UpdateStmt' || kind === 'DeleteStmt') this.#change(kind, node, scope);
    if (kind === 'MergeStmt') this.#merge(node, scope);
    return none;
  }

  #insert(node: Tree, scope: Scope): void {
    this.#write(node, 'insert', []);
    this.statement(node['selectStmt'], scope);
  }

  #change(kind: string, node: Tree, scope: Scope): void {
    const set = listOf(node, 'targetList').flatMap(
      (target) => textOf(as(target, 'ResTarget') ?? {}, 'name') ?? [],
    );
    this.#write(node, kind === 'UpdateStmt' ? 'update' : 'delete', set);
    this.#from(
      [{ RangeVar: node['relation'] }, ...listOf(node, 'fromClause'), ...listOf(node, 'usingClause')],
      scope,
    );
    // A changed row is read whole.
    const [target] = scope.items;
    if (target?.use != null) target.use.needed = null;
    this.#where(node['whereClause'], scope);
    this.#expressions(listOf(node, 'targetList'), scope);
  }

  #merge(node: Tree, scope: Scope): void {
    this.#write(node, 'update', []);
    this.#from([{ RangeVar: node['relation'] }, node['sourceRelation']], scope);
    for (const item of scope.items) if (item.use !== null) item.use.needed = null;
    this.#where(node['joinCondition'], scope);
  }

  #write(node: Tree, kind: 'insert' | 'update' | 'delete', columns: readonly string[]): void {
    const target = as({ RangeVar: node['relation'] }, 'RangeVar');
    const relation = target === null ? null : this.#relation(target);
    if (relation !== null) this.#reading.writes.push({ relation, kind, columns });
  }

  #relation(node: Tree): ReturnType<typeof relationNamed> {
    const [schema, name] = [textOf(node, 'schemaname'), textOf(node, 'relname') ?? ''];
    const relation = relationNamed(this.#catalog, schema, name);
    if (relation === null) this.#reading.missing.add(schema === null ? name : `${schema}.${name}`);
    else this.#reading.relations.add(relation);
    return relation;
  }

  #select(node: Tree, outer: Scope | null): Map<string, ReturnType<typeof resolve>> {
    const scope = innerScope(outer);
    this.#ctes(node, scope);
    if (node['larg'] !== undefined) {
      const first = this.statement({ SelectStmt: node['larg'] }, scope);
      this.statement({ SelectStmt: node['rarg'] }, scope);
      return new Map([...first.keys()].map((name) => [name, null]));
    }
    this.#from(listOf(node, 'fromClause'), scope);
    this.#where(node['whereClause'], scope);
    const targets = listOf(node, 'targetList');
    this.#expressions(
      [targets, node['havingClause'], node['groupClause'], node['sortClause'], node['windowClause']],
      scope,
    );
    this.#order(node, targets, scope);
    return this.#outputs(node, targets, scope);
  }

  #ctes(node: Tree, scope: Scope): void {
    const clause = as({ WithClause: node['withClause'] }, 'WithClause');
    if (clause === null) return;
    for (const entry of listOf(clause, 'ctes')) {
      const cte = as(entry, 'CommonTableExpr') ?? {};
      const alias = textOf(cte, 'ctename') ?? '';
      if (clause['recursive'] === true)
        scope.ctes.set(alias, { alias, schema: null, use: null, outputs: new Map(), open: false });
      const outputs = renamed(this.statement(cte['ctequery'], scope), namesOf(listOf(cte, 'aliascolnames')));
      scope.ctes.set(alias, { alias, schema: null, use: null, outputs, open: true });
    }
  }

  #from(items: readonly unknown[], scope: Scope): void {
    for (const item of items) this.#fromItem(item, scope);
  }

  #fromItem(value: unknown, scope: Scope): void {
    const found = unwrap(value);
    if (found === null) return;
    const { kind, node } = found;
    if (kind === 'RangeVar') this.#table(node, scope);
    else if (kind === 'RangeTableSample') this.#fromItem(node['relation'], scope);
    else if (kind === 'JoinExpr') this.#join(node, scope);
    else if (kind === 'RangeSubselect') {
      const { name, columns } = aliasOf(node);
      const outputs = renamed(
        this.statement(node['subquery'], node['lateral'] === true ? scope : holding(scope)),
        columns,
      );
      scope.items.push({ alias: name ?? '', schema: null, use: null, outputs, open: true });
    } else {
      const { name, columns } = aliasOf(node);
      this.#expressions([node], scope);
      scope.items.push({
        alias: name ?? '',
        schema: null,
        use: null,
        outputs: new Map(columns.map((column) => [column, null])),
        open: false,
      });
    }
  }

  #table(node: Tree, scope: Scope): void {
    const { name, columns } = aliasOf(node);
    const own = textOf(node, 'relname') ?? '';
    const schema = textOf(node, 'schemaname');
    const cte = schema === null ? cteNamed(scope, own) : null;
    const alias = name ?? own;
    if (cte !== null) {
      scope.items.push({ ...cte, alias, outputs: renamed(cte.outputs, columns) });
      return;
    }
    const relation = this.#relation(node);
    if (relation === null) {
      scope.items.push({ alias, schema, use: null, outputs: new Map(), open: false });
    } else if (relation.kind === 'v') {
      scope.items.push({
        alias,
        schema: relation.schema,
        use: null,
        outputs: renamed(this.#view(relation.definition), columns),
        open: true,
      });
    } else {
      const item = useTable(this.#reading, relation, alias, relation.schema);
      scope.items.push({ ...item, outputs: renamed(item.outputs, columns) });
    }
  }

  #view(definition: string | null): Item['outputs'] {
    if (definition === null || this.#views >= DEEPEST_VIEWS) return new Map();
    const parsed = this.#parse(definition);
    if ('refused' in parsed) return new Map();
    this.#views++;
    const outputs = this.statement(parsed.tree, null);
    this.#views--;
    return outputs;
  }

  #join(node: Tree, scope: Scope): void {
    const from = scope.items.length;
    this.#fromItem(node['larg'], scope);
    const middle = scope.items.length;
    this.#fromItem(node['rarg'], scope);
    const [left, right] = [scope.items.slice(from, middle), scope.items.slice(middle)];
    const using = namesOf(listOf(node, 'usingClause'));
    const natural = node['isNatural'] === true ? left.flatMap(({ outputs }) => [...outputs.keys()]) : [];
    for (const name of [...using, ...natural]) {
      const sides = [left, right].map((items) => items.find(({ outputs }) => outputs.has(name)));
      const columns = sides.map((item) => ({
        ColumnRef: { fields: [{ String: { sval: item?.alias ?? '' } }, { String: { sval: name } }] },
      }));
      if (sides.every((item) => item !== undefined))
        this.#where(
          {
            A_Expr: {
              kind: 'AEXPR_OP',
              name: [{ String: { sval: '=' } }],
              lexpr: columns[0],
              rexpr: columns[1],
            },
          },
          scope,
        );
    }
    this.#where(node['quals'], scope);
  }

  #where(value: unknown, scope: Scope): void {
    if (value === undefined) return;
    const read = new Set<unknown>();
    const reader: ConditionReader = {
      scope,
      catalog: this.#catalog,
      subquery: (select) => {
        read.add(select);
        return this.#onlyColumn(this.statement(select, scope));
      },
    };
    readCondition(value, reader);
    this.#expressions([value], scope, read);
  }

  /** The term of a subquery's only column: what IN compares with. */
  #onlyColumn(outputs: Item['outputs']): FoundTerm | null {
    const [entry] = outputs.values();
    if (outputs.size !== 1 || entry == null) return null;
    const { use, column } = entry;
    const scope: Scope = {
      items: [{ alias: '', schema: null, use, outputs: new Map([[column.name, entry]]), open: true }],
      outer: null,
      ctes: new Map(),
    };
    return termOf({ ColumnRef: { fields: [{ String: { sval: column.name } }] } }, scope, this.#catalog);
  }

  /** Marks the columns that expressions read, and reads subqueries that were not read before. */
  #expressions(values: readonly unknown[], scope: Scope, read: ReadonlySet<unknown> = new Set()): void {
    const pending: unknown[] = [...values];
    while (pending.length > 0) {
      const next = pending.pop();
      if (Array.isArray(next)) {
        pending.push(...(next as unknown[]));
        continue;
      }
      if (!isTree(next)) continue;
      const reference = as(next, 'ColumnRef');
      if (reference !== null) this.#mark(listOf(reference, 'fields'), scope);
      const link = as(next, 'SubLink');
      if (link !== null) {
        if (!read.has(link['subselect'])) this.statement(link['subselect'], scope);
        pending.push(link['testexpr']);
        continue;
      }
      if (as(next, 'SelectStmt') !== null) continue;
      pending.push(...Object.values(next));
    }
  }

  #mark(fields: readonly unknown[], scope: Scope): void {
    const names = namesOf(fields);
    if (fields.some((field) => as(field, 'A_Star') !== null)) {
      const items = names.length === 0 ? scope.items : [itemNamed(scope, names.at(-1) ?? '')];
      for (const item of items) markAll(item ?? null);
      return;
    }
    const found = resolve(scope, names);
    if (found !== null) found.use.needed?.add(found.column.name);
    // A table's own name stands for its whole row.
    else if (names.length === 1) markAll(itemNamed(scope, names[0] ?? ''));
  }

  #order(node: Tree, targets: readonly unknown[], scope: Scope): void {
    const limited = node['limitCount'] !== undefined;
    const keys = listOf(node, 'sortClause').map((item) =>
      this.#sortKey(as(item, 'SortBy') ?? {}, targets, scope),
    );
    const use = ofOneUse(keys);
    const folded = node['groupClause'] !== undefined || node['distinctClause'] !== undefined;
    if (use !== null && !folded) {
      use.sort = prefixOf(keys, use);
      use.limited ||= limited && use.sort.length === keys.length;
    }
    const groups = [...listOf(node, 'groupClause'), ...listOf(node, 'distinctClause')].map((item) =>
      termOf(this.#target(item, targets), scope, this.#catalog),
    );
    const [first] = groups;
    if (first != null && groups.every((group) => group?.use === first.use))
      first.use.group = groups.flatMap((group) => group?.term ?? []);
    this.#extremes(node, targets, scope);
  }

  /** min(x) and max(x) alone read one end of an index. */
  #extremes(node: Tree, targets: readonly unknown[], scope: Scope): void {
    const [target] = targets;
    const called = as(target, 'ResTarget')?.['val'];
    const name = calledName(called);
    if (
      targets.length !== 1 ||
      (name !== 'min' && name !== 'max') ||
      node['groupClause'] !== undefined ||
      scope.items.length !== 1
    )
      return;
    const found = termOf(listOf(as(called, 'FuncCall') ?? {}, 'args')[0], scope, this.#catalog);
    if (found === null || found.outer || found.use.sort.length > 0) return;
    found.use.sort = [{ term: found.term, descending: name === 'max', nullsFirst: false }];
    found.use.limited = true;
  }

  #sortKey(node: Tree, targets: readonly unknown[], scope: Scope): { found: FoundTerm; key: SortKey } | null {
    const found = termOf(this.#target(node['node'], targets), scope, this.#catalog);
    if (found === null || found.outer) return null;
    const descending = node['sortby_dir'] === 'SORTBY_DESC';
    const nulls = node['sortby_nulls'];
    const nullsFirst = nulls === 'SORTBY_NULLS_FIRST' || (nulls !== 'SORTBY_NULLS_LAST' && descending);
    return { found, key: { term: found.term, descending, nullsFirst } };
  }

  /** What `ORDER BY 2` and `ORDER BY alias` stand for. */
  #target(value: unknown, targets: readonly unknown[]): unknown {
    const constant = as(value, 'A_Const')?.['ival'];
    if (isTree(constant)) return as(targets[Number(constant['ival'] ?? 0) - 1], 'ResTarget')?.['val'];
    const names = namesOf(listOf(as(value, 'ColumnRef') ?? {}, 'fields'));
    if (names.length !== 1) return value;
    const aliased = targets
      .map((target) => as(target, 'ResTarget') ?? {})
      .find((target) => target['name'] === names[0]);
    return aliased?.['val'] ?? value;
  }

  #outputs(node: Tree, targets: readonly unknown[], scope: Scope): Map<string, ReturnType<typeof resolve>> {
    const closed = ['groupClause', 'distinctClause', 'limitCount', 'limitOffset', 'windowClause'].some(
      (field) => node[field] !== undefined,
    );
    const outputs = new Map<string, ReturnType<typeof resolve>>();
    targets.forEach((target, at) => {
      const { val, name } = (as(target, 'ResTarget') ?? {}) as { val?: unknown; name?: unknown };
      const fields = listOf(as(val, 'ColumnRef') ?? {}, 'fields');
      if (fields.some((field) => as(field, 'A_Star') !== null)) {
        const names = namesOf(fields);
        const items =
          names.length === 0 ? scope.items : scope.items.filter(({ alias }) => alias === names.at(-1));
        for (const item of items)
          for (const [column, found] of item.outputs)
            outputs.set(column, closed || found === null ? null : { ...found, outer: false });
        return;
      }
      const column =
        typeof name === 'string' ? name : (namesOf(fields).at(-1) ?? calledName(val) ?? `?${String(at)}`);
      outputs.set(column, closed || fields.length === 0 ? null : resolve(scope, namesOf(fields)));
    });
    return outputs;
  }
}

/** A level around the subqueries of FROM that are not LATERAL: they see the CTEs beside them, and no tables. */
function holding(scope: Scope): Scope {
  return { items: [], outer: scope.outer, ctes: scope.ctes };
}

function renamed(outputs: Item['outputs'], names: readonly string[]): Item['outputs'] {
  if (names.length === 0) return outputs;
  return new Map([...outputs].map(([name, found], at) => [names[at] ?? name, found]));
}

function markAll(item: Item | null): void {
  if (item?.use != null) item.use.needed = null;
  else for (const found of item?.outputs.values() ?? []) found?.use.needed?.add(found.column.name);
}

function ofOneUse(keys: readonly ({ found: FoundTerm } | null)[]): OpenUse | null {
  return keys[0]?.found.use ?? null;
}

function prefixOf(keys: readonly ({ found: FoundTerm; key: SortKey } | null)[], use: OpenUse): SortKey[] {
  const end = keys.findIndex((key) => key?.found.use !== use);
  return keys.slice(0, end < 0 ? keys.length : end).flatMap((key) => key?.key ?? []);
}
