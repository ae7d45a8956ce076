import type { Setting } from '../core/setting/spec.js';
import { parseSetting, sameSetting } from '../core/setting/value.js';
import type { Configuration, FileEntry } from './configuration.js';

/** What the configuration files hold for a parameter beside the value in force. */
export interface Pending {
  /** What the files' value waits for; `none` also where it will never come into force. Null: cannot be told. */
  readonly waits: 'none' | 'reload' | 'restart' | null;
  /** Text of the entry that counts, unmasked; null where none stands there, or the same value as in force. */
  readonly fileValue: string | null;
}

/** Sources of values that hold for some sessions only: below them nobody sees what the server has. */
const PER_SESSION = new Set(['global', 'database', 'user', 'database user', 'client', 'session']);

/**
 * Parameters that the server shows in another form than they were written in: paths made absolute, words of DateStyle
 * and time zones put right, `(disabled)` for archive_command without archive_mode, what the kernel has for the keepalives
 * of this connection. A difference in the text then says nothing.
 */
export const SHOWN_OTHERWISE: ReadonlySet<string> = new Set([
  'archive_command',
  'client_encoding',
  'datestyle',
  'hba_file',
  'ident_file',
  'log_timezone',
  'tcp_keepalives_count',
  'tcp_keepalives_idle',
  'tcp_keepalives_interval',
  'tcp_user_timeout',
  'timezone',
]);

/**
 * What a parameter waits for, by comparing the files with what is in force. The server's own flag pending_restart
 * cannot tell: once set it stays until the restart even when the change was taken back, and it is set for values that
 * the command line beats.
 */
export function pendingOf(configuration: Configuration, setting: Setting): Pending {
  const { fileEntries } = configuration;
  if (fileEntries === null || isUnreadable(fileEntries)) return { waits: null, fileValue: null };
  const entry = fileEntries.findLast(({ name }) => name?.toLowerCase() === setting.name.toLowerCase());
  const fileValue = entry === undefined || isInForce(setting, entry.setting ?? '') ? null : entry.setting;
  return { waits: waitsOf(setting, entry, fileValue), fileValue };
}

/**
 * As {@link pendingOf}, on a member of a Patroni cluster: there the next postmaster gets on its command line what
 * Patroni's own file has, so that a restart does change it.
 */
export function pendingOnMember(configuration: Configuration, setting: Setting): Pending {
  const { fileEntries, settings } = configuration;
  if (setting.source !== 'command line' || fileEntries === null) return pendingOf(configuration, setting);
  const file = settings.get('config_file')?.setting;
  const key = setting.name.toLowerCase();
  const entry = fileEntries.findLast((one) => one.name?.toLowerCase() === key && one.sourcefile === file);
  const written = parseSetting(setting, entry?.setting ?? '');
  return entry === undefined || !written.ok || sameSetting(setting, written.setting, setting.setting)
    ? { waits: 'none', fileValue: null }
    : { waits: 'restart', fileValue: entry.setting };
}

function waitsOf(setting: Setting, entry: FileEntry | undefined, fileValue: string | null): Pending['waits'] {
  if (setting.source === 'command line' || setting.context === 'internal') return 'none';
  if (PER_SESSION.has(setting.source)) return null;
  if (entry === undefined) return waitsWithoutEntry(setting);
  return fileValue === null ? 'none' : waitsFor(setting, entry, fileValue);
}

/**
 * The errors of the configuration files. Not among them: entries that only wait for a restart, which the server tells
 * in the words of an error.
 */
export function fileErrorsOf({ fileEntries, settings }: Configuration): FileEntry[] {
  return (fileEntries ?? []).filter((entry) => {
    const setting = settings.get(entry.name?.toLowerCase() ?? '');
    const onlyWaits = setting?.context === 'postmaster' && parseSetting(setting, entry.setting ?? '').ok;
    return entry.error !== null && !onlyWaits;
  });
}

/** After a line that cannot be parsed the server reads no further file, so that entries may be missing. */
function isUnreadable(entries: readonly FileEntry[]): boolean {
  return entries.some(({ name, error }) => name === null && error !== null);
}

/** A value that came from a file whose line is gone falls back to the default. */
function waitsWithoutEntry({ source, context }: Setting): Pending['waits'] {
  if (source !== 'configuration file') return 'none';
  return context === 'postmaster' ? 'restart' : 'reload';
}

/** Whether the text of a configuration file means what is in force, as far as the text can show. */
export function isInForce(setting: Setting, text: string): boolean {
  const parsed = parseSetting(setting, text);
  if (!parsed.ok) return false;
  if (sameSetting(setting, parsed.setting, setting.setting)) return true;
  // wal_buffers = -1 and the like: the default, which the server replaces by what it found best.
  const isDefault = setting.boot_val !== null && sameSetting(setting, parsed.setting, setting.boot_val);
  if (isDefault && setting.source !== 'configuration file') return true;
  return isShownOtherwise(setting) && letters(text) === letters(setting.setting);
}

/** Whether the server shows the parameter in another form than it was written in. */
export function isShownOtherwise({ name }: Setting): boolean {
  return SHOWN_OTHERWISE.has(name.toLowerCase());
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[\s_-]/g, '');
}

function waitsFor(setting: Setting, entry: FileEntry, text: string): Pending['waits'] {
  if (!parseSetting(setting, text).ok) return 'none';
  if (isShownOtherwise(setting)) return null;
  if (setting.context === 'postmaster') return 'restart';
  return entry.error === null ? 'reload' : 'none';
}
