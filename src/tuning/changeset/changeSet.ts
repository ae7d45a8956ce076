import { CONTEXTS } from '../../core/setting/spec.js';
import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';
import { dcsChangeSchema } from './dcsChange.js';

/** What a stored or printed ChangeSet says in `schema`. */
export const CHANGESET_VERSION = 'pgdba.changeset/1';

export const CHANGESET_STATUSES = [
  'planned',
  'applying',
  'applied',
  'failed',
  'reverted',
  'rolled_back',
  'interrupted',
] as const;

/** `not_executed` until something was sent for the parameter; `reverted` once its old line is back. */
const OUTCOMES = ['applied', 'failed', 'not_executed', 'reverted'] as const;

/**
 * Whether a cluster manager beats what ALTER SYSTEM sets. `overridden`: the key is in the DCS, a local yaml or on the
 * command line; `not_set_but_ephemeral`: Patroni manages the node and the key is unset; `unknown`: Patroni is
 * suspected and its configuration out of reach; `not_managed`: nobody.
 */
export const PATRONI_OVERRIDES = ['overridden', 'not_set_but_ephemeral', 'unknown', 'not_managed'] as const;

/** Levels that stand above postgresql.auto.conf for some or all sessions. */
const MASK_LEVELS = ['command_line', 'database', 'role', 'database_role', 'auto_conf', 'include'] as const;

export const maskSchema = closedObject(
  {
    level: oneOf(
      MASK_LEVELS,
      'command_line: for the whole server; database, role, database_role: for sessions of those; auto_conf: ' +
        'postgresql.auto.conf beats this file; include: a later line of a configuration file does',
    ),
    database: nullable(Type.String({ description: 'database it holds for; null for all' })),
    role: nullable(Type.String({ description: 'role it holds for; null for all' })),
    value: nullable(Type.String({ description: 'the value that wins there, secrets masked' })),
    sourcefile: nullable(Type.String({ description: 'file of that value' })),
  },
  'a level at which another value wins',
);
export type Mask = Static<typeof maskSchema>;

const permissionSchema = closedObject(
  {
    allowed: Type.Boolean({
      description:
        'whether this role may set the parameter with ALTER SYSTEM, reload, and read what it needs for the way back',
    }),
    reason: nullable(Type.String({ description: 'why not; null when it may' })),
    min_role: oneOf(
      ['superuser', 'grant', 'none'],
      'grant: PostgreSQL 15 and later, where a GRANT is enough; superuser before; none: Patroni writes it',
    ),
    grant_sql: nullable(
      Type.String({ description: 'GRANT statements, one a line; null where none would do' }),
    ),
  },
  'what the role may',
);

const parameterErrorSchema = closedObject({
  code: Type.String({ description: 'stable; pgdba schema errors' }),
  message: Type.String(),
  sqlstate: nullable(Type.String()),
});

const changeParameterSchema = closedObject({
  name: Type.String({ description: 'name as PostgreSQL writes it' }),
  old_value: nullable(
    Type.String({ description: 'value in force when the plan was made, as SHOW prints it' }),
  ),
  new_value: nullable(Type.String({ description: 'value to set, as it was given; null = RESET' })),
  old_line: nullable(
    Type.String({
      description: 'text of its entry in postgresql.auto.conf when the plan was made; null = none',
    }),
  ),
  context: nullable(
    oneOf(CONTEXTS, 'when it can be changed; null for a placeholder of an extension not loaded'),
  ),
  needs_restart: Type.Boolean({ description: 'whether the new value waits for a restart' }),
  permission: permissionSchema,
  patroni_override: oneOf(PATRONI_OVERRIDES, 'whether a cluster manager beats the change'),
  masked_by: Type.Array(maskSchema, { description: 'who would not see the change' }),
  outcome: oneOf(OUTCOMES, 'what became of it'),
  error: nullable(parameterErrorSchema),
});

/** The server that a changeset is for. */
export const nodeSchema = closedObject(
  {
    addr: nullable(Type.String({ description: 'server address; null over a socket' })),
    port: nullable(Type.Integer()),
    data_directory: nullable(Type.String()),
  },
  'the one server the plan is for: postgresql.auto.conf is per node; null where Patroni changes all of them',
);

const dryRunSchema = closedObject(
  {
    parameters: Type.Array(
      closedObject({
        name: Type.String(),
        action: oneOf(['set', 'reset', 'none'], 'none: the line is already there'),
        sql: nullable(
          Type.String({ description: 'the statement that would be sent; null for a change through Patroni' }),
        ),
        effect: oneOf(
          ['reload', 'new_sessions', 'restart', 'none'],
          'when the value is in force: after the reload, in sessions begun after it, after a restart',
        ),
      }),
    ),
    would_reload: Type.Boolean(),
    would_restart: Type.Boolean({
      description: 'whether some of it waits for a restart; pgdba restarts nothing',
    }),
  },
  'what would be done',
);

/** A planned or executed change of settings of one server. */
export const changeSetSchema = closedObject({
  schema: oneOf([CHANGESET_VERSION], 'version of this document'),
  id: Type.String({ description: 'UUID version 7' }),
  fingerprint: nullable(
    Type.String({ pattern: '^[0-9a-f]{64}$', description: 'of the cluster; null for a planned server' }),
  ),
  node: nullable(nodeSchema),
  status: oneOf(CHANGESET_STATUSES, 'where it stands'),
  via: oneOf(
    ['alter-system', 'patroni'],
    'what carries it out: the server itself, or the DCS of its Patroni cluster',
  ),
  forced: Type.Boolean({ description: 'whether --force was given' }),
  parameters: Type.Array(changeParameterSchema),
  dcs: Type.Optional(dcsChangeSchema),
  pre_snapshot: nullable(
    closedObject(
      { path: Type.String(), sha256: Type.String() },
      'configuration before the change, gzipped JSON',
    ),
  ),
  dry_run_result: nullable(dryRunSchema),
  created_at: Type.String({ description: 'ISO 8601 UTC' }),
  applied_at: nullable(Type.String({ description: 'ISO 8601 UTC' })),
  rolled_back_at: nullable(Type.String({ description: 'ISO 8601 UTC' })),
  confirm_until: nullable(
    Type.String({
      description: 'rolled back unless confirmed before, ISO 8601 UTC; null when no confirmation is awaited',
    }),
  ),
});

export type ChangeSet = Static<typeof changeSetSchema>;
export type ChangeParameter = Static<typeof changeParameterSchema>;

/** What a changeset file may hold: a ChangeSet, or only the parameters. */
export interface RequestedChange {
  readonly name: string;
  /** null = RESET */
  readonly new_value: string | null;
  /** From a plan: checked against the server, so that a stale plan is refused; undefined in a hand-written file. */
  readonly old_value?: string | null;
  readonly old_line?: string | null;
}

export interface Request {
  readonly id: string | null;
  readonly fingerprint: string | null;
  readonly node: ChangeSet['node'];
  readonly changes: readonly RequestedChange[];
}
