import { PgdbaError } from '../../core/errors.js';
import { maskSecrets, maskSetting } from '../../core/mask.js';
import type { Setting } from '../../core/setting/spec.js';
import { displaySetting } from '../../core/setting/value.js';
import type { NodeStatus } from '../../patroni/answers.js';
import { isSame } from '../../patroni/levels.js';
import { DCS_ONLY } from '../../patroni/ownParameters.js';
import { isAutoConf, type Configuration, type FileEntry } from '../configuration.js';
import { SHOWN_OTHERWISE } from '../pending.js';
import type { DcsKey, ProvenParameter } from '../changeset/dcsChange.js';
import type { Side } from './dcsKeys.js';
import { textOfDcs } from './dcsValue.js';

/** A parameter that every member shall have from the DCS, and what it had there. */
export interface WantedValue {
  /** As PostgreSQL writes it. */
  readonly name: string;
  /** Text that it is given; null = the DCS shall have none. */
  readonly text: string | null;
  /** Text of the DCS's value from which the change comes; null = none. */
  readonly from: string | null;
}

/** What a change in that direction wants of every member. */
export function wantedValues(
  parameters: readonly { readonly name: string }[],
  keys: readonly DcsKey[],
  to: Side,
): WantedValue[] {
  const from = to === 'after' ? 'before' : 'after';
  return parameters.map(({ name }, i) => {
    const key = keys[i];
    return { name, text: textOfDcs(key?.[to]), from: textOfDcs(key?.[from]) };
  });
}

/** What was found out about a member. */
export interface MemberSight {
  /** What its Patroni says of itself; null when it was not asked, or did not answer. */
  readonly own: NodeStatus | null;
  readonly configuration: Configuration | PgdbaError;
}

/** The levels that beat the configuration files for this session alone. */
const PER_SESSION = new Set(['global', 'database', 'user', 'database user', 'client', 'session']);

/**
 * What a look at a member proves of a parameter. SQL decides: the value in a new session, and for what a restart brings
 * the file that Patroni has written. Patroni's own flag for pending restarts counts only where the role may not see the
 * files, for on 3.x it does not say which parameter, and it stays set after a change was taken back.
 */
export function memberVerdict(wanted: WantedValue, { own, configuration }: MemberSight): ProvenParameter {
  const { name } = wanted;
  if (configuration instanceof PgdbaError) {
    return { name, value: null, outcome: 'unreachable', reason: maskSecrets(configuration.message) };
  }
  const setting = configuration.settings.get(name.toLowerCase());
  const told = { name, value: setting === undefined ? null : shown(setting) };
  const { outcome, reason } =
    setting === undefined ? ofUnshown(wanted, configuration) : ofShown(wanted, setting, configuration, own);
  return { ...told, outcome, reason };
}

type Proof = Pick<ProvenParameter, 'outcome' | 'reason'>;

const IN_FORCE: Proof = { outcome: 'in_force', reason: null };

function shown(setting: Setting): string {
  return maskSetting(setting.name, displaySetting(setting, setting.setting));
}

/** A placeholder of an extension, or what the role may not see: the file is all there is. */
function ofUnshown({ name, text }: WantedValue, configuration: Configuration): Proof {
  const entry = entryOf(configuration, name);
  if (configuration.fileEntries !== null && (entry?.setting ?? null) === text) return IN_FORCE;
  const reason = configuration.complete ? 'the server has no such parameter' : 'the role may not see it';
  return { outcome: 'not_in_force', reason };
}

function ofShown(
  wanted: WantedValue,
  setting: Setting,
  configuration: Configuration,
  own: NodeStatus | null,
): Proof {
  if (PER_SESSION.has(setting.source)) return ofSession(wanted, setting, configuration);
  const { text } = wanted;
  if (text === null) return ofReset(wanted, setting, configuration);
  if (isInForce(setting, text) || comesFrom(setting, text, configuration)) return IN_FORCE;
  const masked = maskOf(setting, configuration);
  if (masked !== null) return masked;
  if (setting.context === 'postmaster' && isStaged(setting, text, configuration, own)) {
    return { outcome: 'pending_restart', reason: null };
  }
  return { outcome: 'not_in_force', reason: whyNot(setting, text, configuration) };
}

/** ALTER DATABASE or ROLE … SET hides the files from a session like ours: then the file itself must do as the proof. */
function ofSession({ text, name }: WantedValue, setting: Setting, configuration: Configuration): Proof {
  const entry = entryOf(configuration, name);
  const reason = `sessions like this one have it from another level (${setting.source})`;
  const isWritten = text === null || (entry?.setting != null && isSame(setting, entry.setting, text));
  return isWritten ? { outcome: 'in_force', reason } : { outcome: 'not_in_force', reason };
}

