import {
  Array as array,
  Boolean as boolean,
  Enum,
  Integer,
  Null,
  Number as number,
  Object as object,
  Optional,
  String as string,
  Union,
  Unsafe,
  type TEnum,
  type TNull,
  type TObject,
  type TProperties,
  type TSchema,
  type Static,
  type TUnion,
  type TUnsafe,
} from 'typebox';

/**
 * The one place that imports the schema builder. A schema written here gives the TypeScript type (Static), the
 * committed JSON Schema and the run-time check; `closed` objects refuse keys that nobody documented.
 */
export type { Static, TObject, TProperties, TSchema } from 'typebox';

/** What of the builder is used. Named one by one, because the whole of it costs every start 230 kB of parsing. */
export const Type = {
  Array: array,
  Boolean: boolean,
  Enum,
  Integer,
  Null,
  Number: number,
  Object: object,
  Optional,
  String: string,
  Union,
};

const closed = { additionalProperties: false } as const;

/** An object with exactly these properties. */
export function closedObject<P extends TProperties>(properties: P, description?: string): TObject<P> {
  return Type.Object(properties, { ...closed, ...(description === undefined ? {} : { description }) });
}

/** `schema`, or null for "this server cannot tell". The description moves up, so that readers see it once. */
export function nullable<S extends TSchema>(schema: S): TUnion<[S, TNull]> {
  const { description, ...rest } = schema as S & { description?: string };
  return Type.Union([rest as unknown as S, Type.Null()], description === undefined ? {} : { description });
}

/** One of these strings. */
export function oneOf<const T extends readonly string[]>(values: T, description?: string): TEnum<[...T]> {
  return Type.Enum([...values], description === undefined ? {} : { description }) as TEnum<[...T]>;
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
    return Unsafe({ type: 'object', description, ...named });
  }
  return Unsafe({ type: 'object', description, ...(values === undefined ? {} : { additionalProperties: values }) });
}
