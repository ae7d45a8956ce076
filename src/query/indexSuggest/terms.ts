import { quoteIdentifier } from '../../core/identifier.js';
import type { Catalog } from './catalog.js';
import { resolve, type OpenUse, type Scope } from './scope.js';
import { as, constantOf, isTree, listOf, namesOf, textOf, unwrap } from './tree.js';
import type { Term } from './usage.js';

/** A term and the table use that it is of. */
export interface FoundTerm {
  readonly use: OpenUse;
  readonly term: Term;
  readonly outer: boolean;
}

/** What functions give that are known to be of another kind than their argument. */
const CATEGORIES: Readonly<Record<string, string>> = {
  lower: 'S',
  upper: 'S',
  btrim: 'S',
  ltrim: 'S',
  rtrim: 'S',
  md5: 'S',
  substring: 'S',
  substr: 'S',
  left: 'S',
  right: 'S',
  length: 'N',
  abs: 'N',
  floor: 'N',
  ceil: 'N',
  round: 'N',
  date_part: 'N',
  extract: 'N',
  date_trunc: 'D',
  date: 'D',
};

/** The types whose casts to each other are immutable: they depend on no setting. */
const STABLE_CASTS = new Set(['D', 'T']);

interface Printed {
  readonly sql: string;
  readonly use: OpenUse | null;
  readonly columns: readonly string[];
  readonly category: string;
  readonly type: string;
  readonly outer: boolean;
}

/**
 * The term that an expression is: a column, or what an index of one table can hold. null when it is neither: it has a
 * parameter, spans tables, or may not be immutable.
 */
export function termOf(value: unknown, scope: Scope, catalog: Catalog): FoundTerm | null {
  const reference = as(value, 'ColumnRef');
  if (reference !== null) {
    const found = resolve(scope, namesOf(listOf(reference, 'fields')));
    if (found === null || listOf(reference, 'fields').some((field) => as(field, 'A_Star') !== null))
      return null;
    const { use, column, outer } = found;
    const term = {
      sql: quoteIdentifier(column.name),
      column,
      columns: [column.name],
      category: column.category,
    };
    return { use, outer, term };
  }
  const printed = print(value, scope, catalog);
  if (printed?.use == null) return null;
  const { sql, use, columns, category, outer } = printed;
  return { use, outer, term: { sql, column: null, columns, category } };
}

function print(value: unknown, scope: Scope, catalog: Catalog): Printed | null {
  const found = unwrap(value);
  if (found === null) return null;
  switch (found.kind) {
    case 'ColumnRef':
      return printColumn(value, scope, catalog);
    case 'A_Const':
      return printConstant(value);
    case 'FuncCall':
      return printCall(found.node, scope, catalog);
    case 'A_Expr':
      return printOperator(found.node, scope, catalog);
    case 'TypeCast':
      return printCast(found.node, scope, catalog);
    case 'CoalesceExpr':
      return joined(
        listOf(found.node, 'args').map((item) => print(item, scope, catalog)),
        (parts) => `COALESCE(${parts.join(', ')})`,
      );
    default:
      return null;
  }
}

function printColumn(value: unknown, scope: Scope, catalog: Catalog): Printed | null {
  const found = termOf(value, scope, catalog);
  if (found?.term.column == null) return null;
  const { use, outer, term } = found;
  return {
    sql: term.sql,
    use,
    columns: term.columns,
    category: term.category,
    type: term.column?.base ?? '',
    outer,
  };
}

function printConstant(value: unknown): Printed | null {
  const constant = as(value, 'A_Const') ?? {};
  const text = constantOf(value);
  if (text === undefined || text === null) return null;
  const quoted = 'sval' in constant;
  return {
    sql: quoted ? quoteLiteral(text) : text,
    use: null,
    columns: [],
    category: quoted ? 'X' : 'boolval' in constant ? 'B' : 'N',
    type: quoted ? 'unknown' : 'integer',
    outer: false,
  };
}

/** A text as an SQL literal that reads the same whatever standard_conforming_strings says. */
export function quoteLiteral(text: string): string {
  const doubled = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${doubled.replaceAll('\\', '\\\\')}'` : `'${doubled}'`;
}

/** Only plain calls of functions whose every overload with these arguments is immutable. */
function printCall(node: Readonly<Record<string, unknown>>, scope: Scope, catalog: Catalog): Printed | null {
  const names = namesOf(listOf(node, 'funcname'));
  const name = names.at(-1) ?? '';
  const plain = [
    'agg_star',
    'agg_distinct',
    'agg_order',
    'agg_filter',
    'over',
    'func_variadic',
    'agg_within_group',
  ].every((field) => node[field] === undefined);
  const args = listOf(node, 'args').map((item) => print(item, scope, catalog));
  const types = args.map((arg) => arg?.type ?? '');
  const immutable = catalog.functions.some(
    (known) =>
      known.name === name &&
      known.arguments === args.length &&
      known.argument_types.every((type, at) => accepts(type, types[at] ?? '')),
  );
  if (!plain || !immutable) return null;
  const schema = names.length > 1 && names[0] !== 'pg_catalog' ? `${quoteIdentifier(names[0] ?? '')}.` : '';
  const written = joined(args, (parts) => `${schema}${quoteIdentifier(name)}(${parts.join(', ')})`);
  return written === null
    ? null
    : {
        ...written,
        category: CATEGORIES[name] ?? written.category,
        type: name === 'date_trunc' ? written.type : 'text',
      };
}

