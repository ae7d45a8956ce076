import { maskSetting } from '../core/mask.js';
import type { Setting } from '../core/setting/spec.js';
import { displaySetting } from '../core/setting/value.js';
import type { Mask } from './changeset/changeSet.js';
import { isAutoConf, type Configuration, type DatabaseRoleSetting, type FileEntry } from './configuration.js';

/** Contexts that ALTER DATABASE … SET and ALTER ROLE … SET can reach; a row for another is dead. */
const PER_SESSION = new Set(['user', 'superuser', 'backend', 'superuser-backend']);

/**
 * The levels that beat what ALTER SYSTEM writes for a parameter: the postmaster's command line for the whole server,
 * ALTER DATABASE … SET and ALTER ROLE … SET for the sessions of those. A value on the command line cannot be seen
 * while this session's own database or role has another one.
 * Order of precedence: PostgreSQL's GucSource, and the manual's "Setting Parameters".
 */
export function masksOf(configuration: Configuration, name: string): Mask[] {
  const key = name.toLowerCase();
  const setting = configuration.settings.get(key);
  const perSession = setting === undefined || PER_SESSION.has(setting.context);
  return [
    ...(setting?.source === 'command line' ? [commandLineMask(setting)] : []),
    ...configuration.databaseRoleSettings
      .filter((row) => perSession && row.name.toLowerCase() === key)
      .map(databaseRoleMask),
  ];
}

/**
 * The entry of a configuration file that beats earlier ones for the same parameter: postgresql.auto.conf always comes
 * last, before it the later line wins. None where only one entry exists, or the role may not see the files.
 */
export function fileMasksOf(configuration: Configuration, name: string): Mask[] {
  const key = name.toLowerCase();
  const entries = (configuration.fileEntries ?? []).filter((entry) => entry.name?.toLowerCase() === key);
  const winner = entries.at(-1);
  return winner === undefined || entries.length === 1 ? [] : [fileMask(winner, name)];
}

function commandLineMask(setting: Setting): Mask {
  const value = maskSetting(setting.name, displaySetting(setting, setting.setting));
  return { level: 'command_line', database: null, role: null, value, sourcefile: null };
}

function databaseRoleMask({ database, role, name, value }: DatabaseRoleSetting): Mask {
  return {
    level: levelOf(database, role),
    database,
    role,
    value: maskSetting(name, value),
    sourcefile: null,
  };
}

/** ALTER ROLE ALL SET holds for every role and database, below the other three. */
function levelOf(database: string | null, role: string | null): Mask['level'] {
  if (database === null) return 'role';
  return role === null ? 'database' : 'database_role';
}

function fileMask({ setting, sourcefile }: FileEntry, name: string): Mask {
  return {
    level: isAutoConf(sourcefile) ? 'auto_conf' : 'include',
    database: null,
    role: null,
    value: setting === null ? null : maskSetting(name, setting),
    sourcefile,
  };
}
