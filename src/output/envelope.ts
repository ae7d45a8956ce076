import type { PgdbaError } from '../core/errors.js';
import type { Static } from '../core/schema.js';
import type { clusterSchema, envelopeSchema, errorSchema, warningSchema } from './envelopeSchema.js';

export type Envelope = Static<typeof envelopeSchema>;
export type ClusterInfo = Static<typeof clusterSchema>;
export type Warning = Static<typeof warningSchema>;
export type Cost = Envelope['meta']['cost'];
export type Data = Record<string, unknown>;

/** An error as the envelope shows it. */
export function errorObject(error: PgdbaError): Static<typeof errorSchema> {
  return {
    code: error.code,
    message: error.message,
    hint: error.hint,
    retryable: error.retryable,
    ...(error.sqlstate === undefined ? {} : { sqlstate: error.sqlstate }),
    ...(error.details === undefined ? {} : { details: { ...error.details } }),
  };
}