const TEXTS = new Set(['text', 'character varying', 'character', 'name', 'unknown']);
const NUMBERS = new Set(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision']);

/** Whether a parameter of a function takes an argument of that type, without a cast that is not immutable. */
function accepts(parameter: string, argument: string): boolean {
  if (parameter === argument || parameter.startsWith('any')) return true;
  if (argument === 'unknown') return parameter === 'text';
  return (TEXTS.has(parameter) && TEXTS.has(argument)) || (NUMBERS.has(parameter) && NUMBERS.has(argument));
}

const OPERATORS: Readonly<Record<string, string>> = {
  '->>': 'S',
  '#>>': 'S',
  '->': 'U',
  '#>': 'U',
  '+': '',
  '-': '',
  '*': '',
  '/': '',
  '%': '',
  '||': 'S',
};

function printOperator(
  node: Readonly<Record<string, unknown>>,
  scope: Scope,
  catalog: Catalog,
): Printed | null {
  const [operator = ''] = namesOf(listOf(node, 'name'));
  if (node['kind'] !== 'AEXPR_OP' || OPERATORS[operator] === undefined || node['lexpr'] === undefined)
    return null;
  const sides = [print(node['lexpr'], scope, catalog), print(node['rexpr'], scope, catalog)];
  // Sums of times depend on the time zone; what text || anything makes is stable, but for texts.
  if (sides.some((side) => side !== null && STABLE_CASTS.has(side.category))) return null;
  if (
    operator === '||' &&
    sides.some((side) => side !== null && side.category !== 'S' && side.category !== 'X')
  )
    return null;
  const written = joined(sides, (parts) => `(${parts.join(` ${operator} `)})`);
  const category = OPERATORS[operator] ?? '';
  const type = category === 'S' ? 'text' : category === 'U' ? 'jsonb' : (written?.type ?? '');
  return written === null
    ? null
    : { ...written, category: category === '' ? written.category : category, type };
}

const CAST_TARGETS: Readonly<Record<string, readonly [type: string, category: string]>> = {
  text: ['text', 'S'],
  varchar: ['character varying', 'S'],
  int2: ['smallint', 'N'],
  int4: ['integer', 'N'],
  int8: ['bigint', 'N'],
  numeric: ['numeric', 'N'],
  float8: ['double precision', 'N'],
  date: ['date', 'D'],
  uuid: ['uuid', 'U'],
  jsonb: ['jsonb', 'U'],
  bool: ['boolean', 'B'],
};

/** Casts that no setting changes: between numbers and texts, a timestamp (without zone) to its date. */
function printCast(node: Readonly<Record<string, unknown>>, scope: Scope, catalog: Catalog): Printed | null {
  const inner = print(node['arg'], scope, catalog);
  const type = as({ TypeName: node['typeName'] }, 'TypeName') ?? {};
  const target = CAST_TARGETS[namesOf(listOf(type, 'names')).at(-1) ?? ''];
  if (
    inner === null ||
    target === undefined ||
    listOf(type, 'typmods').length > 0 ||
    listOf(type, 'arrayBounds').length > 0
  )
    return null;
  const [name, category] = target;
  const immutable =
    inner.category === 'X' ||
    name === inner.type ||
    (name === 'date'
      ? inner.type === 'timestamp without time zone'
      : ['S', 'N', 'B'].includes(inner.category) || inner.type === 'uuid' || inner.type === 'jsonb');
  if (!immutable || (name === 'date' && inner.category === 'S')) return null;
  return { ...inner, sql: `(${inner.sql})::${name}`, category, type: name };
}

function joined(parts: readonly (Printed | null)[], write: (parts: string[]) => string): Printed | null {
  const known = parts.filter((part) => part !== null);
  const uses = new Set(known.flatMap(({ use }) => use ?? []));
  if (known.length < parts.length || uses.size > 1) return null;
  const [use] = uses;
  const first = known.find((part) => part.use !== null) ?? known[0];
  return {
    sql: write(known.map(({ sql }) => sql)),
    use: use ?? null,
    columns: [...new Set(known.flatMap(({ columns }) => columns))],
    category: first?.category ?? 'U',
    type: first?.type ?? '',
    outer: known.some(({ outer }) => outer),
  };
}

/** Functions of PostgreSQL’s own with another value for every row: no index finds it. */
const VOLATILE = new Set([
  'random',
  'random_normal',
  'gen_random_uuid',
  'uuidv7',
  'clock_timestamp',
  'timeofday',
  'nextval',
  'currval',
  'setval',
  'pg_sleep',
]);

/** Whether a value holds nothing of the level’s tables: constants, parameters, and calls and casts of those. */
export function isFixed(value: unknown, scope: Scope): boolean {
  const pending: unknown[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (Array.isArray(next)) pending.push(...(next as unknown[]));
    else if (isTree(next)) {
      const reference = as(next, 'ColumnRef');
      if (as(next, 'SubLink') !== null) return true;
      if (VOLATILE.has(calledName(next) ?? '')) return false;
      if (reference !== null) {
        const found = resolve(scope, namesOf(listOf(reference, 'fields')));
        if (found?.outer !== true) return false;
      }
      pending.push(...Object.values(next));
    }
  }
  return true;
}

/** The name of the only function called, such as count; null for anything else. */
export function calledName(value: unknown): string | null {
  const call = as(value, 'FuncCall');
  return call === null ? null : (namesOf(listOf(call, 'funcname')).at(-1) ?? null);
}

/** The alias of a FROM item, and of its columns. */
export function aliasOf(node: Readonly<Record<string, unknown>>): { name: string | null; columns: string[] } {
  const alias = as({ Alias: node['alias'] }, 'Alias');
  if (alias === null) return { name: null, columns: [] };
  return { name: textOf(alias, 'aliasname'), columns: namesOf(listOf(alias, 'colnames')) };
}
