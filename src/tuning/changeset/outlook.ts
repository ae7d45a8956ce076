import { isAutoConf, type Configuration } from '../configuration.js';
import type { Setting } from '../../core/setting/spec.js';
import { parseSetting, settingBytes } from '../../core/setting/value.js';

/** What a server started now would run with. */
export interface Outlook {
  /** In the form of pg_settings.setting; null for a parameter that the server does not show. */
  readonly settingOf: (name: string) => string | null;
  /** The same as a number, sizes in bytes; null also where it is none, or a size that the server chooses (-1). */
  readonly numberOf: (name: string) => number | null;
}

/** Texts of new lines in postgresql.auto.conf by lower-case name; null = the line goes. */
export type NewLines = ReadonlyMap<string, string | null>;

/** Sources that say nothing of the server as a whole. */
const PER_SESSION = new Set(['global', 'database', 'user', 'database user', 'client', 'session']);

/**
 * The settings as a start would make them: what the command line says, else the last line of the files with the new
 * lines put into postgresql.auto.conf, else the default. A text that PostgreSQL would not take counts as not there.
 * @param beatsCommandLine whether the new lines decide what stands on the command line, as Patroni's do
 */
export function outlookOf(
  configuration: Configuration,
  lines: NewLines = new Map(),
  beatsCommandLine = false,
): Outlook {
  const settingOf = (name: string): string | null => {
    const spec = configuration.settings.get(name.toLowerCase());
    return spec === undefined ? null : atStart(configuration, spec, lines, beatsCommandLine);
  };
  const numberOf = (name: string): number | null => {
    const spec = configuration.settings.get(name.toLowerCase());
    const setting = settingOf(name);
    if (spec === undefined || setting === null || setting === '') return null;
    const isSize = settingBytes(spec, '0') !== null;
    const value = isSize ? settingBytes(spec, setting) : Number(setting);
    return value === null || Number.isNaN(value) ? null : value;
  };
  return { settingOf, numberOf };
}

function atStart(
  configuration: Configuration,
  spec: Setting,
  lines: NewLines,
  beatsCommandLine: boolean,
): string | null {
  const key = spec.name.toLowerCase();
  const isFixed = spec.source === 'command line' && !(beatsCommandLine && lines.has(key));
  if (isFixed || spec.context === 'internal') return spec.setting;
  const line = lines.get(key);
  const isTouched = lines.has(key);
  if (typeof line === 'string') {
    const parsed = parseSetting(spec, line);
    if (parsed.ok) return parsed.setting;
  }
  const inFiles = lastLine(configuration, spec, isTouched && line === null);
  if (inFiles !== null) return inFiles;
  const comesFromFile = spec.source === 'configuration file';
  const isReset = isTouched && line === null;
  return PER_SESSION.has(spec.source) || (comesFromFile && (configuration.fileEntries !== null || isReset))
    ? spec.boot_val
    : spec.setting;
}

/** What the files say last; null when they say nothing that the server would take. */
function lastLine({ fileEntries }: Configuration, spec: Setting, withoutAutoConf: boolean): string | null {
  const entry = (fileEntries ?? []).findLast(
    ({ name, sourcefile }) =>
      name?.toLowerCase() === spec.name.toLowerCase() && !(withoutAutoConf && isAutoConf(sourcefile)),
  );
  if (entry === undefined) return null;
  const parsed = parseSetting(spec, entry.setting ?? '');
  return parsed.ok ? parsed.setting : null;
}
