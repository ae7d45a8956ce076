import type { Setting, Settings } from '../core/setting/spec.js';
import { displaySetting, parseSetting, sameSetting } from '../core/setting/value.js';
import type { Level } from './configData.js';

/** A member's configuration as SQL shows it; values unmasked. */
export interface MemberConfiguration {
  readonly settings: Settings;
  /** Whether the role sees every setting and the files they come from. */
  readonly complete: boolean;
  /** In the order in which the server reads them; null when the role may not see them. */
  readonly fileEntries:
    | readonly {
        readonly name: string | null;
        readonly setting: string | null;
        readonly sourcefile: string;
      }[]
    | null;
}

/** Where a value in force comes from; `why` when that cannot be told, or is odd. */
export interface Origin {
  readonly level: Level | null;
  readonly why: string | null;
}

const OF_SOURCE: Readonly<Record<string, Level>> = {
  'command line': 'command_line',
  'environment variable': 'environment',
  default: 'default',
  override: 'default',
  global: 'database_role',
  database: 'database_role',
  user: 'database_role',
  'database user': 'database_role',
};

/** What Patroni writes into its file without having been told: for its replication, and its own defaults. */
const PATRONIS_OWN =
  /^(primary_conninfo|primary_slot_name|restore_command|recovery_\w+|promote_trigger_file|archive_cleanup_command|wal_keep_(size|segments)|hba_file|ident_file)$/;

const CANNOT_SEE = 'the role may not see which file it comes from; pg_read_all_settings would let it';

/**
 * The level that wins for a parameter on a member. Patroni writes the DCS merged with the member's own file into one
 * postgresql.conf, where the own file wins: a value there that is not the DCS's is the own file's. One that is in both
 * alike counts as the DCS's.
 * @param dcs text of the DCS's value; null when it has none
 */
export function originOf(setting: Setting, dcs: string | null, member: MemberConfiguration): Origin {
  const level = OF_SOURCE[setting.source];
  if (level !== undefined) return { level, why: null };
  if (setting.source !== 'configuration file') {
    return { level: null, why: `this session has a value of its own (${setting.source})` };
  }
  const { sourcefile } = setting;
  if (sourcefile === null) return { level: null, why: CANNOT_SEE };
  if (sourcefile.endsWith('/postgresql.auto.conf')) return { level: 'auto_conf', why: null };
  const patronisFile = member.settings.get('config_file')?.setting;
  if (sourcefile !== patronisFile) return { level: 'include', why: null };
  return patronisLevel(setting, dcs, writtenText(setting, sourcefile, member));
}

/** A parameter's entry in the file that Patroni writes on a member, and who has given it. */
export interface PatronisEntry {
  readonly level: 'dcs' | 'local_yaml' | 'patroni';
  /** Null where the file itself cannot be read. */
  readonly text: string | null;
}

/**
 * The entry of Patroni's file for a parameter, even where another level beats it; null for none.
 * `unknown` where the role sees neither the files nor which of them a value comes from.
 * @param dcs text of the DCS's value; null when it has none
 */
export function patronisEntry(
  name: string,
  dcs: string | null,
  member: MemberConfiguration,
): PatronisEntry | 'unknown' | null {
  const setting = member.settings.get(name.toLowerCase());
  const file = member.settings.get('config_file')?.setting;
  if (setting === undefined) return member.complete ? null : 'unknown';
  if (member.fileEntries !== null && file !== undefined) {
    const text = entryIn(file, setting, member)?.setting ?? null;
    return text === null ? null : { level: patronisLevel(setting, dcs, text).level, text };
  }
  if (setting.source === 'default') return null;
  // A value of another level may hide one in the file.
  if (setting.source !== 'configuration file' || setting.sourcefile === null) return 'unknown';
  if (setting.sourcefile !== file) return 'unknown';
  return { level: patronisLevel(setting, dcs, setting.setting).level, text: null };
}

interface PatronisOrigin extends Origin {
  readonly level: PatronisEntry['level'];
}

/** Who has given a parameter the text that it has in Patroni's file. */
function patronisLevel(setting: Setting, dcs: string | null, written: string): PatronisOrigin {
  if (dcs === null) {
    return { level: PATRONIS_OWN.test(setting.name) ? 'patroni' : 'local_yaml', why: null };
  }
  if (isSame(setting, dcs, written)) return { level: 'dcs', why: null };
  if (isClamped(setting, dcs, written)) {
    return { level: 'dcs', why: 'the DCS’s value is out of range: Patroni has put the limit in its place' };
  }
  return { level: 'local_yaml', why: null };
}

/** Text of the entry in the file; where the files cannot be seen, the value in force. */
function writtenText(setting: Setting, sourcefile: string, member: MemberConfiguration): string {
  return entryIn(sourcefile, setting, member)?.setting ?? setting.setting;
}

function entryIn(
  file: string,
  { name }: Setting,
  { fileEntries }: MemberConfiguration,
): { readonly setting: string | null } | undefined {
  const key = name.toLowerCase();
  return fileEntries?.findLast((one) => one.name?.toLowerCase() === key && one.sourcefile === file);
}

/** Whether two texts, as the DCS or a file has them, mean the same to the server. */
export function isSame(setting: Setting, a: string, b: string): boolean {
  const [first, second] = [parseSetting(setting, a), parseSetting(setting, b)];
  return first.ok && second.ok && sameSetting(setting, first.setting, second.setting);
}

function isClamped(setting: Setting, dcs: string, written: string): boolean {
  if (parseSetting(setting, dcs).ok || !/^\s*-?\d/.test(dcs)) return false;
  const limits = [setting.min_val, setting.max_val].filter((limit) => limit !== null);
  return limits.some((limit) => isSame(setting, displaySetting(setting, limit), written));
}
