/** A node of a plan, as PostgreSQL writes it: which keys there are depends on the node's type and the version. */
export type RawNode = Readonly<Record<string, unknown>>;

/** What EXPLAIN (FORMAT JSON) answers: an array of one. */
export type PlanDocument = readonly PlanStatement[];

/** The plan of one statement. */
export type PlanStatement = Readonly<Record<string, unknown>> & { readonly Plan: RawNode };

/** A queryid is wider than what JSON numbers hold exactly; in a string the quotes before it would be escaped. */
const QUERY_IDENTIFIER = /("Query Identifier": ?)(-?\d+)/;

/** The answer of EXPLAIN (FORMAT JSON). @throws SyntaxError, or Error when it is none: a bug */
export function parsePlan(text: string): PlanDocument {
  const document = asPlanDocument(JSON.parse(text.replace(QUERY_IDENTIFIER, '$1"$2"')));
  if (document === null) throw new Error('EXPLAIN answered something that is no plan');
  return document;
}

/** A JSON value as a plan; null when it is none. EXPLAIN's own array, or the object in it. */
export function asPlanDocument(value: unknown): PlanDocument | null {
  const statements: readonly unknown[] = Array.isArray(value) ? value : [value];
  const [first] = statements;
  return isObject(first) && isObject(first['Plan']) ? [first as PlanStatement] : null;
}

/** Whether a value is an object with keys. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
