import { closedObject, nullable, Type, type Static } from '../core/schema.js';
import { configuredMemberSchema } from './configData.js';

const text = (description: string): ReturnType<typeof Type.String> => Type.String({ description });

const beatenSchema = closedObject({
  parameter: text('name as PostgreSQL writes it'),
  member: nullable(text('whose postgresql.auto.conf it is; null: this server, whose name is not known')),
  dcs_value: nullable(
    text('what the DCS wants, as it stands there; secrets masked; null for no plain value'),
  ),
  auto_conf: nullable(
    text('entry in postgresql.auto.conf; secrets masked; null where the role may not see the files'),
  ),
  in_force: text('value in force on that member, as SHOW prints it; secrets masked'),
  matches_dcs: nullable(
    Type.Boolean({
      description:
        'whether the entry says the same as the DCS today, so that only a later change of the DCS would pass that member ' +
        'by; null where the DCS has no value that PostgreSQL takes',
    }),
  ),
  remedy: text('SQL for that member, after which the DCS’s value counts there'),
});

/** What `config show`, `config diff` and `doctor` tell of the Patroni cluster that a server belongs to. */
export const patroniSeenSchema = closedObject(
  {
    scope: nullable(text('name of the cluster')),
    told_by: text('URL whose /config was read'),
    member: nullable(text('which member this server is; null where that cannot be told')),
    members: Type.Array(configuredMemberSchema),
    auto_conf_beats_dcs: Type.Array(beatenSchema, {
      description:
        'entries made by ALTER SYSTEM for parameters that the DCS has: they win on that member alone; of every member that ' +
        'was reached',
    }),
  },
  'null where no URL of Patroni is known, or nobody answered there: a warning tells which',
);

export type PatroniSeen = Static<typeof patroniSeenSchema>;
export type Beaten = PatroniSeen['auto_conf_beats_dcs'][number];
