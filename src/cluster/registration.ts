import { PgdbaError } from '../core/errors.js';
import { maskSecrets } from '../core/mask.js';
import { parseConninfo, type Settings } from '../db/libpq/conninfo.js';
import { resolveConnection } from '../db/libpq/resolve.js';
import type { Surroundings } from '../db/libpq/surroundings.js';
import { isConnectionUri, parseConnectionUri } from '../db/libpq/uri.js';
import type { ClusterEntry } from './registrySchema.js';

/** What somebody wants to register, as they wrote it. */
export interface Registration {
  readonly dsn: string;
  readonly passwordCommand?: string | undefined;
  readonly passwordEnv?: string | undefined;
  readonly patroniUrls?: readonly string[] | undefined;
  readonly replicas?: readonly string[] | undefined;
  /** key=value */
  readonly tags?: readonly string[] | undefined;
}

const NAME = /^[A-Za-z0-9._-]{1,63}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;
const HOST_PORT = /^(\[[0-9A-Fa-f:.%\w]+\]|[^\s:/@,=[\]]+)(?::(\d{1,5}))?$/;

/** Keywords that hold a secret; the registry never stores one. */
const SECRETS = ['password', 'sslpassword', 'oauth_client_secret', 'scram_client_key', 'scram_server_key'];

const INSTEAD_OF_PASSWORD =
  'The registry stores no secret: leave it out and give --password-command, --password-env or a line in ~/.pgpass.';

/** @throws PgdbaError `usage` when it is not a name that the registry can hold. */
export function requireClusterName(name: string): void {
  if (NAME.test(name)) return;
  // Not quoted: a connection string may stand where the name should.
  throw new PgdbaError('usage', 'that is no name for a cluster', {
    hint: 'A name has 1 to 63 letters, digits, dots, dashes and underscores.',
  });
}

/**
 * The entry for the registry, with every word checked; nothing is pinned yet. No message quotes what may be a secret.
 * @throws PgdbaError `usage`; `connection_string_invalid` and `connection_option_unsupported` as for --dsn
 */
export function entryOf(wanted: Registration, addedAt: Date, around: Surroundings): ClusterEntry {
  const { passwordCommand = '', passwordEnv = '' } = wanted;
  requireDsn('the DSN', wanted.dsn, around);
  if (passwordCommand !== '' && passwordEnv !== '') {
    throw new PgdbaError('usage', '--password-command and --password-env cannot be given together', {
      hint: 'Give one of them.',
    });
  }
  if (passwordEnv !== '' && !VARIABLE.test(passwordEnv)) {
    throw new PgdbaError('usage', '--password-env takes the name of a variable, not a password');
  }
  for (const replica of wanted.replicas ?? []) requireReplica(replica, around);
  for (const url of wanted.patroniUrls ?? []) requirePatroniUrl(url);
  return {
    dsn: wanted.dsn,
    password_command: passwordCommand === '' ? null : passwordCommand,
    password_env: passwordEnv === '' ? null : passwordEnv,
    patroni_urls: [...(wanted.patroniUrls ?? [])],
    tags: Object.fromEntries((wanted.tags ?? []).map(tag)),
    replicas: [...(wanted.replicas ?? [])],
    fingerprint: null,
    tier: null,
    added_at: addedAt.toISOString(),
  };
}

/** Keyword → value of a connection string as written. @throws PgdbaError `connection_string_invalid` */
export function parseDsn(dsn: string): Settings {
  return isConnectionUri(dsn) ? parseConnectionUri(dsn) : parseConninfo(dsn);
}

/** Whether a replica is written as a DSN; else it is host[:port]. */
export function isDsn(replica: string): boolean {
  return isConnectionUri(replica) || replica.includes('=');
}

/** The parts of host[:port], or undefined when it is none; a port that is not written is null. */
export function splitHostPort(
  text: string,
): { readonly host: string; readonly port: string | null } | undefined {
  const match = HOST_PORT.exec(text);
  if (match?.[1] === undefined) return undefined;
  return { host: match[1].replace(/^\[|\]$/g, ''), port: match[2] ?? null };
}

/** The first keyword of a DSN whose value is, or holds, a secret. @throws PgdbaError `connection_string_invalid` */
export function secretIn(dsn: string): string | undefined {
  const found = [...parseDsn(dsn)].find(([keyword, value]) =>
    SECRETS.includes(keyword) ? value !== '' : keyword !== 'passfile' && maskSecrets(value) !== value,
  );
  return found?.[0];
}

function requireDsn(what: string, dsn: string, around: Surroundings): void {
  // In postgresql://user:pass/word@host the first "/" ends the host: half a password is a port, half a database.
  if (isConnectionUri(dsn) && /^[a-z]+:\/\/[^@/?]*\/[^?]*@/.test(dsn)) {
    throw new PgdbaError('usage', `${what} has an "@" behind its first "/"`, {
      hint: `In the name of a database, write it as %40. If it ends a password: ${INSTEAD_OF_PASSWORD}`,
    });
  }
  const secret = secretIn(dsn);
  if (secret !== undefined) {
    throw new PgdbaError('usage', `${what} holds a secret (${secret})`, { hint: INSTEAD_OF_PASSWORD });
  }
  // The rest of the environment belongs to the shell of today, not to the cluster.
  const { PGSERVICEFILE, PGSYSCONFDIR } = around.env;
  resolveConnection({ dsn }, { ...around, env: { PGSERVICEFILE, PGSYSCONFDIR } });
}

function requireReplica(replica: string, around: Surroundings): void {
  if (isDsn(replica)) {
    requireDsn('the DSN of a replica', replica, around);
    return;
  }
  const port = splitHostPort(replica)?.port;
  if (port === undefined || (port !== null && (Number(port) < 1 || Number(port) > 65_535))) {
    throw new PgdbaError('usage', '--replica takes host[:port] or a DSN', {
      hint: 'An IPv6 address with a port is written [::1]:5432.',
    });
  }
}

function requirePatroniUrl(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new PgdbaError('usage', '--patroni-url takes an http or https URL', {
      hint: 'For example http://db1:8008.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw new PgdbaError('usage', 'the Patroni URL holds credentials', {
      hint: 'The registry stores no secret; reading Patroni’s REST API needs none.',
    });
  }
}

function tag(text: string): [string, string] {
  const equals = text.indexOf('=');
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
  throw new PgdbaError('usage', '--tag takes key=value', { hint: 'For example --tag env=prod.' });
}
