import type { ErrorCode } from '../../core/codes.js';

/**
 * Every connection keyword of libpq (PostgreSQL 18, and `servicefile` of 19) and every variable of the manual's page
 * "libpq: Environment Variables". Nothing that a user may set is ignored in silence: each row says what becomes of it,
 * docs/connections.md is printed from here, and the tests walk through it.
 */
export interface KeywordRow {
  /** null for what only exists as a variable. */
  readonly keyword: string | null;
  readonly variable: string | null;
  /** `refused` means: for some or all values, as `refusal` decides; requirepeer depends on the host (resolve.ts). */
  readonly treatment: 'supported' | 'accepted' | 'refused';
  readonly note: string;
  readonly refusal?: Refusal;
  /** Of an accepted row: whether using it deserves a warning because somebody may count on its effect. */
  readonly warns?: (value: string) => boolean;
}

interface Refusal {
  readonly code: Extract<ErrorCode, 'connection_option_unsupported' | 'auth_method_unsupported'>;
  readonly when: (value: string) => boolean;
}

type Extra = Pick<KeywordRow, 'refusal' | 'warns'>;

function supported(keyword: string | null, variable: string | null, note: string): KeywordRow {
  return { keyword, variable, treatment: 'supported', note };
}

function accepted(
  keyword: string | null,
  variable: string | null,
  note: string,
  extra: Extra = {},
): KeywordRow {
  return { keyword, variable, treatment: 'accepted', note, ...extra };
}

function refused(keyword: string, variable: string | null, note: string, refusal: Refusal): KeywordRow {
  return { keyword, variable, treatment: 'refused', note, refusal };
}

function unsupported(when: (value: string) => boolean): Refusal {
  return { code: 'connection_option_unsupported', when };
}

const isSet = (value: string): boolean => value !== '';
const isNonZero = (value: string): boolean => value !== '' && Number(value) !== 0;
const isOff = (value: string): boolean =>
  ['', 'off', 'false', 'no', '0', 'n', 'f'].includes(value.toLowerCase());
const isUtf8 = (value: string): boolean =>
  ['', 'auto', 'utf8', 'unicode'].includes(value.toLowerCase().replace(/[^a-z0-9]/g, ''));

const GSS_NOTE = 'Read only when the server asks for GSSAPI, which ends in `auth_method_unsupported`.';
const OAUTH_NOTE = 'Read only when the server asks for OAuth, which ends in `auth_method_unsupported`.';
const KEEPALIVE_NOTE =
  'Node.js cannot set it on a socket, the kernel’s value holds; a warning says so. pgdba’s own time limits end a wait.';

