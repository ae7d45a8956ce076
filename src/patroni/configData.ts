import { closedObject, nullable, oneOf, openObject, Type, type Static } from '../core/schema.js';

const text = (description: string): ReturnType<typeof Type.String> => Type.String({ description });
const flag = (description: string): ReturnType<typeof Type.Boolean> => Type.Boolean({ description });

/** Where the value in force can come from on a member, strongest first; docs/patroni.md describes them. */
export const LEVELS = [
  'database_role',
  'command_line',
  'auto_conf',
  'local_yaml',
  'dcs',
  'patroni',
  'include',
  'environment',
  'default',
] as const;
export type Level = (typeof LEVELS)[number];

const valueSchema = closedObject({
  member: Type.String(),
  value: nullable(text('in force there, as SHOW prints it; secrets masked')),
  level: nullable(
    oneOf(
      LEVELS,
      'database_role: ALTER DATABASE or ROLE SET for this very session; command_line: the postmaster’s, by Patroni; ' +
        'auto_conf: ALTER SYSTEM; local_yaml: the member’s own Patroni file; dcs: the dynamic configuration; patroni: what ' +
        'Patroni sets itself; include: postgresql.base.conf or custom_conf; null: cannot be told',
    ),
  ),
  matches_dcs: nullable(
    flag('whether the value in force is that of the DCS; null where the DCS has none, or it cannot be told'),
  ),
  auto_conf: nullable(text('entry in postgresql.auto.conf there, in force or not; secrets masked')),
  pending_restart: nullable(
    flag('whether a restart would change it; null where neither SQL nor Patroni tells'),
  ),
  reason: nullable(text('why level is null, or what is odd')),
});

const parameterSchema = closedObject({
  name: Type.String(),
  in_dcs: flag('whether postgresql.parameters of the DCS has the key'),
  dcs_value: nullable(text('as it stands there; secrets masked')),
  dcs_problem: nullable(
    text('why Patroni or PostgreSQL does not take that value as it is; null when they do'),
  ),
  differs: nullable(
    flag('whether members have different values in force; null with fewer than two that were asked'),
  ),
  members: Type.Array(valueSchema),
});

/** A member, and whether its PostgreSQL was asked. */
export const configuredMemberSchema = closedObject({
  name: Type.String(),
  role: text('as /cluster has it'),
  host: nullable(Type.String()),
  port: nullable(Type.Integer()),
  reachable: nullable(flag('whether its PostgreSQL let us in and answered; null when it was not asked')),
  error: nullable(closedObject({ code: text('stable; pgdba schema errors'), message: Type.String() })),
});

/** data of `patroni config`. */
export const patroniConfigData = closedObject({
  scope: nullable(text('name of the cluster')),
  told_by: text('URL whose /config this is'),
  config: openObject('the dynamic configuration as the DCS holds it; secrets masked'),
  members: Type.Array(configuredMemberSchema),
  parameters: Type.Array(parameterSchema, {
    description:
      'every parameter of the DCS, and those that a member gets from its command line, its own file or ALTER SYSTEM',
  }),
});

export type PatroniConfigData = Static<typeof patroniConfigData>;
export type ConfigParameter = PatroniConfigData['parameters'][number];
export type MemberValue = ConfigParameter['members'][number];
