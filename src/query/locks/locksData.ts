import { closedObject, nullable, oneOf, shapeAt, Type, type Static } from '../../core/schema.js';
import { limitationsSchema } from '../limitation.js';
import { truncatedSchema } from '../truncated.js';
import { BLOCK_KINDS } from './blocks.js';

const ms = (what: string) => nullable(Type.Number({ description: `milliseconds ${what}` }));
const text = (what: string) => nullable(Type.String({ description: what }));

const PARTY_KINDS = ['client', 'autovacuum', 'startup', 'other', 'prepared_transaction'] as const;

const who = {
  pid: Type.Integer({ description: 'process id; 0 for prepared transactions, as pg_blocking_pids() has it' }),
  gid: text('name of the prepared transaction; null for sessions, and where it is gone by now'),
  kind: oneOf(PARTY_KINDS, 'startup is what replays WAL on a standby'),
  autovacuum: nullable(
    oneOf(
      ['routine', 'to_prevent_wraparound'],
      'of an autovacuum worker; the second does not give way to others. null where its task is hidden',
    ),
  ),
  database: text('database it is connected to'),
  user: text('its role'),
  application_name: text('what the client calls itself'),
  client_addr: text('address of the client; null over a Unix socket'),
  backend_type: text('client backend, autovacuum worker …'),
  leader_pid: nullable(Type.Integer({ description: 'of a parallel worker, its leader; since 13' })),
  state: text('active, idle in transaction …'),
  idle_in_transaction: nullable(
    Type.Boolean({
      description: 'holds a transaction open and does nothing; null where the state is hidden',
    }),
  ),
  wait_event_type: text('what kind of thing it waits for'),
  wait_event: text('what it waits for'),
  xact_started_at: text('when its transaction started, or was prepared; ISO 8601 UTC'),
  xact_age_ms: ms('since then'),
  state_age_ms: ms('since its state last changed'),
  query_started_at: text('when its running or last query started; ISO 8601 UTC'),
  query_age_ms: ms('since then; a wait is no longer than this'),
  query: text('its running or last query, passwords masked, cut at 1,000 characters unless --full-text'),
};

const wanted = {
  mode: text('lock mode it waits for; null for who waits for no lock'),
  locktype: text('relation, tuple, transactionid, virtualxid, extend, advisory …'),
  relation: text(
    'relation as SQL writes it, or that whose row it is about; null in other databases than the connected one',
  ),
  relation_oid: nullable(Type.Integer({ description: 'its oid' })),
  lock_database: text('database of the thing; null for what is in none'),
  row: text('block and line of the row, where it waits for one or over one for a transaction'),
  object: text('the thing it waits to lock, for people'),
  wait_started_at: text('when it began to wait, since 14; null in the first moments; ISO 8601 UTC'),
  wait_ms: ms('since then'),
};

const waitingRow = closedObject({
  ...who,
  ...wanted,
  blocked_by: Type.Array(Type.Integer(), {
    description: 'pids it waits for, holders and those ahead in the queue; 0 for a prepared transaction',
  }),
  soft_blocked_by: Type.Array(Type.Integer(), {
    description: 'those of blocked_by that hold nothing in conflict, but wait for the same thing ahead of it',
  }),
  blockers: Type.Array(
    closedObject({ pid: Type.Integer(), gid: nullable(Type.String()), kind: oneOf(BLOCK_KINDS) }),
    { description: 'the same with what makes each a blocker' },
  ),
  depth: nullable(
    Type.Integer({
      description: 'steps to the nearest root; 1 waits for a root itself; null when its blocker is gone',
    }),
  ),
  roots: Type.Array(Type.Integer(), { description: 'pids of the roots it waits for in the end' }),
});
export type WaitingRow = Static<typeof waitingRow>;

const nodeProperties = {
  ...who,
  ...wanted,
  blocked_as: nullable(oneOf(BLOCK_KINDS, 'how the one above blocks it; null for a root')),
  depth: Type.Integer({ description: '0 for a root' }),
  victims: Type.Integer({ description: 'how many wait below it, all steps down' }),
  held: Type.Array(
    closedObject({
      mode: Type.String(),
      locktype: Type.String(),
      relation: nullable(Type.String()),
      object: Type.String(),
    }),
    { description: 'locks it holds on things that others wait to lock' },
  ),
};
const blocksDescription = {
  description:
    'who waits for it, each below the nearest blocker, a holder before one that is only ahead in the queue',
};
const nodeShape = closedObject(nodeProperties);

/** The node's own place in the document, where its children refer to. */
const NODE = '/properties/roots/items/properties/blocks/items';
const node = closedObject({ ...nodeShape.properties, blocks: Type.Array(shapeAt(NODE), blocksDescription) });
export type Node = Static<typeof nodeShape> & { readonly blocks: Node[] };

const rootShape = closedObject({
  ...nodeProperties,
  cycle: Type.Array(Type.Integer(), {
    description:
      'pids of a circle that it is part of, each waiting for the next: a deadlock not yet detected',
  }),
  advice: Type.String({ description: 'what would set its victims free, for people; pgdba ends nobody' }),
  remedy: text('the statement that would do it; null where no statement of this session can'),
  truncated: truncatedSchema,
});

const longRow = closedObject({
  ...who,
  victims: Type.Integer({ description: 'how many wait for it in the end' }),
  backend_xid: text('its transaction id, when it has one'),
  backend_xmin_age: nullable(
    Type.Integer({ description: 'transactions begun since the oldest one its snapshot needs' }),
  ),
});

export const queryLocksData = closedObject({
  waiting: Type.Array(waitingRow, { description: 'who waits, the longest first' }),
  waiting_truncated: truncatedSchema,
  roots: Type.Array(closedObject({ ...rootShape.properties, blocks: Type.Array(node, blocksDescription) }), {
    description: 'who blocks others and waits for nobody, as trees; most victims first',
  }),
  roots_truncated: truncatedSchema,
  long_transactions: Type.Array(longRow, {
    description:
      'transactions that are old, or open with nothing running, whether or not anybody waits for them; those in `waiting` are not repeated; oldest first',
  }),
  long_transactions_truncated: truncatedSchema,
  recovery_conflict: nullable(
    closedObject(
      {
        pid: nullable(Type.Integer({ description: 'the startup process' })),
        wait_event: Type.String({
          description: 'RecoveryConflictSnapshot, RecoveryConflictTablespace, BufferPin',
        }),
        suspects: Type.Array(Type.Integer(), {
          description:
            'pids of sessions with old snapshots, the oldest first: which one it is the server does not tell',
        }),
      },
      'on a standby whose replay waits for a session without wanting a lock; waits for locks are in `waiting`',
    ),
  ),
  totals: closedObject({
    waiting: Type.Integer({ description: 'who waits' }),
    roots: Type.Integer({ description: 'roots' }),
    long_transactions: Type.Integer({ description: 'rows of long_transactions' }),
    deepest: Type.Integer({ description: 'steps of the longest chain' }),
  }),
  limitations: limitationsSchema,
});

export type Root = Static<typeof rootShape> & { readonly blocks: Node[] };
export type LongRow = Static<typeof longRow>;
export type Who = Pick<WaitingRow, keyof typeof who>;
export type Wanted = Pick<WaitingRow, keyof typeof wanted>;
/** `data` of query locks. */
export type LocksAnswer = Omit<Static<typeof queryLocksData>, 'roots'> & { readonly roots: Root[] };
