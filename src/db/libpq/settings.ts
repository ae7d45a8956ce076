import { PgdbaError } from '../../core/errors.js';
import { parseConninfo, type Settings } from './conninfo.js';
import { invalid } from './invalid.js';
import { findKeyword, KEYWORDS } from './keywords.js';
import type { ConnectionWarning } from './plan.js';
import { readService } from './serviceFile.js';
import type { Surroundings } from './surroundings.js';
import { isConnectionUri, parseConnectionUri } from './uri.js';

export interface ConnectionInput {
  readonly dsn?: string | undefined;
  /** The --dbname flag: a bare database name. */
  readonly dbname?: string | undefined;
}

/**
 * Returns every keyword's value in libpq's order: connection string, service file, environment; --dbname beats all.
 * Keywords of keywords.ts that pgdba refuses are refused here, whatever source they come from.
 * @throws PgdbaError usage, connection_string_invalid, connection_option_unsupported, auth_method_unsupported
 */
export function gatherSettings(input: ConnectionInput, around: Surroundings): Settings {
  const settings = input.dsn === undefined ? new Map<string, string>() : parseDsn(input.dsn);
  addService(settings, around);
  addEnvironment(settings, around);
  if (input.dbname !== undefined) settings.set('dbname', bareName(input.dbname));
  refuseUnsupported(settings);
  return settings;
}

/** Returns a warning for each keyword that is accepted though somebody may count on its effect. */
export function warnAccepted(settings: Settings): ConnectionWarning[] {
  return KEYWORDS.filter(
    (row) => row.keyword !== null && row.warns?.(settings.get(row.keyword) ?? '') === true,
  ).map((row) => ({
    code: 'connection_option_without_effect',
    message: `${String(row.keyword)} has no effect: the operating system’s own value holds`,
    hint: 'docs/connections.md lists every libpq keyword and what pgdba does with it.',
  }));
}

function parseDsn(dsn: string): Settings {
  if (isConnectionUri(dsn)) return parseConnectionUri(dsn);
  if (dsn.includes('=')) return parseConninfo(dsn);
  throw invalid('--dsn is neither a connection URI nor a conninfo string');
}

function bareName(dbname: string): string {
  if (isConnectionUri(dbname) || dbname.includes('=')) {
    throw new PgdbaError('usage', '--dbname takes the name of a database', {
      hint: 'Give a URI or conninfo string with --dsn.',
    });
  }
  return dbname;
}

function addService(settings: Settings, around: Surroundings): void {
  const service = settings.get('service') ?? around.env['PGSERVICE'];
  if (service === undefined) return;
  const file = settings.get('servicefile') ?? around.env['PGSERVICEFILE'];
  addMissing(settings, readService(service, file, around));
}

function addEnvironment(settings: Settings, around: Surroundings): void {
  for (const { keyword, variable } of KEYWORDS) {
    const value = variable === null ? undefined : around.env[variable];
    if (keyword === null || keyword === 'requiressl' || value === undefined) continue;
    if (!settings.has(keyword)) settings.set(keyword, value);
  }
  // libpq looks at the old variable only when nobody says sslmode, and only for the value 1.
  if (!settings.has('sslmode') && around.env['PGREQUIRESSL']?.startsWith('1') === true) {
    settings.set('sslmode', 'require');
  }
}

function addMissing(settings: Settings, more: Settings): void {
  for (const [keyword, value] of more) if (!settings.has(keyword)) settings.set(keyword, value);
}

function refuseUnsupported(settings: Settings): void {
  for (const [keyword, value] of settings) {
    const row = findKeyword(keyword);
    if (row?.refusal?.when(value) !== true) continue;
    throw new PgdbaError(
      row.refusal.code,
      `connection option "${keyword}" is not supported with this value`,
      {
        hint: row.note,
      },
    );
  }
}
