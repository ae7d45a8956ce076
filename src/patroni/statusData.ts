import { closedObject, nullable, oneOf, openObject, Type, type Static } from '../core/schema.js';

const text = (description: string): ReturnType<typeof Type.String> => Type.String({ description });
const integer = (description: string): ReturnType<typeof Type.Integer> => Type.Integer({ description });
const flag = (description: string): ReturnType<typeof Type.Boolean> => Type.Boolean({ description });

const errorSchema = nullable(
  closedObject(
    { code: text('stable; pgdba schema errors'), message: Type.String() },
    'why it could not be asked; null when it answered',
  ),
);

const pendingReasonSchema = closedObject({
  parameter: Type.String(),
  old_value: nullable(text('in force, as Patroni writes it; secrets masked')),
  new_value: nullable(text('after the restart, as Patroni writes it; secrets masked')),
});

const sqlSchema = closedObject(
  {
    reachable: flag('whether the server let us in and answered'),
    role: nullable(oneOf(['primary', 'standby'], 'pg_is_in_recovery()')),
    timeline: nullable(integer('timeline that its WAL is on')),
    server_version_num: nullable(integer('e.g. 150018')),
    system_identifier: nullable(text('of the control file')),
    replay_paused: nullable(flag('pg_is_wal_replay_paused(); null on a primary')),
    pending_restart: nullable(
      Type.Array(Type.String(), { description: 'parameters with pg_settings.pending_restart' }),
    ),
    error: errorSchema,
  },
  'the member as SQL shows it',
);

const memberSchema = closedObject({
  name: nullable(text('null where only its address is known')),
  role: nullable(
    text(
      'leader, replica, sync_standby, quorum_standby, standby_leader as /cluster has it; what the node says of itself ' +
        'where there is no /cluster',
    ),
  ),
  state: nullable(text('running, streaming (Patroni 4), starting, stopped, crashed, … as /cluster has it')),
  host: nullable(text('PostgreSQL’s address')),
  port: nullable(integer('PostgreSQL’s port')),
  api_url: nullable(text('its REST API')),
  timeline: nullable(integer('timeline')),
  lag_bytes: nullable(
    integer(
      'bytes of WAL that it has not received, as /cluster has it; null for the leader and where unknown',
    ),
  ),
  replay_lag_bytes: nullable(
    integer('bytes of WAL that it has not replayed; null for the leader, in Patroni 3 and where unknown'),
  ),
  tags: openObject('tags of its own file; secrets masked'),
  patroni_version: nullable(text('e.g. 3.0.2')),
  server_version_num: nullable(integer('e.g. 150018')),
  pending_restart: nullable(
    flag('whether Patroni wants it restarted: by its own word, else by /cluster, which is one loop behind'),
  ),
  pending_restart_reason: nullable(
    Type.Array(pendingReasonSchema, { description: 'null where Patroni gives none, as version 3' }),
  ),
  scheduled_restart: nullable(text('when, ISO 8601 UTC')),
  reachable: flag('whether its REST API answered'),
  error: errorSchema,
  own: nullable(
    closedObject(
      {
        role: text('master or primary, replica, standby_leader, demoted, uninitialized'),
        state: text('running, starting, restarting, stopped, …'),
        timeline: nullable(integer('timeline')),
        paused: flag('whether it holds the cluster to be paused'),
        replay_paused: nullable(flag('whether replay is paused; null on the leader')),
        replication_state: nullable(text('streaming, in archive recovery; from Patroni 4 on')),
        cluster_unlocked: flag('whether it knows of no leader in the DCS'),
        dcs_last_seen: nullable(text('when it last reached the DCS, ISO 8601 UTC')),
      },
      'what its own /patroni says; null where it did not answer',
    ),
  ),
  sql: nullable(sqlSchema),
});

const disagreementSchema = closedObject({
  member: nullable(text('name of the member, else its URL')),
  about: oneOf(
    [
      'role',
      'state',
      'timeline',
      'pending_restart',
      'pause',
      'scope',
      'name',
      'version',
      'system_identifier',
    ],
    'what is told in two ways',
  ),
  cluster: nullable(text('what /cluster says')),
  patroni: nullable(text('what the member’s own /patroni says')),
  sql: nullable(text('what PostgreSQL says')),
  message: text('both in words, and what it usually means'),
});

const historySchema = closedObject({
  timeline: nullable(integer('the timeline that ended')),
  lsn: nullable(text('where it ended')),
  reason: nullable(Type.String()),
  at: nullable(text('ISO 8601 UTC')),
  new_leader: nullable(text('who led from then on')),
});

/** data of `patroni status`. */
export const patroniStatusData = closedObject({
  scope: nullable(text('name of the cluster')),
  told_by: nullable(text('URL whose /cluster this is; null when none could be had')),
  leader: nullable(text('name of the member that leads; null when nobody does, or nobody knows')),
  paused: nullable(flag('whether the cluster is paused (maintenance mode)')),
  timeline: nullable(integer('of the leader')),
  system_identifier: nullable(text('as the members tell it')),
  members: Type.Array(memberSchema),
  scheduled_switchover: nullable(
    closedObject({
      at: nullable(text('ISO 8601 UTC')),
      from: nullable(Type.String()),
      to: nullable(text('null for whoever fits best')),
    }),
  ),
  history: nullable(
    Type.Array(historySchema, {
      description: 'the last ends of timelines, oldest first; null when it could not be had',
    }),
  ),
  disagreements: Type.Array(disagreementSchema),
});

export type PatroniStatusData = Static<typeof patroniStatusData>;
export type StatusMember = PatroniStatusData['members'][number];
export type MemberSql = NonNullable<StatusMember['sql']>;
export type Disagreement = PatroniStatusData['disagreements'][number];
