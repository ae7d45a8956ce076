import { PgdbaError } from '../../core/errors.js';
import { readAuthRules } from './auth.js';
import type { Settings } from './conninfo.js';
import { listEndpoints, passfileHost } from './hosts.js';
import { invalid } from './invalid.js';
import { findPassword, readPassfile, type Passfile } from './passfile.js';
import type { ConnectionPlan, Endpoint, PlannedHost } from './plan.js';
import { gatherSettings, warnAccepted, type ConnectionInput } from './settings.js';
import type { Surroundings } from './surroundings.js';
import { readTlsPlan } from './tlsPlan.js';
import { choice, integer, textOrNull } from './values.js';

/** libpq waits for ever; a command for scripts may not hang on a firewall that drops packets. */
const DEFAULT_CONNECT_TIMEOUT_S = 10;

const SESSION_ATTRS = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;

/**
 * Decides where and how to connect, from the connection string, the service file, the environment and the defaults,
 * as the manual's "libpq: Parameter Key Words" has it. Nothing is sent or looked up yet.
 * @throws PgdbaError usage, connection_string_invalid, connection_option_unsupported, auth_method_unsupported
 */
export function resolveConnection(input: ConnectionInput, around: Surroundings): ConnectionPlan {
  const settings = gatherSettings(input, around);
  const user = textOrNull(settings, 'user') ?? around.osUser;
  if (user === null)
    throw invalid('no user name: the operating system’s user has none', 'Say user= or set PGUSER.');
  const database = textOrNull(settings, 'dbname') ?? user;
  const endpoints = listEndpoints(settings, around);
  refusePeerCheck(settings, endpoints);
  const { passwordFor, passfile } = passwords(settings, around, user, database);
  checkOnlyNamed(settings);
  return {
    hosts: endpoints.map((endpoint): PlannedHost => ({ endpoint, password: passwordFor(endpoint) })),
    user,
    database,
    tls: readTlsPlan(settings, around),
    auth: readAuthRules(settings),
    sessionAttrs: choice(settings, 'target_session_attrs', SESSION_ATTRS, 'any'),
    shuffle: choice(settings, 'load_balance_hosts', ['disable', 'random'], 'disable') === 'random',
    connectTimeoutMs: timeoutMs(integer(settings, 'connect_timeout') ?? DEFAULT_CONNECT_TIMEOUT_S),
    options: backendOptions(settings, around),
    keepAlive: {
      enabled: integer(settings, 'keepalives') !== 0,
      idleMs: Math.max(0, integer(settings, 'keepalives_idle') ?? 0) * 1000,
    },
    warnings: [...(passfile?.warning == null ? [] : [passfile.warning]), ...warnAccepted(settings)],
  };
}

/** The password file is read only when no password is given: then its permissions cannot matter, as in libpq. */
function passwords(
  settings: Settings,
  around: Surroundings,
  user: string,
  database: string,
): { passwordFor: (endpoint: Endpoint) => () => string | undefined; passfile: Passfile | null } {
  const given = textOrNull(settings, 'password');
  if (given !== null) return { passwordFor: () => () => given, passfile: null };
  const path = textOrNull(settings, 'passfile') ?? (around.home === null ? null : `${around.home}/.pgpass`);
  const passfile = path === null ? null : readPassfile(path, around.files);
  return {
    passfile,
    passwordFor: (endpoint) => {
      const key = { host: passfileHost(endpoint), port: endpoint.port, database, user };
      const found = passfile === null ? undefined : findPassword(passfile, key);
      return () => (found === '' ? undefined : found);
    },
  };
}

function refusePeerCheck(settings: Settings, endpoints: readonly Endpoint[]): void {
  if (textOrNull(settings, 'requirepeer') === null || endpoints.every((endpoint) => endpoint.kind === 'tcp'))
    return;
  throw new PgdbaError('connection_option_unsupported', 'requirepeer cannot be checked on a Unix socket', {
    hint: 'Node.js cannot read the user of a socket’s peer; connect over TCP with sslmode=verify-full instead.',
  });
}

/** Values that change nothing are still checked, so that a typing mistake shows. */
function checkOnlyNamed(settings: Settings): void {
  choice(settings, 'gssencmode', ['disable', 'prefer', 'require'], 'prefer');
  for (const keyword of ['keepalives_interval', 'keepalives_count', 'tcp_user_timeout'])
    integer(settings, keyword);
  const protocol = settings.get('max_protocol_version') ?? '';
  if (!['', '3.0', '3.2', 'latest'].includes(protocol)) {
    throw invalid(`invalid max_protocol_version value: "${protocol}"`);
  }
}

function timeoutMs(seconds: number): number | null {
  return seconds <= 0 ? null : seconds * 1000;
}

/** PGGEQO travels as libpq sends it, as a setting of the session; the user's own options come after it and win. */
function backendOptions(settings: Settings, around: Surroundings): string {
  const geqo = around.env['PGGEQO'] ?? '';
  const parts = [geqo === '' ? '' : commandLineSetting('geqo', geqo), textOrNull(settings, 'options') ?? ''];
  return parts.filter((part) => part !== '').join(' ');
}

/** Returns `-c name=value` as the backend's command line wants it: blanks and backslashes escaped. */
export function commandLineSetting(name: string, value: string): string {
  return `-c ${name}=${value.replace(/[\\\s]/g, '\\$&')}`;
}