/** postgresql.auto.conf beats the DCS, except for what stands on the command line. */
function maskOf(setting: Setting, configuration: Configuration): Proof | null {
  if (setting.source === 'command line') return null;
  const entry = lastEntry(configuration, setting.name);
  const isThere = entry !== undefined ? isAutoConf(entry.sourcefile) : isAutoConf(setting.sourcefile ?? '');
  if (!isThere) return null;
  return { outcome: 'not_in_force', reason: 'its postgresql.auto.conf (ALTER SYSTEM) beats the DCS' };
}

function isStaged(
  setting: Setting,
  text: string,
  configuration: Configuration,
  own: NodeStatus | null,
): boolean {
  if (configuration.fileEntries !== null) {
    const entry = entryOf(configuration, setting.name);
    return entry?.setting != null && isSame(setting, entry.setting, text);
  }
  const reasons = own?.pending_restart_reason;
  if (own?.pending_restart !== true) return false;
  return reasons === undefined || Object.keys(reasons).some((name) => name.toLowerCase() === setting.name);
}

function whyNot(setting: Setting, text: string, configuration: Configuration): string {
  const entry = entryOf(configuration, setting.name);
  if (configuration.fileEntries === null) return 'it has another value, and the role may not see where from';
  if (entry?.setting == null) return 'Patroni has not written it there';
  if (isSame(setting, entry.setting, text)) return 'its server has not taken up the file that Patroni wrote';
  return `the file that Patroni wrote there has "${maskSetting(setting.name, entry.setting)}": its own Patroni file beats the DCS, or Patroni has not written it yet`;
}

function isInForce(setting: Setting, text: string): boolean {
  return isSame(setting, text, setting.setting);
}

/**
 * What the server shows in other words (archive_command without archive_mode, paths made absolute) is known by its line.
 * For everything else that would be no proof: the file is there a moment before the server has taken it up.
 */
function comesFrom(setting: Setting, text: string, configuration: Configuration): boolean {
  if (!SHOWN_OTHERWISE.has(setting.name.toLowerCase())) return false;
  const entry = entryOf(configuration, setting.name);
  if (entry?.setting == null || !entry.applied || !isSame(setting, entry.setting, text)) return false;
  return setting.sourcefile === entry.sourcefile && setting.sourceline === entry.sourceline;
}

/** Without the key in the DCS a member has what Patroni itself, its own file or PostgreSQL falls back on. */
function ofReset(wanted: WantedValue, setting: Setting, configuration: Configuration): Proof {
  const fallback = DCS_ONLY.get(setting.name.toLowerCase())?.fallback;
  if (fallback !== undefined) {
    if (isInForce(setting, fallback)) return IN_FORCE;
    const isWritten = isStaged(setting, fallback, configuration, null);
    if (isWritten && setting.context === 'postmaster') return { outcome: 'pending_restart', reason: null };
    return { outcome: 'not_in_force', reason: `Patroni has not gone back to its own ${fallback} yet` };
  }
  if (configuration.fileEntries === null) return ofUnseenReset(wanted, setting);
  const entry = entryOf(configuration, setting.name);
  if (entry?.setting == null) return ofFallback(setting, configuration);
  if (wanted.from !== null && isSame(setting, entry.setting, wanted.from)) {
    return { outcome: 'not_in_force', reason: 'the file that Patroni wrote there still has the old value' };
  }
  return { outcome: 'in_force', reason: 'its own Patroni file has a value for it' };
}

function ofUnseenReset({ from }: WantedValue, setting: Setting): Proof {
  if (from === null || setting.source === 'default' || !isInForce(setting, from)) return IN_FORCE;
  return {
    outcome: 'not_in_force',
    reason: 'it still has the old value, and the role may not see where from',
  };
}

/** What the other files say counts, else the built-in value; one that came from no file is there already. */
function ofFallback(setting: Setting, configuration: Configuration): Proof {
  const other = lastEntry(configuration, setting.name)?.setting ?? setting.boot_val ?? '';
  const isThere = setting.source !== 'configuration file' || isInForce(setting, other);
  if (isThere) return IN_FORCE;
  if (setting.context === 'postmaster') return { outcome: 'pending_restart', reason: null };
  return { outcome: 'not_in_force', reason: 'it still has the old value' };
}

/** The last entry in the file that Patroni writes. */
function entryOf(configuration: Configuration, name: string): FileEntry | undefined {
  const file = configuration.settings.get('config_file')?.setting;
  return entriesOf(configuration, name).findLast(({ sourcefile }) =>
    file === undefined ? sourcefile.endsWith('/postgresql.conf') : sourcefile === file,
  );
}

function lastEntry(configuration: Configuration, name: string): FileEntry | undefined {
  return entriesOf(configuration, name).at(-1);
}

function entriesOf({ fileEntries }: Configuration, name: string): readonly FileEntry[] {
  const key = name.toLowerCase();
  return (fileEntries ?? []).filter((entry) => entry.name?.toLowerCase() === key);
}
