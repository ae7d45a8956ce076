import type { TSchema } from './schema.js';

/** The keywords of a schema that hold other schemas, as far as ours use them. */
interface Shape {
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly additionalProperties?: boolean | TSchema;
  readonly items?: TSchema;
  readonly anyOf?: readonly TSchema[];
}

/** The schema of a document that may grow, as that of an answer, which says all that is in it: every object is closed. */
export function closed<S extends TSchema>(schema: S): S {
  const { properties, additionalProperties: others, items, anyOf } = schema as Shape;
  return {
    ...schema,
    ...(properties === undefined
      ? {}
      : { properties: mapped(properties, closed), additionalProperties: false }),
    ...(properties === undefined && isSchema(others) ? { additionalProperties: closed(others) } : {}),
    ...(items === undefined ? {} : { items: closed(items) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(closed) }),
  };
}

/** Of a value what its schema names: what a newer version has put beside it is left out. */
export function knownOf(schema: TSchema, value: unknown): unknown {
  const { properties, additionalProperties: others, items, anyOf } = schema as Shape;
  if (value === null || typeof value !== 'object') return value;
  if (anyOf?.[0] !== undefined) return knownOf(anyOf[0], value);
  if (Array.isArray(value)) {
    const each = items === undefined || !holdsNames(items) ? null : items;
    return each === null ? value : value.map((item: unknown) => knownOf(each, item));
  }
  const entries = Object.entries(value);
  if (properties !== undefined) {
    const known = entries.flatMap(([name, inner]) => {
      const of = properties[name];
      return of === undefined ? [] : [[name, knownOf(of, inner)] as const];
    });
    return Object.fromEntries(known);
  }
  return isSchema(others)
    ? Object.fromEntries(entries.map(([name, inner]) => [name, knownOf(others, inner)]))
    : value;
}

function holdsNames(schema: TSchema): boolean {
  return 'properties' in schema || 'anyOf' in schema || isSchema((schema as Shape).additionalProperties);
}

function isSchema(value: boolean | TSchema | undefined): value is TSchema {
  return typeof value === 'object';
}

function mapped(
  schemas: Readonly<Record<string, TSchema>>,
  change: (schema: TSchema) => TSchema,
): Record<string, TSchema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, change(schema)]));
}