export const KEYWORDS: readonly KeywordRow[] = [
  supported(
    'host',
    'PGHOST',
    'Names, addresses, socket folders, comma-separated lists. `@abstract` sockets are `connection_option_unsupported`.',
  ),
  supported(
    'hostaddr',
    'PGHOSTADDR',
    'Addresses to connect to; `host` stays the name that TLS and .pgpass look at.',
  ),
  supported('port', 'PGPORT', 'One for all hosts, or one for each; 5432.'),
  supported('dbname', 'PGDATABASE', 'The user’s name by default; `--dbname` wins over every other source.'),
  supported('user', 'PGUSER', 'The operating system’s user name by default.'),
  supported('password', 'PGPASSWORD', 'Never shown, stored or asked for at a prompt.'),
  supported(
    'passfile',
    'PGPASSFILE',
    '`~/.pgpass` by default; ignored with a warning when others may read it.',
  ),
  refused(
    'require_auth',
    'PGREQUIREAUTH',
    'A list of methods, or of `!methods`. A list of nothing but gss, sspi or oauth is `auth_method_unsupported`.',
    {
      code: 'auth_method_unsupported',
      when: (value) => /^(gss|sspi|oauth)(,(gss|sspi|oauth))*$/.test(value),
    },
  ),
  supported('channel_binding', 'PGCHANNELBINDING', '`disable`, `prefer` (default) or `require`.'),
  supported('service', 'PGSERVICE', 'A section of the service file.'),
  supported(
    'servicefile',
    'PGSERVICEFILE',
    '`~/.pg_service.conf`, then the system’s. Lines with an LDAP address are refused.',
  ),
  supported(null, 'PGSYSCONFDIR', 'The folder of the system’s pg_service.conf.'),
  supported('options', 'PGOPTIONS', 'Sent first, so that pgdba’s guards win over them.'),
  accepted(
    'application_name',
    'PGAPPNAME',
    'A session is always named `pgdba/<command>`, so that a DBA recognises it.',
  ),
  accepted('fallback_application_name', null, 'Never needed, because `application_name` is always set.'),
  supported(
    'connect_timeout',
    'PGCONNECT_TIMEOUT',
    'Seconds for each address; 10 when unset (libpq waits for ever), 0 waits for ever.',
  ),
  supported('target_session_attrs', 'PGTARGETSESSIONATTRS', 'All six values.'),
  supported('load_balance_hosts', 'PGLOADBALANCEHOSTS', '`disable` or `random`.'),
  refused(
    'client_encoding',
    'PGCLIENTENCODING',
    'Text is UTF-8 here. `UTF8` and `auto` say the same; another encoding is refused.',
    unsupported((value) => !isUtf8(value)),
  ),
  supported('keepalives', null, '1 by default.'),
  supported('keepalives_idle', null, 'Seconds; 0 leaves it to the kernel.'),
  accepted('keepalives_interval', null, KEEPALIVE_NOTE, { warns: isNonZero }),
  accepted('keepalives_count', null, KEEPALIVE_NOTE, { warns: isNonZero }),
  accepted('tcp_user_timeout', null, KEEPALIVE_NOTE, { warns: isNonZero }),
  supported('sslmode', 'PGSSLMODE', 'All six values with libpq’s order of attempts; `prefer` by default.'),
  supported('requiressl', 'PGREQUIRESSL', 'The old spelling: 1 means `sslmode=require`, 0 `prefer`.'),
  supported(
    'sslnegotiation',
    'PGSSLNEGOTIATION',
    '`postgres` or `direct` (PostgreSQL 17 and later, `sslmode=require` or more).',
  ),
  accepted(
    'sslcompression',
    'PGSSLCOMPRESSION',
    'TLS of Node.js never compresses, as psql of today’s distributions.',
  ),
  supported('sslcert', 'PGSSLCERT', '`~/.postgresql/postgresql.crt` by default.'),
  supported(
    'sslkey',
    'PGSSLKEY',
    '`~/.postgresql/postgresql.key` by default, with libpq’s permission rule; PEM or DER, no `engine:` names.',
  ),
  supported('sslpassword', null, 'Opens an encrypted `sslkey`.'),
  refused(
    'sslcertmode',
    'PGSSLCERTMODE',
    '`disable` and `allow`. `require` is refused: Node.js does not tell whether the server asked for a certificate.',
    unsupported((value) => value === 'require'),
  ),
  supported('sslrootcert', 'PGSSLROOTCERT', '`~/.postgresql/root.crt` by default, or `system`.'),
  supported('sslcrl', 'PGSSLCRL', '`~/.postgresql/root.crl` by default.'),
  supported('sslcrldir', 'PGSSLCRLDIR', 'A folder of revocation lists named as `openssl rehash` does.'),
  supported('sslsni', 'PGSSLSNI', '1 by default; 0 sends no server name.'),
  supported('ssl_min_protocol_version', 'PGSSLMINPROTOCOLVERSION', 'TLSv1.2 by default.'),
  supported('ssl_max_protocol_version', 'PGSSLMAXPROTOCOLVERSION', 'No limit by default.'),
  supported('sslkeylogfile', null, 'Appends the session’s TLS secrets to a file, for a network analyser.'),
  {
    keyword: 'requirepeer',
    variable: 'PGREQUIREPEER',
    treatment: 'refused',
    note: 'Over a Unix socket, because Node.js cannot read the peer’s user. Over TCP it means nothing, as in libpq.',
  },
  refused(
    'min_protocol_version',
    'PGMINPROTOCOLVERSION',
    '3.0 is what pgdba speaks; more is refused.',
    unsupported((value) => value !== '' && value !== '3.0'),
  ),
  supported(
    'max_protocol_version',
    'PGMAXPROTOCOLVERSION',
    'Any known version: protocol 3.0 is below each of them.',
  ),
  refused(
    'gssencmode',
    'PGGSSENCMODE',
    '`disable` and `prefer` go on without GSSAPI; `require` is refused.',
    {
      code: 'auth_method_unsupported',
      when: (value) => value === 'require',
    },
  ),
  accepted('krbsrvname', 'PGKRBSRVNAME', GSS_NOTE),
  accepted('gsslib', 'PGGSSLIB', GSS_NOTE),
  accepted('gssdelegation', 'PGGSSDELEGATION', GSS_NOTE),
  accepted('oauth_issuer', null, OAUTH_NOTE),
  accepted('oauth_client_id', null, OAUTH_NOTE),
  accepted('oauth_client_secret', null, OAUTH_NOTE),
  accepted('oauth_scope', null, OAUTH_NOTE),
  refused('scram_client_key', null, 'Meant for postgres_fdw; give the password instead.', unsupported(isSet)),
  refused('scram_server_key', null, 'Meant for postgres_fdw; give the password instead.', unsupported(isSet)),
  refused(
    'replication',
    null,
    'A replication session cannot run what pgdba runs; only a false value is fine.',
    unsupported((value) => !isOff(value)),
  ),
  supported(null, 'PGGEQO', 'Sent to the server, because it changes the plans that `query analyze` shows.'),
  accepted(
    null,
    'PGDATESTYLE',
    'Times are ISO 8601 in UTC in every answer, whatever the session shows to people.',
  ),
  accepted(null, 'PGTZ', 'Times are ISO 8601 in UTC in every answer, whatever the session shows to people.'),
  accepted(null, 'PGLOCALEDIR', 'The folder of libpq’s own translated messages, of which pgdba uses none.'),
];

const byKeyword = new Map(
  KEYWORDS.flatMap((row) => (row.keyword === null ? [] : [[row.keyword, row] as const])),
);

/** Returns the row of a keyword, or undefined when libpq has no such keyword. */
export function findKeyword(keyword: string): KeywordRow | undefined {
  return byKeyword.get(keyword);
}
