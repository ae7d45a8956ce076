import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';

/** What the first line of a journal says in `schema`. */
export const JOURNAL_VERSION = 'pgdba.journal/1';

/** First line of a journal. */
export const journalHeaderSchema = closedObject({
  schema: oneOf([JOURNAL_VERSION], 'version of this document'),
  changeset_id: Type.String(),
  fingerprint: Type.String({ description: 'of the cluster' }),
});

/**
 * begin: a run takes the changeset up; set: ALTER SYSTEM; patch: all keys of Patroni's DCS at once; reload, verify; undo:
 * ALTER SYSTEM back to the old line, or a PATCH back to the old keys; end: the changeset is closed.
 */
const STEPS = ['begin', 'set', 'patch', 'reload', 'verify', 'undo', 'end'] as const;

/** intent: about to be done; it is on disk before the step is taken. */
const PHASES = ['intent', 'done', 'failed'] as const;

const line = { description: 'text of the entry in postgresql.auto.conf; null = none' };

/** One line of a journal. */
export const journalEntrySchema = closedObject({
  seq: Type.Integer({ minimum: 1, description: 'counts from 1' }),
  at: Type.String({ description: 'ISO 8601 UTC' }),
  step: oneOf(STEPS, 'what is done'),
  phase: oneOf(PHASES, 'intent: about to be done, written before it is'),
  parameter: Type.Optional(Type.String({ description: 'for set and undo' })),
  old_line: Type.Optional(nullable(Type.String(line))),
  new_line: Type.Optional(nullable(Type.String(line))),
  error: Type.Optional(Type.String({ description: 'why it failed, secrets masked' })),
  note: Type.Optional(
    Type.String({ description: 'the operation for begin, and what else is worth knowing' }),
  ),
});

export type JournalHeader = Static<typeof journalHeaderSchema>;
export type JournalEntry = Static<typeof journalEntrySchema>;
