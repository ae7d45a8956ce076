import { growingObject, nullable, oneOf, Type, type Static } from '../core/schema.js';
import { momentSchema, type Baseline } from './document.js';
import { GROUPS } from './groups.js';

export const HEAD_VERSION = 'pgdba.baseline-head/1';

/**
 * What is known of a stored baseline without opening it: a small file beside each document, made of it alone and made
 * anew when it is missing.
 */
export const headSchema = growingObject({
  schema: oneOf([HEAD_VERSION]),
  id: Type.String({ description: 'UUID' }),
  label: nullable(Type.String()),
  created_at: Type.String({ description: 'when pgdba made it, by its own clock, ISO 8601 UTC' }),
  collected_at: Type.String({ description: 'when collecting began, by the server’s clock, ISO 8601 UTC' }),
  version: Type.String({ description: 'version of pgdba that made it' }),
  mode: oneOf(['instant', 'delta']),
  redacted: Type.Boolean(),
  fingerprint: Type.String(),
  database: Type.String(),
  role: oneOf(['primary', 'standby', 'unknown']),
  moment: momentSchema,
  sections: Type.Array(oneOf(GROUPS)),
  path: Type.String({ description: 'file of the document: gzip of JSON' }),
  sha256: Type.String({ description: 'of that file' }),
  bytes: Type.Integer({ description: 'of that file' }),
});
export type BaselineHead = Static<typeof headSchema>;

/** The head of a baseline whose document lies there. Pure. */
export function headOf(
  baseline: Baseline,
  file: Pick<BaselineHead, 'path' | 'sha256' | 'bytes'>,
): BaselineHead {
  const { id, label, created_at, collected_at, version, mode, redacted, cluster, moment } = baseline;
  return {
    schema: HEAD_VERSION,
    id,
    label,
    created_at,
    collected_at,
    version,
    mode,
    redacted,
    fingerprint: cluster.fingerprint,
    database: cluster.database,
    role: cluster.role,
    moment,
    sections: GROUPS.filter((group) => baseline.sections[group] !== undefined),
    ...file,
  };
}
