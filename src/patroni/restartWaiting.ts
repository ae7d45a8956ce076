import { PgdbaError } from '../core/errors.js';
import type { Setting } from '../core/setting/spec.js';
import { parseSetting, sameSetting } from '../core/setting/value.js';
import type { DcsConfig } from './answers.js';
import { commandLineValue, staleOnCommandLine } from './commandLine.js';
import type { RestartMember, RestartSql } from './restartSight.js';

/** A parameter whose value a restart of this member changes. */
export interface WaitingParameter {
  readonly name: string;
  readonly setting: Setting;
  /** After the restart, in the base unit; null where neither Patroni nor a file tells. */
  readonly wanted: string | null;
}

/** A parameter that a change is to give the DCS. */
export interface StagedParameter {
  readonly name: string;
  /** As PostgreSQL reads it; null = its built-in value. */
  readonly text: string | null;
}

/** What waits for a restart of a member. */
export interface Waiting {
  /** The member's own word. */
  readonly patroni: boolean;
  /** pg_settings.pending_restart, apart from entries that the command line beats and changes that were taken back. */
  readonly sql: boolean;
  readonly parameters: readonly WaitingParameter[];
}

/**
 * What waits for a restart of a member; null when it did not answer over REST and SQL, so that nobody can tell.
 *
 * Both are needed. PostgreSQL's flag does not know what Patroni will put on the command line, and is set for entries of
 * postgresql.auto.conf that never take effect there; Patroni does not see what ALTER SYSTEM left waiting. Patroni 4 names
 * the parameters; of Patroni 3 they are those of the command line that are not as the DCS wants them.
 * @param staged what would wait, too, once the DCS had it
 */
export function waitingOf(
  { own, sql }: RestartMember,
  config: DcsConfig,
  staged: readonly StagedParameter[] = [],
): Waiting | null {
  if (own instanceof PgdbaError || sql instanceof PgdbaError) return null;
  const { settings } = sql.configuration;
  const found = new Map<string, WaitingParameter>();
  const add = (name: string, wanted: (setting: Setting) => string | null): void => {
    const setting = settings.get(name.toLowerCase());
    if (setting === undefined) return;
    found.set(name.toLowerCase(), { name: setting.name, setting, wanted: wanted(setting) });
  };
  const reasons = Object.entries(own.pending_restart_reason ?? {});
  for (const [name, { new_value: text }] of reasons) add(name, (setting) => inBaseUnit(setting, text));
  if (own.pending_restart === true && reasons.length === 0) {
    for (const { name } of staleOnCommandLine(settings, config)) {
      add(name, (one) => commandLineValue(one, config));
    }
  }
  const pending = [...settings.values()].filter((one) => isPending(one, sql));
  for (const { name } of pending) {
    if (!found.has(name.toLowerCase())) add(name, (setting) => wantedByFile(setting, sql));
  }
  const planned = staged.filter((one) => wouldWait(one, sql));
  for (const { name, text } of planned) {
    add(name, (setting) => (text === null ? setting.boot_val : inBaseUnit(setting, text)));
  }
  const parameters = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const patroni = own.pending_restart === true || planned.length > 0;
  return { patroni, sql: pending.length > 0, parameters };
}

function wouldWait({ name, text }: StagedParameter, { configuration }: RestartSql): boolean {
  const setting = configuration.settings.get(name.toLowerCase());
  if (setting?.context !== 'postmaster') return false;
  const wanted = text === null ? setting.boot_val : inBaseUnit(setting, text);
  return wanted !== null && !sameSetting(setting, setting.setting, wanted);
}

/**
 * Parameters of the DCS that a member neither has nor says it waits for. That passes within a second of the change, but
 * for a member whose configuration files have an error: Patroni's reload then finds nothing pending (seen with 3.0.2),
 * and to raise the leader before it would take it down.
 */
export function unheardOf({ own, sql }: RestartMember, config: DcsConfig): readonly string[] {
  if (own instanceof PgdbaError || sql instanceof PgdbaError || own.pending_restart === true) return [];
  return staleOnCommandLine(sql.configuration.settings, config).map(({ name }) => name);
}

/** The flag is set for entries that the command line beats, too, and stays when the change is taken back. */
function isPending(setting: Setting, sql: RestartSql): boolean {
  if (!setting.pending_restart || setting.source === 'command line') return false;
  const wanted = wantedByFile(setting, sql);
  return wanted === null || !sameSetting(setting, setting.setting, wanted);
}

/** The last entry of the files; without one the parameter goes back to its built-in value. */
function wantedByFile(setting: Setting, { configuration }: RestartSql): string | null {
  const { fileEntries } = configuration;
  if (fileEntries === null) return null;
  const key = setting.name.toLowerCase();
  const entry = fileEntries.findLast(({ name }) => name?.toLowerCase() === key);
  return entry === undefined ? setting.boot_val : inBaseUnit(setting, entry.setting);
}

function inBaseUnit(setting: Setting, text: string | number | boolean | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const plain = typeof text === 'boolean' ? (text ? 'on' : 'off') : String(text);
  const parsed = parseSetting(setting, plain);
  return parsed.ok ? parsed.setting : null;
}
