import type { Setting, Settings } from '../core/setting/spec.js';
import { parseSetting, sameSetting } from '../core/setting/value.js';
import type { DcsConfig } from './answers.js';
import { dcsParameters } from './dcsParameters.js';

/** What Patroni puts on the postmaster's command line where the DCS has no value that it takes. */
interface CommandLineOption {
  readonly name: string;
  readonly fallback: string;
  /** Of a number: a smaller one is not taken. */
  readonly least: number | null;
}

/**
 * Parameters that Patroni takes from the DCS alone and that need a restart. Source: CMDLINE_OPTIONS in
 * patroni/postgresql/config.py of 3.0.2 and 4.1.4. wal_log_hints is missing: 3.x takes no value for it, and 4.x says
 * itself what waits for a restart.
 */
const OPTIONS: readonly CommandLineOption[] = [
  { name: 'max_connections', fallback: '100', least: 25 },
  { name: 'max_locks_per_transaction', fallback: '64', least: 32 },
  { name: 'max_prepared_transactions', fallback: '0', least: 0 },
  { name: 'max_replication_slots', fallback: '10', least: 4 },
  { name: 'max_wal_senders', fallback: '10', least: 3 },
  { name: 'max_worker_processes', fallback: '8', least: 2 },
  { name: 'track_commit_timestamp', fallback: 'off', least: null },
  { name: 'wal_level', fallback: 'replica', least: null },
];

/**
 * Those that are in force with another value than the one Patroni would start the postmaster with. None with a value of
 * the DCS that is no value at all: what Patroni makes of it depends on its version.
 */
export function staleOnCommandLine(settings: Settings, config: DcsConfig): readonly Setting[] {
  return OPTIONS.flatMap(({ name }) => {
    const setting = settings.get(name);
    const wanted = setting === undefined ? null : commandLineValue(setting, config);
    if (setting === undefined || wanted === null || sameSetting(setting, setting.setting, wanted)) return [];
    return [setting];
  });
}

/**
 * The value, in the base unit, with which Patroni starts a postmaster given this configuration: the DCS's, or Patroni's
 * own default where the DCS has none, or one that Patroni does not take (max_connections of 20 becomes 100). Null for a
 * parameter that it does not put on the command line, and for a text that is no value.
 */
export function commandLineValue(setting: Setting, config: DcsConfig): string | null {
  const option = OPTIONS.find(({ name }) => name === setting.name.toLowerCase());
  if (option === undefined) return null;
  // Of two spellings the later one wins.
  const told = dcsParameters(config).findLast(({ name }) => name.toLowerCase() === option.name)?.text ?? null;
  const parsed = told === null ? null : parseSetting(setting, told);
  if (parsed?.ok === false && !/^-?\d+$/.test(told ?? '')) return null;
  if (parsed?.ok === true && (option.least === null || Number(parsed.setting) >= option.least)) {
    return parsed.setting;
  }
  const fallback = parseSetting(setting, option.fallback);
  return fallback.ok ? fallback.setting : null;
}
