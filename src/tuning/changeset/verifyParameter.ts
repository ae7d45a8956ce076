import { isAutoConf, type Configuration, type FileEntry } from '../configuration.js';
import type { Setting } from '../../core/setting/spec.js';
import { displaySetting, parseSetting, sameSetting } from '../../core/setting/value.js';
import { isSameLine } from './executeStep.js';

/** What a parameter's line in postgresql.auto.conf should be; null = none. */
export interface WantedLine {
  readonly name: string;
  readonly line: string | null;
  /** When the parameter can be changed, as the plan saw it; null for a placeholder. */
  readonly context: Setting['context'] | null;
}

/** What a look at the server tells of a change. */
export type Verdict =
  | { readonly kind: 'in_force' }
  /** The file has it, a restart will bring it. */
  | { readonly kind: 'waits_for_restart'; readonly current: string | null; readonly pending: string | null }
  /** The file has it; what this session sees comes from a level above. */
  | { readonly kind: 'masked'; readonly source: string; readonly current: string }
  | { readonly kind: 'failed'; readonly message: string };

/** Levels below or at the configuration files; a value from any other hides what the files say. */
const NOT_ABOVE_FILES = new Set([
  'default',
  'dynamic default',
  'override',
  'environment variable',
  'configuration file',
]);

/**
 * Judges one parameter by what a new session sees after the reload. `pending_restart` is not asked: PostgreSQL keeps
 * the flag after the change was taken back, and sets it where the command line wins.
 */
export function verdictOf(wanted: WantedLine, seen: Configuration, major: number): Verdict {
  const key = wanted.name.toLowerCase();
  const entries = (seen.fileEntries ?? []).filter(({ name }) => name?.toLowerCase() === key);
  const own = entries.filter(({ sourcefile }) => isAutoConf(sourcefile)).at(-1);
  const line = own === undefined ? null : (own.setting ?? '');
  if (!isSameLine(wanted.name, line, wanted.line, major)) {
    return failed(
      `postgresql.auto.conf has ${quoted(line)} for ${wanted.name} and not ${quoted(wanted.line)}`,
    );
  }
  // Entries come as the server reads them, and the last one wins.
  const winner = entries.at(-1);
  const setting = seen.settings.get(key);
  if (setting === undefined) return ofHidden(wanted, winner);
  if (!NOT_ABOVE_FILES.has(setting.source)) return ofMasked(setting, winner);
  return setting.context === 'postmaster' ? ofRestartOnly(setting, winner) : ofReloaded(setting, winner);
}

/** A placeholder, or a setting that the role may not see: all there is to know is whether the entry can be applied. */
function ofHidden({ name, context }: WantedLine, winner: FileEntry | undefined): Verdict {
  if (winner === undefined || winner.error === null) return { kind: 'in_force' };
  if (context !== 'postmaster') return failed(notAppliedText(name, winner));
  return { kind: 'waits_for_restart', current: null, pending: winner.setting };
}

function ofMasked(setting: Setting, winner: FileEntry | undefined): Verdict {
  const isRejected = winner !== undefined && winner.error !== null && setting.context !== 'postmaster';
  if (isRejected) return failed(notAppliedText(setting.name, winner));
  return { kind: 'masked', source: setting.source, current: displaySetting(setting, setting.setting) };
}

function ofRestartOnly(setting: Setting, winner: FileEntry | undefined): Verdict {
  const waits = (pending: string | null): Verdict => ({
    kind: 'waits_for_restart',
    current: displaySetting(setting, setting.setting),
    pending,
  });
  if (winner !== undefined) {
    return means(setting, winner) || winner.applied ? { kind: 'in_force' } : waits(winner.setting);
  }
  // Without a line anywhere the next start takes the default. A value that never came from a file already is one,
  // perhaps a computed one (wal_buffers).
  const boot = setting.boot_val ?? '';
  if (setting.source !== 'configuration file' || sameSetting(setting, boot, setting.setting)) {
    return { kind: 'in_force' };
  }
  return waits(displaySetting(setting, boot));
}

function ofReloaded(setting: Setting, winner: FileEntry | undefined): Verdict {
  const current = displaySetting(setting, setting.setting);
  if (winner === undefined) {
    return setting.source === 'configuration file'
      ? failed(`${setting.name} still has ${current} of a line that is gone`)
      : { kind: 'in_force' };
  }
  if (winner.error !== null) return failed(notAppliedText(setting.name, winner));
  if (means(setting, winner) || comesFrom(setting, winner)) return { kind: 'in_force' };
  return failed(`${setting.name} is ${current} in a new session and not ${winner.setting ?? ''}`);
}

/** Whether the entry's text means the value in force, in base units. */
function means(setting: Setting, entry: FileEntry): boolean {
  const parsed = parseSetting(setting, entry.setting ?? '');
  return parsed.ok && sameSetting(setting, parsed.setting, setting.setting);
}

/** Texts that the server rewrites (DateStyle, TimeZone) and values that it computes are known by their line. */
function comesFrom({ source, sourcefile, sourceline }: Setting, entry: FileEntry): boolean {
  if (source !== 'configuration file') return false;
  // Not every role may see which line it is.
  if (sourcefile === null) return entry.applied;
  return sourcefile === entry.sourcefile && sourceline === entry.sourceline;
}

function notAppliedText(name: string, { error, sourcefile, sourceline }: FileEntry): string {
  return `${name}: ${error ?? ''} (${sourcefile} line ${String(sourceline ?? '?')})`;
}

function quoted(line: string | null): string {
  return line === null ? 'no line' : `'${line}'`;
}

function failed(message: string): Verdict {
  return { kind: 'failed', message };
}
