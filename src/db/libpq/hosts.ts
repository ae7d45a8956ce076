import { isIP } from 'node:net';
import type { Settings } from './conninfo.js';
import { PgdbaError } from '../../core/errors.js';
import { invalid } from './invalid.js';
import type { Endpoint } from './plan.js';
import { statOrNull, type Surroundings } from './surroundings.js';

/** Where servers put their socket: Debian's and Red Hat's packages first, then what PostgreSQL itself is built with. */
const DEFAULT_SOCKET_FOLDERS = ['/var/run/postgresql', '/tmp'] as const;

const DEFAULT_PORT = 5432;

/**
 * Returns the places to try, in order, as the manual's "libpq: Specifying Multiple Hosts" has it.
 * @throws PgdbaError connection_string_invalid when the lists of host, hostaddr and port do not fit together,
 * connection_option_unsupported for an abstract socket
 */
export function listEndpoints(settings: Settings, around: Surroundings): Endpoint[] {
  const names = list(settings, 'host');
  const addresses = list(settings, 'hostaddr');
  const count = addresses?.length ?? names?.length ?? 1;
  if (names !== null && addresses !== null && names.length !== addresses.length) {
    throw invalid(
      `could not match ${String(names.length)} host names to ${String(addresses.length)} hostaddr values`,
    );
  }
  const ports = list(settings, 'port')?.map(portNumber) ?? [DEFAULT_PORT];
  if (ports.length !== 1 && ports.length !== count) {
    throw invalid(`could not match ${String(ports.length)} port numbers to ${String(count)} hosts`);
  }
  return Array.from({ length: count }, (_, index) => {
    const port = ports[ports.length === 1 ? 0 : index] ?? DEFAULT_PORT;
    return endpoint(names?.[index] ?? '', addresses?.[index] ?? '', port, around);
  });
}

/**
 * Returns the name under which the password file knows a host: the default socket folder is `localhost` there, and
 * an address stands in for a host without a name.
 */
export function passfileHost(place: Endpoint): string {
  if (place.kind === 'tcp') return place.host;
  return DEFAULT_SOCKET_FOLDERS.some((folder) => folder === place.host) ? 'localhost' : place.host;
}

function list(settings: Settings, keyword: string): string[] | null {
  const value = settings.get(keyword);
  return value === undefined || value === '' ? null : value.split(',');
}

function portNumber(text: string): number {
  if (text === '') return DEFAULT_PORT;
  if (!/^\s*\d+\s*$/.test(text))
    // Not quoted as psql does: of "postgresql://u:pa/ss@host" what stands here is half a password.
    throw invalid('invalid integer value for connection option "port"');
  const port = Number(text);
  if (port < 1 || port > 65_535) throw invalid(`invalid port number: "${text.trim()}"`);
  return port;
}

function endpoint(name: string, address: string, port: number, around: Surroundings): Endpoint {
  if (address !== '') {
    // A zone index (fe80::1%eth0) is an address too.
    if (isIP(address) === 0) throw invalid(`could not parse network address "${address}"`);
    return { kind: 'tcp', host: name === '' ? address : name, hostaddr: address, port };
  }
  if (name === '') return socket(defaultSocketFolder(port, around), port);
  return name.startsWith('/') || name.startsWith('@')
    ? socket(name, port)
    : { kind: 'tcp', host: name, hostaddr: null, port };
}

function socket(folder: string, port: number): Endpoint {
  if (folder.startsWith('@')) {
    throw new PgdbaError(
      'connection_option_unsupported',
      'abstract Unix sockets (host=@…) are not supported',
      {
        hint: 'Node.js cannot connect to them; use a socket in a folder, or TCP.',
      },
    );
  }
  return { kind: 'socket', host: folder, port, path: `${folder}/.s.PGSQL.${String(port)}` };
}

function defaultSocketFolder(port: number, around: Surroundings): string {
  const used = DEFAULT_SOCKET_FOLDERS.find(
    (folder) => statOrNull(around.files, `${folder}/.s.PGSQL.${String(port)}`) !== null,
  );
  return used ?? DEFAULT_SOCKET_FOLDERS[0];
}
