import { PgdbaError } from '../../core/errors.js';
import { knownSetting, type Settings } from './conninfo.js';
import { invalid } from './invalid.js';
import { statOrNull, type Surroundings } from './surroundings.js';

/**
 * Returns the settings of a service, as the manual's "libpq: The Connection Service File" has it: the user's file
 * first, then the system's.
 * @throws PgdbaError connection_string_invalid (no such service, no such file, malformed line), auth_method_unsupported
 * for a service that is looked up in LDAP
 */
export function readService(service: string, namedFile: string | undefined, around: Surroundings): Settings {
  for (const file of candidates(namedFile, around)) {
    const settings = findService(readText(file, around), service, file);
    if (settings !== null) return settings;
  }
  throw invalid(
    `definition of service "${service}" not found`,
    'Look at PGSERVICEFILE and ~/.pg_service.conf.',
  );
}

/** A file that was named must exist; the two default places need not. */
function candidates(namedFile: string | undefined, around: Surroundings): string[] {
  if (namedFile !== undefined && statOrNull(around.files, namedFile) === null) {
    throw invalid(`service file "${namedFile}" not found`);
  }
  const own = namedFile ?? (around.home === null ? null : `${around.home}/.pg_service.conf`);
  // Debian's libpq is built with this folder; PGSYSCONFDIR is the portable way to say another.
  const system = `${around.env['PGSYSCONFDIR'] ?? '/etc/postgresql-common'}/pg_service.conf`;
  return [own, system].filter(
    (file): file is string => file !== null && statOrNull(around.files, file) !== null,
  );
}

function readText(file: string, around: Surroundings): string {
  try {
    return around.files.read(file).toString('utf8');
  } catch (error) {
    throw new PgdbaError('connection_string_invalid', `service file "${file}" cannot be read`, {
      cause: error,
    });
  }
}

function findService(text: string, service: string, file: string): Settings | null {
  const settings: Settings = new Map();
  let found = false;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    const place = `service file "${file}", line ${String(index + 1)}`;
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (found) break;
      found = line.startsWith(`[${service}]`);
    } else if (found) {
      const [keyword, value] = readLine(line, place);
      if (!settings.has(keyword)) settings.set(keyword, value);
    }
  }
  return found ? settings : null;
}

function readLine(line: string, place: string): [string, string] {
  if (/^ldaps?:/.test(line)) {
    throw new PgdbaError('auth_method_unsupported', `LDAP look-up is not supported: ${place}`, {
      hint: 'Write host, port and dbname of the service into the file.',
    });
  }
  const equals = line.indexOf('=');
  if (equals < 0) throw invalid(`syntax error in ${place}`);
  const keyword = line.slice(0, equals);
  if (keyword === 'service' || keyword === 'servicefile') {
    throw invalid(`nested ${keyword} specifications not supported in ${place}`);
  }
  try {
    return knownSetting(keyword, line.slice(equals + 1));
  } catch {
    throw invalid(`syntax error in ${place}: no such connection option`);
  }
}
