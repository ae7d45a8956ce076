import type { TSchema } from '../core/schema.js';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = Record<string, Json>;

/** Shapes shorter than this are easier to read where they stand. */
const LEAST_SHARED_LENGTH = 200;

/**
 * A schema as the JSON document that is committed: without the builder's own marks, with an `$id`, and with shapes
 * that occur several times (the rows of a section and of its two samples) written once, under `$defs`.
 */
export function schemaDocument(schema: TSchema, id: string, title: string): JsonObject {
  const plain = plainSchema(schema);
  const shared = sharedShapes(plain);
  const inside = (shape: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, withReferences(value, shared)]));
  const definitions = [...shared].map(
    ([text, name]) => [name, inside(JSON.parse(text) as JsonObject)] as const,
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    title,
    ...inside(plain),
    ...(definitions.length === 0 ? {} : { $defs: Object.fromEntries(definitions) }),
  };
}

/** The schema as JSON, with null as a type or value among others where the builder writes a union. */
export function plainSchema(schema: TSchema): JsonObject {
  return joinNulls(JSON.parse(JSON.stringify(schema)) as JsonObject) as JsonObject;
}

/** `anyOf: [X, null]` → X that may be null: the same meaning, and a validator's complaint names one place, not three. */
function joinNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(joinNulls);
  if (!isObject(value)) return value;
  const joined = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, joinNulls(item)]));
  const { anyOf, ...rest } = joined;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return joined;
  const [shape, nothing] = anyOf;
  if (!isObject(shape) || !isObject(nothing) || nothing['type'] !== 'null') return joined;
  if (Array.isArray(shape['enum'])) return { ...shape, enum: [...shape['enum'], null], ...rest };
  return typeof shape['type'] === 'string' ? { ...shape, type: [shape['type'], 'null'], ...rest } : joined;
}

/** Text of each object shape that occurs more than once → its name, the path where it occurs first. */
function sharedShapes(schema: JsonObject): Map<string, string> {
  const seen = new Map<string, { name: string; count: number }>();
  visit(schema, [], (shape, path) => {
    const text = JSON.stringify(shape);
    if (path.length === 0 || text.length < LEAST_SHARED_LENGTH) return true;
    const found = seen.get(text) ?? { name: path.join('.'), count: 0 };
    seen.set(text, { ...found, count: found.count + 1 });
    // What is inside a shape that was seen before goes with it, and is not counted again.
    return found.count === 0;
  });
  return new Map([...seen].filter(([, { count }]) => count > 1).map(([text, { name }]) => [text, name]));
}

/**
 * Calls `found` for every shape, with the path that leads to it (names of properties, `items` of an array), and goes
 * into the shape if that says so.
 */
function visit(
  value: Json,
  path: readonly string[],
  found: (shape: JsonObject, path: readonly string[]) => boolean,
): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, path, found);
  } else if (isObject(value)) {
    if (('type' in value || 'enum' in value) && !found(value, path)) return;
    for (const [key, item] of Object.entries(value)) {
      if (key !== 'properties' || !isObject(item)) visit(item, [...path, key], found);
      else for (const [name, property] of Object.entries(item)) visit(property, [...path, name], found);
    }
  }
}

function withReferences(value: Json, shared: ReadonlyMap<string, string>): Json {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, shared));
  if (!isObject(value)) return value;
  const name = shared.get(JSON.stringify(value));
  if (name !== undefined) return { $ref: `#/$defs/${name}` };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withReferences(item, shared)]));
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
