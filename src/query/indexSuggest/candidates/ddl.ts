import { quoteIdentifier } from '../../../core/identifier.js';
import { tokensOf } from '../../plan/tokens.js';
import { type Candidate, definitionSql } from './candidate.js';
import { type Catalog, type Relation } from '../catalog/catalog.js';
import { servedBy } from './served.js';

/** Bytes of a name. Source: NAMEDATALEN. */
const LONGEST_NAME = 63;

/** Names of indexes that are taken, or will be by what was suggested before. */
export type Names = Set<string>;

/**
 * The statements that build an index, in order, one a line, none of which blocks writers for long. A partitioned table
 * cannot be indexed CONCURRENTLY: its index is made empty, and those of the partitions are built and attached.
 */
export function ddlOf(one: Candidate, catalog: Catalog, names: Names): string {
  const lines =
    one.relation.kind === 'p'
      ? partitioned(one, one.relation, catalog, names).lines
      : [concurrently(one, one.relation, nameFor(one, one.relation, names))];
  return lines.map(onOneLine).join('\n');
}

function concurrently(one: Candidate, relation: Relation, name: string): string {
  return `CREATE INDEX CONCURRENTLY ${quoteIdentifier(name)} ON ${qualified(relation.schema, relation.name)} ${definitionSql(one)};`;
}

function partitioned(
  one: Candidate,
  parent: Relation,
  catalog: Catalog,
  names: Names,
): { name: string; lines: string[] } {
  const name = nameFor(one, parent, names);
  const lines = [
    `CREATE INDEX ${quoteIdentifier(name)} ON ONLY ${qualified(parent.schema, parent.name)} ${definitionSql(one)};`,
  ];
  for (const oid of parent.partitions) {
    const child = catalog.relations.get(oid);
    if (child === undefined || child.kind === 'f') continue;
    const built = child.kind === 'p' ? partitioned(one, child, catalog, names) : leaf(one, child, names);
    lines.push(
      ...built.lines,
      `ALTER INDEX ${qualified(parent.schema, name)} ATTACH PARTITION ${qualified(child.schema, built.name)};`,
    );
  }
  return { name, lines };
}

/** A partition that has the very index already gives it. */
function leaf(one: Candidate, child: Relation, names: Names): { name: string; lines: string[] } {
  const existing = servedBy({ ...one, relation: child });
  const same =
    existing !== null &&
    existing.keys.length === one.keys.length &&
    existing.include.length === one.include.length &&
    !existing.unique &&
    existing.predicate === null;
  if (same) return { name: existing.name, lines: [] };
  const name = nameFor(one, child, names);
  return { name, lines: [concurrently(one, child, name)] };
}

function qualified(schema: string, name: string): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** table_columns_idx, as PostgreSQL would call it; with a number where that is taken. */
function nameFor({ keys }: Candidate, { schema, name }: Relation, names: Names): string {
  const words = keys.map(({ term }) => term.column?.name ?? `${term.columns.join('_')}_expr`);
  for (let number = 0; ; number++) {
    const end = `_idx${number === 0 ? '' : String(number)}`;
    const made = `${cut([name, ...words].join('_'), LONGEST_NAME - end.length)}${end}`;
    const taken = `${schema}.${made}`;
    if (names.has(taken)) continue;
    names.add(taken);
    return made;
  }
}

function cut(text: string, bytes: number): string {
  let kept = '';
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > bytes) break;
    kept += character;
  }
  return kept;
}

/** Every index name that is known to be taken. */
export function takenNames(catalog: Catalog): Names {
  return new Set(
    [...catalog.relations.values()].flatMap(({ schema, name, indexes }) => [
      `${schema}.${name}`,
      ...indexes.map((index) => `${schema}.${index.name}`),
    ]),
  );
}

/** Names and texts with line breaks in them, written with escapes. */
function onOneLine(sql: string): string {
  if (!/[\n\r]/.test(sql)) return sql;
  return [...tokensOf(sql)].reverse().reduce((written, { kind, value, start, end }) => {
    if (!/[\n\r]/.test(written.slice(start, end))) return written;
    const escaped =
      kind === 'quoted'
        ? `U&"${escapes(value.replaceAll('\\', '\\\\').replaceAll('"', '""'), '\\000')}"`
        : asEscapeString(value);
    return written.slice(0, start) + escaped + written.slice(end);
  }, sql);
}

function escapes(text: string, before: string): string {
  return text.replaceAll('\n', `${before}A`).replaceAll('\r', `${before}D`);
}

function asEscapeString(literal: string): string {
  const escaped = literal.startsWith('E') ? literal : `E${literal.replaceAll('\\', '\\\\')}`;
  return escaped.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
