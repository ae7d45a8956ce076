import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import type { Configuration } from '../configuration.js';
import type { GuardFinding, PlannedChange } from './guards/guard.js';

/** What the server knows of a parameter. */
export type Knowledge =
  /** It stands in pg_settings. */
  | 'shown'
  /** It exists, and the role may not see it. */
  | 'hidden'
  /** It exists, and pg_settings never shows it: role, session_authorization, seed. */
  | 'unlisted'
  | 'unknown';

/**
 * What the server knows of each name. A role without pg_read_all_settings misses rows of pg_settings, so that a row that
 * is not there does not mean that the parameter is not.
 * @throws PgdbaError what the server or the network said
 */
export async function readKnowledge(
  server: Server,
  { settings }: Configuration,
  names: readonly string[],
): Promise<ReadonlyMap<string, Knowledge>> {
  const found = await Promise.all(
    names.map(async (name): Promise<[string, Knowledge]> => [
      name,
      settings.has(name.toLowerCase()) ? 'shown' : await ask(server, name),
    ]),
  );
  return new Map(found);
}

/** Looking at the files has made a placeholder of each name with a prefix in them, in our session alone. */
const isPlaceholder = (name: string): boolean => name.includes('.');

const CURRENT = /* sql */ `SELECT pg_catalog.current_setting($1, true) IS NOT NULL AS is_there`;

async function ask({ snapshot }: Server, name: string): Promise<Knowledge> {
  const { result } = await snapshot.read({ sql: CURRENT, params: [name] });
  if (!(result instanceof PgdbaError)) {
    return result.rows[0]?.[0] === 't' && !isPlaceholder(name) ? 'unlisted' : 'unknown';
  }
  if (result.code === 'insufficient_privilege') return 'hidden';
  if (result.code === 'server_error') return 'unknown';
  throw result;
}

/** Parameters that ALTER SYSTEM refuses although pg_settings does not call them internal (55P02; seen on 12 to 18). */
const FIXED_BY_NAME = new Set([
  'allow_alter_system',
  'config_file',
  'data_directory',
  'transaction_deferrable',
  'transaction_isolation',
  'transaction_read_only',
]);

/** ALTER SYSTEM takes names with a prefix that nobody registered since this major; before, it refuses them itself. */
const TAKES_ANY_PREFIX = 17;

/** Why a parameter cannot be changed; null when it can. */
export function refusalOfName(
  { key, name, newValue, oldLine }: PlannedChange,
  knowledge: Knowledge,
  major: number,
  { settings }: Configuration,
): GuardFinding | null {
  if (knowledge === 'shown') {
    const isFixed = settings.get(key)?.context === 'internal' || FIXED_BY_NAME.has(key);
    return isFixed ? notChangeable(name) : null;
  }
  if (knowledge === 'unlisted') return notChangeable(name);
  // The permission says so, with the GRANT.
  if (knowledge === 'hidden') return null;
  const takesLineAway = newValue === null && oldLine !== null && major >= TAKES_ANY_PREFIX;
  return takesLineAway ? null : unknown(name, major, settings);
}

function notChangeable(name: string): GuardFinding {
  const message = `${name} cannot be changed with ALTER SYSTEM`;
  return { severity: 'refuse', code: 'parameter_not_changeable', parameter: name, message };
}

function unknown(name: string, major: number, settings: Configuration['settings']): GuardFinding {
  const prefix = /^(.*)\./.exec(name.toLowerCase())?.[1];
  const finding = { code: 'parameter_unknown', parameter: name } as const;
  if (prefix === undefined) {
    return { ...finding, severity: 'refuse', message: `the server has no parameter ${name}` };
  }
  const isLoaded = [...settings.keys()].some((key) => key.startsWith(`${prefix}.`));
  if (isLoaded) {
    const message = `the server has parameters ${prefix}.*, and no ${name}`;
    return { ...finding, severity: 'refuse', message };
  }
  return {
    ...finding,
    severity: major >= TAKES_ANY_PREFIX ? 'unless_forced' : 'refuse',
    message: `no library is loaded that has parameters ${prefix}.*, so that nobody can tell whether ${name} is one`,
    hint: 'Load the library first (shared_preload_libraries), then set its parameters.',
  };
}
