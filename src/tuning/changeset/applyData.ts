import { closedObject, nullable, Type, type Static } from '../../core/schema.js';
import { patroniRestartData } from '../../patroni/restartData.js';
import { observationSchema } from '../observe/observe.js';
import { changeSetSchema } from './changeSet.js';

const pendingRestartSchema = closedObject({
  member: nullable(
    Type.String({ description: 'of the Patroni cluster; null for a change of one server by ALTER SYSTEM' }),
  ),
  name: Type.String({ description: 'parameter whose line the server reads only when it starts' }),
  current: nullable(
    Type.String({ description: 'value in force, as SHOW prints it; null where the role may not see it' }),
  ),
  pending: nullable(Type.String({ description: 'value that the next start takes' })),
  next_step: Type.String({
    description:
      'command that restarts this node, on its host, as the account that runs it; of members: pgdba patroni restart',
  }),
  rescue: nullable(
    Type.String({
      description:
        'commands, one a line, should the server not start: start with the old values, set the old lines back, restart; ' +
        'null for a member of a Patroni cluster, where config rollback is the way back',
    }),
  ),
});
export type PendingRestart = Static<typeof pendingRestartSchema>;

/** What `config apply` and `config rollback` answer. */
export const applyData = closedObject({
  dry_run: Type.Boolean({ description: 'whether it was only planned' }),
  changed: Type.Boolean({
    description:
      'whether postgresql.auto.conf, or the DCS, is another one than before; false for a second run',
  }),
  changeset: nullable(changeSetSchema),
  observation: nullable(observationSchema),
  pending_restart: Type.Array(pendingRestartSchema, {
    description: 'parameters whose value in force is another one than the next start will take',
  }),
  restart: nullable(
    closedObject(
      patroniRestartData.properties,
      'with --restart: the restart of the members as patroni restart tells it, only planned in a dry run; null where ' +
        'nothing of the change waits for one',
    ),
  ),
});
export type ApplyData = Static<typeof applyData>;
