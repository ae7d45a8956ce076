import type {
  Static,
  TArray,
  TBoolean,
  TEnum,
  TInteger,
  TNull,
  TNumber,
  TObject,
  TOptional,
  TProperties,
  TSchema,
  TString,
  TUnion,
  TUnsafe,
} from 'typebox';

/**
 * Schemas of what pgdba reads and writes. They have TypeBox's types, so that a TypeScript type is inferred from each
 * (Static), and are plain JSON Schema objects at run time: TypeBox's own builder would cost every start 4 MiB and
 * 5 ms, because each section's columns are read from its schema (docs/adr/0001).
 */
export type { Static, TObject, TProperties, TSchema } from 'typebox';

/** Keywords that annotate or narrow a schema. */
type Keywords = Readonly<Record<string, unknown>>;

/** Marks a property that an object may lack; a symbol, so that it is no part of the document. */
const OPTIONAL = Symbol('optional');

/** The builder: one function per JSON Schema type, named as TypeBox names them. */
export const Type = {
  String: (keywords: Keywords = {}): TString => ({ type: 'string', ...keywords }) as TString,
  Number: (keywords: Keywords = {}): TNumber => ({ type: 'number', ...keywords }) as TNumber,
  Integer: (keywords: Keywords = {}): TInteger => ({ type: 'integer', ...keywords }) as TInteger,
  Boolean: (keywords: Keywords = {}): TBoolean => ({ type: 'boolean', ...keywords }) as TBoolean,
  Null: (): TNull => ({ type: 'null' }) as TNull,
  Array: <S extends TSchema>(items: S, keywords: Keywords = {}): TArray<S> =>
    ({ type: 'array', items, ...keywords }) as unknown as TArray<S>,
  Optional: <S extends TSchema>(schema: S): TOptional<S> =>
    ({ ...schema, [OPTIONAL]: true }) as unknown as TOptional<S>,
};

/** An object with exactly these properties; all but the optional ones are required. */
export function closedObject<P extends TProperties>(properties: P, description?: string): TObject<P> {
  const required = Object.keys(properties).filter((name) => !(OPTIONAL in (properties[name] ?? {})));
  return {
    type: 'object',
    required,
    properties,
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  } as unknown as TObject<P>;
}

/** An object with these properties and whatever else a newer version of the program that it comes from puts beside them. */
export function growingObject<P extends TProperties>(properties: P, description?: string): TObject<P> {
  return { ...closedObject(properties, description), additionalProperties: true } as TObject<P>;
}

/** `schema`, or null for "this server cannot tell". The description moves up, so that readers see it once. */
export function nullable<S extends TSchema>(schema: S): TUnion<[S, TNull]> {
  const { description, ...rest } = schema as S & { description?: string };
  return {
    anyOf: [rest, Type.Null()],
    ...(description === undefined ? {} : { description }),
  } as unknown as TUnion<[S, TNull]>;
}

/** One of these strings. */
export function oneOf<const T extends readonly string[]>(values: T, description?: string): TEnum<[...T]> {
  return { enum: [...values], ...(description === undefined ? {} : { description }) } as unknown as TEnum<
    [...T]
  >;
}

/** The shape that stands at another place of the same document, by its JSON pointer: what holds others like itself. */
export function shapeAt(pointer: string): TSchema {
  return { $ref: `#${pointer}` };
}

/** A plain value that JSON can write: text, number, yes or no, nothing. */
export function scalar(description: string): TUnsafe<string | number | boolean | null> {
  const types = ['string', 'number', 'boolean', 'null'];
  return { anyOf: types.map((type) => ({ type })), description } as unknown as TUnsafe<
    string | number | boolean | null
  >;
}

/** An array of anything. */
export function openList(description: string): TUnsafe<unknown[]> {
  return { type: 'array', description } as unknown as TUnsafe<unknown[]>;
}

/** The properties, each of which may be left out. */
export function optionalAll<P extends TProperties>(properties: P): { [K in keyof P]: TOptional<P[K]> } {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)]),
  ) as { [K in keyof P]: TOptional<P[K]> };
}

/** An object of any keys, each with a value of the given schema (or any value). */
export function openObject(description: string): TUnsafe<Record<string, unknown>>;
export function openObject<S extends TSchema>(
  description: string,
  values: S,
  namePattern?: string,
): TUnsafe<Record<string, Static<S>>>;
export function openObject(
  description: string,
  values?: TSchema,
  namePattern?: string,
): TUnsafe<Record<string, unknown>> {
  if (namePattern !== undefined) {
    const named = { patternProperties: { [namePattern]: values }, additionalProperties: false };
    return { type: 'object', description, ...named } as unknown as TUnsafe<Record<string, unknown>>;
  }
  return {
    type: 'object',
    description,
    ...(values === undefined ? {} : { additionalProperties: values }),
  } as unknown as TUnsafe<Record<string, unknown>>;
}
