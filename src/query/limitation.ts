import { closedObject, nullable, oneOf, Type, type Static } from '../core/schema.js';
import { REASONS } from '../inspect/section.js';
import type { SectionResult } from '../inspect/snapshot.js';

/** What a query command could not see, or not in full. */
export const limitationSchema = closedObject(
  {
    subject: Type.String({ description: 'what could not be read: a view, or a part of the answer' }),
    status: oneOf(['partial', 'skipped', 'failed'], 'partial: rows or columns of it are missing'),
    reason: nullable(oneOf(REASONS, 'stable')),
    message: Type.String({ description: 'for people' }),
  },
  'something that is missing from the answer, and why',
);
export type Limitation = Static<typeof limitationSchema>;

/** `limitations` of a command's data. */
export const limitationsSchema = Type.Array(limitationSchema, {
  description: 'what this role on this server could not see; empty when nothing is missing',
});

/** What a result lacks; null when it lacks nothing, and where this version has no such thing. */
export function limitationOf(subject: string, result: SectionResult): Limitation | null {
  const { status, reason, message } = result;
  if (status === 'ok' || reason === 'server_too_old' || reason === 'truncated') return null;
  return { subject, status, reason, message: message ?? `it is ${status}` };
}
