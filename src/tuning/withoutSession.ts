import type { Setting, Settings } from '../core/setting/spec.js';
import { parseSetting } from '../core/setting/value.js';

/** Sources of values that this very connection asked for, or that a pooler's other client left behind. */
const OF_THE_SESSION = new Set(['client', 'session']);

/** The levels below a session, highest first, and what pg_settings.source calls them. */
const LEVELS = [
  { source: 'database user', ofDatabase: true, ofRole: true },
  { source: 'user', ofDatabase: false, ofRole: true },
  { source: 'database', ofDatabase: true, ofRole: false },
  { source: 'global', ofDatabase: false, ofRole: false },
];

/** The levels of a Configuration, as far as they matter here. */
interface Levels {
  readonly settings: Settings;
  readonly fileEntries:
    | readonly {
        readonly name: string | null;
        readonly setting: string | null;
        readonly error: string | null;
        readonly sourcefile: string;
        readonly sourceline: number | null;
      }[]
    | null;
  readonly databaseRoleSettings: readonly {
    readonly database: string | null;
    readonly role: string | null;
    readonly name: string;
    readonly value: string;
  }[];
}

interface Whose {
  readonly database: string;
  readonly role: string;
}

type Value = Pick<Setting, 'setting' | 'source' | 'sourcefile' | 'sourceline'>;

/**
 * The settings as another session of this role in this database has them: pgdba has to name itself (application_name)
 * and its encoding, and these two show the level below in place of that. One that may stand in files which the role may
 * not see stays as it is, and its source `client` says so.
 */
export function withoutSession(levels: Levels, whose: Whose): Settings {
  return new Map(
    [...levels.settings].map(([key, setting]) => {
      if (!OF_THE_SESSION.has(setting.source)) return [key, setting];
      const below = valueBelow(setting, levels, whose);
      return [key, below === null ? setting : { ...setting, ...below, reset_val: below.setting }];
    }),
  );
}

function valueBelow(setting: Setting, levels: Levels, whose: Whose): Value | null {
  const key = setting.name.toLowerCase();
  const mine = levels.databaseRoleSettings.filter(({ name }) => name.toLowerCase() === key);
  for (const level of LEVELS) {
    const found = mine.find(
      ({ database, role }) =>
        database === (level.ofDatabase ? whose.database : null) &&
        role === (level.ofRole ? whose.role : null),
    );
    if (found === undefined) continue;
    return { setting: read(setting, found.value), source: level.source, sourcefile: null, sourceline: null };
  }
  if (levels.fileEntries === null) return null;
  const entry = levels.fileEntries.findLast(
    ({ name, error }) => name?.toLowerCase() === key && error === null,
  );
  if (entry === undefined) return defaultOf(setting, levels.settings);
  const { sourcefile, sourceline } = entry;
  return {
    setting: read(setting, entry.setting ?? ''),
    source: 'configuration file',
    sourcefile,
    sourceline,
  };
}

/** Without a setting a client's encoding is that of its database. */
function defaultOf({ name, boot_val }: Setting, settings: Settings): Value {
  const value = name === 'client_encoding' ? settings.get('server_encoding')?.setting : boot_val;
  return { setting: value ?? '', source: 'default', sourcefile: null, sourceline: null };
}

function read(setting: Setting, text: string): string {
  const parsed = parseSetting(setting, text);
  return parsed.ok ? parsed.setting : text;
}
