import { knownSetting, type Settings } from './conninfo.js';
import { invalid } from './invalid.js';

const SCHEME = /^postgres(?:ql)?:\/\//;

/** Returns whether the text is a connection URI rather than a conninfo string. */
export function isConnectionUri(text: string): boolean {
  return SCHEME.test(text);
}

/**
 * Reads a connection URI, as the manual's "libpq: Connection URIs" has it: several hosts, which WHATWG URLs and
 * therefore URL() and pg-connection-string cannot hold, IPv6 in brackets, socket folders percent-encoded.
 * @throws PgdbaError connection_string_invalid; its message names the part that is wrong, never its text
 */
export function parseConnectionUri(uri: string): Settings {
  const settings: Settings = new Map();
  const rest = uri.replace(SCHEME, '');
  const { credentials, afterCredentials } = splitCredentials(rest);
  if (credentials !== null) {
    const colon = credentials.indexOf(':');
    const user = colon < 0 ? credentials : credentials.slice(0, colon);
    if (user !== '') settings.set('user', decode(user, 'user name'));
    if (colon >= 0 && colon + 1 < credentials.length) {
      settings.set('password', decode(credentials.slice(colon + 1), 'password'));
    }
  }
  const { hosts, ports, afterHosts } = readHosts(afterCredentials);
  if (hosts.join(',') !== '') settings.set('host', decode(hosts.join(','), 'host'));
  if (ports.join(',') !== '') settings.set('port', decode(ports.join(','), 'port'));
  const question = afterHosts.indexOf('?');
  const path = question < 0 ? afterHosts : afterHosts.slice(0, question);
  if (path.length > 1) settings.set('dbname', decode(path.slice(1), 'database name'));
  if (question >= 0) readParameters(afterHosts.slice(question + 1), settings);
  return settings;
}

/** The user part ends at the first `@`, if one comes before the first `/`. */
function splitCredentials(rest: string): { credentials: string | null; afterCredentials: string } {
  const end = rest.search(/[@/]/);
  if (end < 0 || rest[end] !== '@') return { credentials: null, afterCredentials: rest };
  return { credentials: rest.slice(0, end), afterCredentials: rest.slice(end + 1) };
}

function readHosts(text: string): { hosts: string[]; ports: string[]; afterHosts: string } {
  const hosts: string[] = [];
  const ports: string[] = [];
  let rest = text;
  for (;;) {
    const host = rest.startsWith('[') ? bracketed(rest) : (/^[^:/?,]*/.exec(rest)?.[0] ?? '');
    hosts.push(rest.startsWith('[') ? host.slice(1, -1) : host);
    rest = rest.slice(host.length);
    const port = /^:([^/?,]*)/.exec(rest);
    ports.push(port?.[1] ?? '');
    rest = rest.slice(port?.[0].length ?? 0);
    if (!rest.startsWith(',')) break;
    rest = rest.slice(1);
  }
  return { hosts, ports, afterHosts: rest };
}

function bracketed(text: string): string {
  const end = text.indexOf(']');
  if (end < 0) throw invalid('the connection URI has "[" without "]" around an IPv6 address');
  if (end === 1) throw invalid('the IPv6 address in the connection URI is empty');
  if (!/^(?:[:/?,]|$)/.test(text.slice(end + 1))) {
    throw invalid('unexpected character after "]" in the connection URI (expected ":" or "/")');
  }
  return text.slice(0, end + 1);
}

function readParameters(text: string, settings: Settings): void {
  if (text === '') return;
  for (const pair of text.split('&')) {
    const [key = '', value, ...extra] = pair.split('=');
    if (value === undefined) throw invalid('missing "=" in a query parameter of the connection URI');
    if (extra.length > 0) throw invalid('extra "=" in a query parameter of the connection URI');
    const keyword = decode(key, 'query parameter');
    const text = decode(value, 'query parameter');
    // JDBC's spelling, the one foreign word that libpq lets in.
    if (keyword === 'ssl' && text === 'true') settings.set('sslmode', 'require');
    else settings.set(...knownSetting(keyword, text));
  }
}

/** Percent-decoding by bytes, as libpq does; URI components in JavaScript would refuse what is not UTF-8. */
function decode(text: string, part: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text))
    throw invalid(`invalid percent-encoding in the ${part} of the connection URI`);
  if (text.includes('%00')) throw invalid(`forbidden value %00 in the ${part} of the connection URI`);
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
