/**
 * The one table of error codes. Exit codes, `pgdba schema errors`, the envelope's schema, docs/errors.md and the
 * tests are all read from here; a new failure is one more line.
 */

interface CodeEntry {
  /** Process exit code, as docs/errors.md and the README promise it. */
  readonly exit: number;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly meaning: string;
  /** What to try next, when the place that failed knows nothing better. */
  readonly hint: string;
}

const table = {
  internal: {
    exit: 1,
    retryable: false,
    meaning: 'a bug in pgdba',
    hint: 'Run again with --log-level debug and report what it prints on stderr.',
  },
  output_failed: {
    exit: 1,
    retryable: false,
    meaning: 'stdout could not be written',
    hint: 'Look at the file or pipe that stdout leads to.',
  },
  usage: {
    exit: 2,
    retryable: false,
    meaning: 'a flag, an argument or a value is wrong',
    hint: 'Run the command with --help to see its flags.',
  },
  unknown_command: {
    exit: 2,
    retryable: false,
    meaning: 'there is no such command',
    hint: 'Run pgdba --help to see the commands.',
  },
  invalid_input: {
    exit: 2,
    retryable: false,
    meaning: 'an input file or document is malformed or cannot be read',
    hint: 'Compare the document with its schema: pgdba schema.',
  },
  connection_string_invalid: {
    exit: 2,
    retryable: false,
    meaning: 'a connection URI, conninfo string or PG* variable cannot be understood',
    hint: 'The form is postgresql://user@host:5432/dbname or "host=… dbname=…".',
  },
  connection_option_unsupported: {
    exit: 2,
    retryable: false,
    meaning: 'a libpq keyword or variable that pgdba does not implement',
    hint: 'docs/connections.md lists every libpq keyword and what pgdba does with it.',
  },
  connection_refused: {
    exit: 4,
    retryable: true,
    meaning: 'nothing accepts connections at that address',
    hint: 'Check host and port, and that the server is running and listens there.',
  },
  connection_timeout: {
    exit: 4,
    retryable: true,
    meaning: 'the server did not answer within connect_timeout',
    hint: 'Check the network path, or raise PGCONNECT_TIMEOUT.',
  },
  host_not_found: {
    exit: 4,
    retryable: true,
    meaning: 'the host name does not resolve, or the socket folder does not exist',
    hint: 'Check the host name, or the folder of the Unix socket.',
  },
  connection_lost: {
    exit: 4,
    retryable: true,
    meaning: 'the connection broke in the middle',
    hint: 'Run the command again; what was read before is in data.',
  },
  connection_failed: {
    exit: 4,
    retryable: true,
    meaning: 'the connection could not be made for another reason',
    hint: 'The message says what the server or the network answered.',
  },
  server_unavailable: {
    exit: 4,
    retryable: true,
    meaning: 'the server is starting up, shutting down, in recovery without hot standby, or has no free slot',
    hint: 'Wait until the server accepts connections, or free a connection slot.',
  },
  no_suitable_host: {
    exit: 4,
    retryable: true,
    meaning: 'no host of the list satisfies target_session_attrs',
    hint: 'Check target_session_attrs and which of the hosts is primary.',
  },
  auth_failed: {
    exit: 4,
    retryable: false,
    meaning: 'the server refused the role, the password or the pg_hba.conf line',
    hint: 'Check user, password and pg_hba.conf.',
  },
  password_required: {
    exit: 4,
    retryable: false,
    meaning: 'the server wants a password and none was given; pgdba never prompts',
    hint: 'Give one through PGPASSWORD, ~/.pgpass or the cluster’s --password-command.',
  },
  password_command_failed: {
    exit: 4,
    retryable: false,
    meaning: 'the command that should print the password failed',
    hint: 'Run the cluster’s password command by hand.',
  },
  auth_method_unsupported: {
    exit: 4,
    retryable: false,
    meaning: 'the server or the connection string asks for GSSAPI, SSPI, OAuth or LDAP look-up',
    hint: 'Use a role that authenticates by scram-sha-256, md5, password, cert, peer or trust.',
  },
  tls_failed: {
    exit: 4,
    retryable: false,
    meaning: 'TLS could not be agreed, or the certificate was not accepted',
    hint: 'Check sslmode, sslrootcert, sslcert and sslkey.',
  },
  database_not_found: {
    exit: 4,
    retryable: false,
    meaning: 'there is no such database',
    hint: 'Name an existing database with --dbname.',
  },
  server_too_old: {
    exit: 5,
    retryable: false,
    meaning: 'the server is older than PostgreSQL 12',
    hint: 'pgdba works with PostgreSQL 12 and later.',
  },
  insufficient_privilege: {
    exit: 5,
    retryable: false,
    meaning: 'the role may not do what the command exists for',
    hint: 'pgdba doctor names the smallest GRANT that helps.',
  },
  extension_missing: {
    exit: 5,
    retryable: false,
    meaning: 'the command needs an extension that this database does not have',
    hint: 'pgdba doctor says how to install it.',
  },
  unknown_cluster: {
    exit: 5,
    retryable: false,
    meaning: 'the registry has no cluster of that name',
    hint: 'pgdba cluster list shows the names; pgdba cluster add makes one.',
  },
  transaction_pooler: {
    exit: 5,
    retryable: false,
    meaning: 'the command may not run through a transaction pooler',
    hint: 'Connect to the PostgreSQL server itself.',
  },
  state_unusable: {
    exit: 5,
    retryable: false,
    meaning: 'a state file under PGDBA_HOME is broken, newer than this pgdba, or cannot be written',
    hint: 'Look at the file that the message names; pgdba does not guess what it should hold.',
  },
  embedded_server_missing: {
    exit: 5,
    retryable: false,
    meaning: 'no embedded PostgreSQL is installed for this platform',
    hint: 'Install pgdba with its optional dependencies.',
  },
  demo_failed: {
    exit: 5,
    retryable: false,
    meaning: 'the embedded PostgreSQL could not be started or stopped',
    hint: 'The message holds the last lines of its log.',
  },
  statement_timeout: {
    exit: 6,
    retryable: true,
    meaning: 'the server cancelled the statement that the command exists for',
    hint: 'Raise --statement-timeout.',
  },
  lock_timeout: {
    exit: 6,
    retryable: true,
    meaning: 'a lock was not granted in time',
    hint: 'Raise --lock-timeout, or look who holds the lock.',
  },
  run_timeout: {
    exit: 6,
    retryable: true,
    meaning: 'the whole run took longer than --timeout',
    hint: 'Raise --timeout.',
  },
  server_error: {
    exit: 6,
    retryable: false,
    meaning: 'the server rejected a statement that the command exists for',
    hint: 'error.sqlstate and the message say what the server answered.',
  },
  lock_held: {
    exit: 7,
    retryable: true,
    meaning: 'another pgdba holds the lock of that state',
    hint: 'Wait for it; the message names the holder.',
  },
  cluster_exists: {
    exit: 7,
    retryable: false,
    meaning: 'the registry already has a cluster of that name',
    hint: 'Choose another name, or give --replace.',
  },
  fingerprint_mismatch: {
    exit: 7,
    retryable: false,
    meaning: 'the server is not the cluster that was registered or planned for',
    hint: 'pgdba cluster check shows both fingerprints.',
  },
  interrupted: {
    exit: 130,
    retryable: true,
    meaning: 'SIGINT; work under way was stopped',
    hint: 'Run the command again.',
  },
  terminated: {
    exit: 143,
    retryable: true,
    meaning: 'SIGTERM; work under way was stopped',
    hint: 'Run the command again.',
  },
  hung_up: {
    exit: 129,
    retryable: true,
    meaning: 'SIGHUP; work under way was stopped',
    hint: 'Run the command again.',
  },
} as const satisfies Record<string, CodeEntry>;

export type ErrorCode = keyof typeof table;

export const ERROR_CODES: Readonly<Record<ErrorCode, CodeEntry>> = table;

/** What each exit code means, for `pgdba schema exits`, the README and docs/errors.md. */
export const EXIT_CODES: Readonly<Record<number, string>> = {
  0: 'done',
  1: 'a bug in pgdba',
  2: 'usage: bad flag, bad value, unknown command, malformed or unreadable input',
  3: 'done, and something crossed the threshold that the caller asked for',
  4: 'cannot connect or authenticate, or the connection was lost in the middle',
  5: 'a precondition is missing: version, extension, privilege, known cluster, usable state',
  6: 'the server rejected or timed out what the command exists for, or the run timed out',
  7: 'conflict: lock held, or another cluster than expected',
  8: 'a change was applied in part, or its rollback failed: a person must look',
  9: 'an outside service failed',
  129: 'SIGHUP',
  130: 'SIGINT',
  143: 'SIGTERM',
};
