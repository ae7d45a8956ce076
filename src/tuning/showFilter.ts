import { PgdbaError } from '../core/errors.js';
import type { Setting } from '../core/setting/spec.js';
import type { Configuration } from './configuration.js';

/** Which settings are wanted; all of what is said must hold. */
export interface SettingFilter {
  /** A name, or a pattern in which `*` stands for any text; case does not matter. */
  readonly pattern?: string | undefined;
  /** Only those that something has set to another value than the server starts with. */
  readonly changed: boolean;
  /** Text of the category, anywhere in it; case does not matter. */
  readonly category?: string | undefined;
  readonly source?: string | undefined;
  /** Only those that wait for a restart. */
  readonly pendingRestart: boolean;
}

/** So many names are told when one is not found. */
const NAMES_IN_HINT = 10;

/**
 * The settings that name, category, source and `changed` ask for, by name.
 * @throws PgdbaError `parameter_unknown` for a name without `*` that the server does not show
 */
export function chooseSettings(configuration: Configuration, filter: SettingFilter): Setting[] {
  const { pattern } = filter;
  if (pattern !== undefined && !pattern.includes('*')) requireKnown(configuration, pattern);
  const matches = pattern === undefined ? () => true : matcher(pattern);
  const category = filter.category?.toLowerCase() ?? '';
  return [...configuration.settings.values()].filter(
    (setting) =>
      matches(setting.name) &&
      setting.category.toLowerCase().includes(category) &&
      (filter.source === undefined || setting.source === filter.source) &&
      (!filter.changed || isChanged(setting)),
  );
}

/**
 * As psql's \dconfig without a pattern: set by something, and to another value than the built-in one. What pgdba's own
 * connection asks for is no change.
 */
function isChanged({ source, setting, boot_val }: Setting): boolean {
  return source !== 'default' && source !== 'client' && setting !== boot_val;
}

function matcher(pattern: string): (name: string) => boolean {
  const literal = (part: string): string => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');
  const whole = new RegExp(`^${pattern.split('*').map(literal).join('.*')}$`, 'i');
  return (name) => whole.test(name);
}

/** @throws PgdbaError `parameter_unknown` when the server shows no parameter of that name */
function requireKnown({ settings, complete }: Configuration, name: string): void {
  if (settings.has(name.toLowerCase())) return;
  const similar = [...settings.keys()].filter((known) => known.includes(name.toLowerCase()));
  throw new PgdbaError('parameter_unknown', `the server shows no parameter "${name}"`, {
    hint: [
      similar.length === 0 ? '' : `Names that contain it: ${similar.slice(0, NAMES_IN_HINT).join(', ')}.`,
      complete ? '' : 'It may be hidden from this role, which lacks pg_read_all_settings.',
      'Parameters of an extension exist once its library is loaded.',
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
  });
}
