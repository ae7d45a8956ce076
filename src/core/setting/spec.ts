/** What PostgreSQL says a setting's value may be; column names as in pg_settings. */
export interface SettingSpec {
  readonly name: string;
  readonly vartype: 'bool' | 'enum' | 'integer' | 'real' | 'string';
  /** Base unit of `setting`: B, kB, 8kB, MB, ms, s, min …; null for plain numbers and everything else. */
  readonly unit: string | null;
  readonly min_val: string | null;
  readonly max_val: string | null;
  readonly enumvals: readonly string[] | null;
}

/** When a setting can be changed; as pg_settings.context. */
export const CONTEXTS = [
  'internal',
  'postmaster',
  'sighup',
  'superuser-backend',
  'backend',
  'superuser',
  'user',
] as const;
export type SettingContext = (typeof CONTEXTS)[number];

/** A row of pg_settings, values as the server keeps them (base unit); of a live server or of the offline catalogue. */
export interface Setting extends SettingSpec {
  readonly setting: string;
  readonly context: SettingContext;
  readonly category: string;
  /** pg_settings.source: default, configuration file, command line, database, user, client … */
  readonly source: string;
  readonly sourcefile: string | null;
  readonly sourceline: number | null;
  readonly boot_val: string | null;
  readonly reset_val: string | null;
  readonly pending_restart: boolean;
}

/** Settings by their name in lower case: PostgreSQL's names are case-insensitive. */
export type Settings = ReadonlyMap<string, Setting>;
