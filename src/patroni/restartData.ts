import { closedObject, nullable, oneOf, Type, type Static } from '../core/schema.js';

const text = (description: string): ReturnType<typeof Type.String> => Type.String({ description });
const flag = (description: string): ReturnType<typeof Type.Boolean> => Type.Boolean({ description });

const valueSchema = closedObject({
  name: Type.String(),
  before: text('in force before, as SHOW prints it; secrets masked'),
  expected: nullable(
    text('to be in force afterwards; null where neither Patroni nor a file tells; secrets masked'),
  ),
  after: nullable(text('in force afterwards, by SQL; null while it is not known; secrets masked')),
  in_force: nullable(flag('whether SQL shows the expected value; null while it is not known')),
});

const obstacleSchema = closedObject({
  member: nullable(text('null when it is the whole cluster’s')),
  about: oneOf(
    ['leader', 'schedule', 'dcs', 'state', 'sql', 'files', 'pending', 'lag', 'replay', 'sync'],
    'what is not well',
  ),
  message: Type.String(),
});

const stepSchema = closedObject({
  member: Type.String(),
  role: oneOf(['leader', 'replica']),
  round: Type.Integer({ description: '2 for the second restart of a replica' }),
  awaits_replay: flag('whether it must first replay what the leader wrote with its new value'),
  parameters: Type.Array(valueSchema),
  outcome: oneOf(
    ['planned', 'restarted', 'not_needed', 'failed', 'unknown', 'not_restarted'],
    'not_needed: nothing waits there any more; failed: it did not come back, or without a new value; unknown: it was told ' +
      'to restart, and nobody can tell whether it did; not_restarted: nothing was done to it',
  ),
  reason: nullable(text('null when it went as planned')),
  obstacles: Type.Array(obstacleSchema, { description: 'what stood against its restart' }),
  started_before: nullable(text('start of its postmaster before, ISO 8601 UTC')),
  started_after: nullable(text('and afterwards; null while no other is known')),
  duration_ms: nullable(Type.Integer({ description: 'from the request to the proof' })),
});

const memberSchema = closedObject({
  name: Type.String(),
  role: text('as /cluster has it'),
  waits: nullable(flag('whether something waits for its restart; null where it cannot be told')),
  waits_by_patroni: nullable(flag('its own word')),
  waits_by_sql: nullable(
    flag('pg_settings.pending_restart, without entries of ALTER SYSTEM that the command line beats'),
  ),
  error: nullable(
    closedObject(
      { code: text('stable; pgdba schema errors'), message: Type.String() },
      'why it could not be asked; null when it answered over REST and SQL',
    ),
  ),
});

/** data of `patroni restart`. */
export const patroniRestartData = closedObject({
  dry_run: Type.Boolean(),
  scope: nullable(text('name of the cluster')),
  leader: nullable(text('name of the member that leads')),
  paused: flag('whether the cluster is paused (maintenance mode)'),
  order: oneOf(
    ['replicas_first', 'leader_first', 'two_rounds', 'as_it_comes'],
    'two_rounds: replicas for what is raised, the leader, and the replicas again for what is lowered; as_it_comes: the ' +
      'leader is not restarted',
  ),
  parameters: Type.Array(
    closedObject({
      name: Type.String(),
      direction: oneOf(
        ['raise', 'lower', 'follow', 'other'],
        'of the five that a standby must have at least as high as its primary, by what the leader has now; follow: the ' +
          'leader has it already; other: any other parameter',
      ),
    }),
    { description: 'what waits for a restart somewhere' },
  ),
  max_lag_bytes: Type.Integer({ description: 'another replica may be so many bytes of WAL behind' }),
  members: Type.Array(memberSchema),
  steps: Type.Array(stepSchema, { description: 'one restart after the other, in this order' }),
});

export type PatroniRestartData = Static<typeof patroniRestartData>;
