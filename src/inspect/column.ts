import { nullable, Type, type TSchema } from '../core/schema.js';

/**
 * The columns of a section's row. Every column is nullable: null says "this server, or this role, cannot tell".
 * `x-kind` drives decoding (src/inspect/decode.ts), deltas (src/inspect/delta.ts) and masking; it is part of the
 * committed JSON Schema, so callers can read it too.
 *
 * - `key`: tells rows apart; rows of two samples are joined on all keys
 * - `counter`: grows until a reset; a delta turns it into `<name>_per_s`
 * - `gauge`: a number that is what it is at that moment
 * - `label`: a word or text, kept from the second sample
 * - `id`: an identifier wider than 2^53 (queryid, LSN, xid): a string
 * - `flag`: a boolean
 * - `time`: ISO 8601 UTC
 * - `document`: JSON made by the server
 * - `query`: query text; passwords in it are always masked, other literals with --redact-literals
 * - `setting`: a setting's value; masked where the setting holds a conninfo or a secret
 */
export type ColumnKind =
  'key' | 'counter' | 'gauge' | 'label' | 'id' | 'flag' | 'time' | 'document' | 'query' | 'setting';

function annotated<S extends TSchema>(schema: S, kind: ColumnKind, description: string) {
  return { ...nullable(schema), 'x-kind': kind, description };
}

/** A column that identifies the row, a string; see {@link ColumnKind}. */
export const key = (description: string) => annotated(Type.String(), 'key', description);
/** A column that identifies the row, a number such as an oid or pid. */
export const numberKey = (description: string) => annotated(Type.Number(), 'key', description);
/** A column that helps to identify the row, a boolean. */
export const flagKey = (description: string) => annotated(Type.Boolean(), 'key', description);
/** A cumulative number; its unit is in the column's name. */
export const counter = (description: string) => annotated(Type.Number(), 'counter', description);
/** A number of that moment; its unit is in the column's name. */
export const gauge = (description: string) => annotated(Type.Number(), 'gauge', description);
/** A word or text. */
export const label = (description: string) => annotated(Type.String(), 'label', description);
/** An identifier that may exceed 2^53, as a string. */
export const id = (description: string) => annotated(Type.String(), 'id', description);
/** A boolean. */
export const flag = (description: string) => annotated(Type.Boolean(), 'flag', description);
/** A timestamptz, as ISO 8601 UTC. */
export const time = (description: string) => annotated(Type.String(), 'time', description);
/** A JSON value of the given shape; the SQL returns it as json or jsonb. */
export const document = <S extends TSchema>(shape: S, description: string) =>
  annotated(shape, 'document', description);
/** A query text, masked before anybody sees it. */
export const query = (description: string) => annotated(Type.String(), 'query', description);
/** A setting's value, masked by the setting's name (column `name` of the same row). */
export const setting = (description: string) => annotated(Type.String(), 'setting', description);
