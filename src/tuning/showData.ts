import { closedObject, nullable, oneOf, Type, type Static } from '../core/schema.js';
import { CONTEXTS } from '../core/setting/spec.js';
import { LEVELS } from '../patroni/configData.js';
import { patroniSeenSchema } from '../patroni/seenData.js';
import { maskSchema } from './changeset/changeSet.js';

/** pg_settings.source in PostgreSQL's order: each beats those before it. */
export const SETTING_SOURCES = [
  'default',
  'environment variable',
  'configuration file',
  'command line',
  'global',
  'database',
  'user',
  'database user',
  'client',
  'override',
  'interactive',
  'test',
  'session',
] as const;

const text = (description: string): ReturnType<typeof nullable<ReturnType<typeof Type.String>>> =>
  nullable(Type.String({ description }));

const shownSettingSchema = closedObject({
  name: Type.String(),
  value: Type.String({ description: 'value in force, in unit; secrets masked' }),
  unit: text('unit of value, boot_val, reset_val, min_val and max_val as PostgreSQL writes it: 8kB, ms, s …'),
  display: Type.String({ description: 'value as SHOW prints it, e.g. 128MB' }),
  context: oneOf(CONTEXTS, 'when it can be changed; as pg_settings has it'),
  source: oneOf(SETTING_SOURCES, 'where the value comes from; as pg_settings has it'),
  sourcefile: text('file the value stands in; null also where the role may not see it'),
  sourceline: nullable(Type.Integer({ description: 'line of sourcefile' })),
  file_value: text(
    'text of the entry in the configuration files that counts, where it differs from the value in force; secrets ' +
      'masked',
  ),
  pending: nullable(
    oneOf(
      ['none', 'reload', 'restart'],
      'what the files’ value waits for, by comparing it with the value in force; null where that cannot be told: the ' +
        'role may not see the files, a line in them cannot be parsed, or this database or role has a value of its own',
    ),
  ),
  pending_restart: Type.Boolean({
    description:
      'the server’s own flag; it stays set until the restart even when the change was taken back, and is set where the ' +
      'command line wins: pending tells the truth',
  }),
  masked_by: Type.Array(maskSchema, {
    description:
      'levels that beat the configuration files (command_line for everybody, database and role for their sessions), ' +
      'and the entry that beats earlier ones in the files',
  }),
  level: nullable(
    oneOf(
      LEVELS,
      'with Patroni: which level the value in force comes from (docs/patroni.md); null without, and where it cannot be told',
    ),
  ),
  dcs_value: text(
    'with Patroni: what the DCS has, as it stands there; secrets masked; null where it has nothing',
  ),
  matches_dcs: nullable(
    Type.Boolean({ description: 'whether dcs_value is in force; null where there is none' }),
  ),
  boot_val: text('value when nothing sets it'),
  reset_val: text('value that RESET gives in a session'),
  vartype: oneOf(['bool', 'enum', 'integer', 'real', 'string']),
  min_val: text('smallest value allowed'),
  max_val: text('largest value allowed'),
  enumvals: nullable(Type.Array(Type.String(), { description: 'values allowed for an enum' })),
  category: Type.String({ description: 'chapter of the manual' }),
});

const fileErrorSchema = closedObject({
  sourcefile: Type.String(),
  sourceline: nullable(Type.Integer()),
  name: text('parameter of the line; null for a line that cannot be parsed'),
  error: Type.String({ description: 'what the server says' }),
});

/** `data` of config show. */
export const configShowData = closedObject({
  patroni: nullable(patroniSeenSchema),
  settings: Type.Array(shownSettingSchema, { description: 'by name, never cut by --limit' }),
  files: nullable(
    Type.Array(fileErrorSchema, {
      description:
        'errors in the configuration files as they are now; null where the role may not call pg_show_all_file_settings()',
    }),
  ),
  loaded_at: nullable(
    Type.String({ description: 'when the files were last loaded, ISO 8601 UTC (pg_conf_load_time)' }),
  ),
  total: Type.Integer({ description: 'settings that the role sees, before the filters' }),
  complete: Type.Boolean({
    description: 'whether the role sees every setting and its file (superuser, pg_read_all_settings)',
  }),
});

export type ConfigShowData = Static<typeof configShowData>;
export type ShownSetting = Static<typeof shownSettingSchema>;
