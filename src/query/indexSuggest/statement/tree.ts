/** A node of the grammar's tree, as protobuf's JSON writes it: fields that have their default value are missing. */
export type Tree = Readonly<Record<string, unknown>>;

/** Whether a value is a node. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The kind of a wrapped node (`{"ColumnRef": {…}}`) and its fields; null for anything else. */
export function unwrap(value: unknown): { readonly kind: string; readonly node: Tree } | null {
  if (!isTree(value)) return null;
  const [entry] = Object.entries(value);
  return entry !== undefined && isTree(entry[1]) ? { kind: entry[0], node: entry[1] } : null;
}

/** The fields of a node if it is of that kind. */
export function as(value: unknown, kind: string): Tree | null {
  const found = unwrap(value);
  return found?.kind === kind ? found.node : null;
}

/** A field that is a list. */
export function listOf(node: Tree, field: string): readonly unknown[] {
  const value = node[field];
  return Array.isArray(value) ? value : [];
}

/** A field that is a text. */
export function textOf(node: Tree, field: string): string | null {
  const value = node[field];
  return typeof value === 'string' ? value : null;
}

/** The texts of a list of String nodes, such as a name's parts; what is no String is left out. */
export function namesOf(list: readonly unknown[]): string[] {
  return list.flatMap((item) => textOf(as(item, 'String') ?? {}, 'sval') ?? []);
}

/** The value of a constant as text; undefined for what is no constant, null for NULL. */
export function constantOf(value: unknown): string | null | undefined {
  const cast = as(value, 'TypeCast');
  if (cast !== null) return constantOf(cast['arg']);
  const constant = as(value, 'A_Const');
  if (constant === null) return undefined;
  if (constant['isnull'] === true) return null;
  const { ival, fval, sval, boolval } = constant;
  if (isTree(ival)) return String(Number(ival['ival'] ?? 0));
  if (isTree(fval)) return textOf(fval, 'fval') ?? undefined;
  if (isTree(sval)) return textOf(sval, 'sval') ?? '';
  if (isTree(boolval)) return boolval['boolval'] === true ? 'true' : 'false';
  return undefined;
}
