import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';

/** What .lock.json says in `schema`. */
export const LOCK_VERSION = 'pgdba.lock/1';

/** Who holds the lock of a cluster; the document in .lock.json. */
export const lockHolderSchema = closedObject(
  {
    schema: Type.Optional(oneOf([LOCK_VERSION], 'version of this document')),
    changeset_id: nullable(Type.String({ description: 'what it works on' })),
    pid: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
    process_start: nullable(
      Type.String({ description: 'start of that process as its system counts: clock ticks or a date' }),
    ),
    boot_id: nullable(
      Type.String({ description: 'of the boot it runs in; null where process_start is a date' }),
    ),
    host: Type.String(),
    operation: Type.String({ description: 'command that took the lock, e.g. config apply' }),
    started_at: Type.String({ description: 'when it took the lock, ISO 8601 UTC' }),
    heartbeat_at: Type.String({ description: 'when it last said that it lives, ISO 8601 UTC' }),
    pid_space: Type.Optional(
      nullable(
        Type.String({
          description: 'machine and container in which the pid counts; null where there is no such thing',
        }),
      ),
    ),
    token: Type.Optional(
      Type.String({ pattern: '^[0-9a-f]{32}$', description: 'another one each time the lock is taken' }),
    ),
  },
  'who holds the lock of a cluster',
);

export type LockHolder = Static<typeof lockHolderSchema>;
