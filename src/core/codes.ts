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
  parameter_unknown: {
    exit: 2,
    retryable: false,
    meaning: 'the server has no parameter of that name',
    hint: 'Check the spelling; parameters of an extension exist once its library is loaded.',
  },
  parameter_value_invalid: {
    exit: 2,
    retryable: false,
    meaning: 'PostgreSQL would not accept the value for that parameter',
    hint: 'The message says what values are allowed.',
  },
  not_plannable: {
    exit: 2,
    retryable: false,
    meaning: 'the text is not one statement that has a plan',
    hint: 'Give one SELECT, INSERT, UPDATE, DELETE, MERGE or VALUES.',
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
  unknown_changeset: {
    exit: 5,
    retryable: false,
    meaning: 'there is no changeset of that id for this cluster',
    hint: 'pgdba config history lists them.',
  },
  unknown_baseline: {
    exit: 5,
    retryable: false,
    meaning: 'there is no such baseline of this cluster, or several that the words could mean',
    hint: 'pgdba baseline list shows them; pgdba baseline takes one.',
  },
  parameter_not_changeable: {
    exit: 5,
    retryable: false,
    meaning: 'the parameter cannot be changed with ALTER SYSTEM, or not by pgdba',
    hint: 'The message says why.',
  },
  parameter_overridden: {
    exit: 5,
    retryable: false,
    meaning:
      'another level of the configuration beats what would be written, so that the change could not take effect',
    hint: 'Change the value at the level that the message names.',
  },
  boot_guard: {
    exit: 5,
    retryable: false,
    meaning: 'with the change the server might not start again',
    hint: 'The message names the rule; nothing was written.',
  },
  alter_system_disabled: {
    exit: 5,
    retryable: false,
    meaning: 'this server does not allow ALTER SYSTEM',
    hint: 'Change the setting through what manages the server.',
  },
  cluster_managed: {
    exit: 5,
    retryable: false,
    meaning: 'something else manages the configuration of this server',
    hint: 'Change the setting through what manages the server.',
  },
  standby_ordering: {
    exit: 5,
    retryable: false,
    meaning: 'the change must be made on the primary and its standbys in another order',
    hint: 'Raise on the standbys first; lower on the primary first.',
  },
  secret_value: {
    exit: 5,
    retryable: false,
    meaning: 'the old or the new value holds a secret, which pgdba may not keep in its journal',
    hint: 'Change this parameter by hand.',
  },
  configuration_broken: {
    exit: 5,
    retryable: false,
    meaning: 'the configuration files have an error, so that a reload would not be applied as a whole',
    hint: 'Mend the line that the message names first.',
  },
  recommendation_refused: {
    exit: 5,
    retryable: false,
    meaning: 'the plan holds a line that pgdba shows but does not apply',
    hint: 'The warnings name the lines; take them out of the plan, or use --rules pgdba.',
  },
  write_not_allowed: {
    exit: 5,
    retryable: false,
    meaning: 'executing the statement would or could change something, and nobody allowed that',
    hint: 'Leave --analyze out for the plan alone, or add --allow-write: what it writes is rolled back.',
  },
  unknown_queryid: {
    exit: 5,
    retryable: false,
    meaning: 'pg_stat_statements has no readable entry of that queryid',
    hint: 'pgdba query top lists the entries; a role without pg_read_all_stats sees only its own.',
  },
  state_unusable: {
    exit: 5,
    retryable: false,
    meaning: 'a state file under PGDBA_HOME is broken, newer than this pgdba, or cannot be written',
    hint: 'Look at the file that the message names; pgdba does not guess what it should hold.',
  },
  patroni_url_missing: {
    exit: 5,
    retryable: false,
    meaning: 'the command needs the REST API of Patroni, and knows no URL of it',
    hint: 'Give --patroni-url http://HOST:8008 of any member, or register it: pgdba cluster add --patroni-url.',
  },
  output_unwritable: {
    exit: 5,
    retryable: false,
    meaning: 'a file that was asked for cannot be written',
    hint: 'Check its folder, its permissions and the space that is left.',
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
  apply_failed: {
    exit: 6,
    retryable: false,
    meaning: 'the server rejected a step, or the result could not be verified; every step was taken back',
    hint: 'The message says what the server answered.',
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
  node_mismatch: {
    exit: 7,
    retryable: false,
    meaning: 'the server is of the right cluster, but not the node that the plan was made for',
    hint: 'postgresql.auto.conf is per node: make a plan on this one.',
  },
  plan_stale: {
    exit: 7,
    retryable: false,
    meaning: 'a value has changed since the plan was made',
    hint: 'Make the plan again.',
  },
  changed_since: {
    exit: 7,
    retryable: false,
    meaning: 'somebody changed a value after the changeset was applied',
    hint: 'Look at the values; --force rolls back all the same, and says so in the record.',
  },
  changeset_unfinished: {
    exit: 7,
    retryable: false,
    meaning: 'an earlier changeset of this cluster was cut off in the middle',
    hint: 'Finish it: pgdba config rollback --changeset-id, or pgdba config apply --resume.',
  },
  partly_applied: {
    exit: 8,
    retryable: false,
    meaning: 'a change was applied in part',
    hint: 'data.changeset tells each parameter; pgdba config rollback takes back what was done.',
  },
  rollback_failed: {
    exit: 8,
    retryable: false,
    meaning: 'taking a change back failed',
    hint: 'The message holds both errors; data.changeset tells each parameter.',
  },
  restart_incomplete: {
    exit: 8,
    retryable: false,
    meaning:
      'an ordered restart was stopped: some members were restarted, and others were not, or not as they should',
    hint: 'data.steps tells each member; once the one that stopped it is well, pgdba patroni restart goes on.',
  },
  restart_not_safe: {
    exit: 9,
    retryable: true,
    meaning: 'the Patroni cluster is not in a state in which a member may be restarted; nothing was done',
    hint: 'data.steps and data.members say what is not well; pgdba patroni status shows more.',
  },
  patroni_unreachable: {
    exit: 9,
    retryable: true,
    meaning: 'no Patroni node answered',
    hint: 'Check --patroni-url, the network path, and whether Patroni and its DCS (etcd, Consul, …) run.',
  },
  patroni_refused: {
    exit: 9,
    retryable: false,
    meaning:
      'Patroni does not accept the request: its user, password, client certificate, or what it asks for',
    hint: 'Check --patroni-user, PGDBA_PATRONI_PASSWORD, --patroni-cert and --patroni-key.',
  },
  patroni_failed: {
    exit: 9,
    retryable: true,
    meaning: 'a Patroni node answered that it cannot do it now',
    hint: 'The message holds what the node said; pgdba patroni status shows the state of the cluster.',
  },
  patroni_conflict: {
    exit: 9,
    retryable: true,
    meaning:
      'somebody else changed the cluster’s configuration at the same moment; nothing of ours was written',
    hint: 'Look at the configuration as it is now: pgdba patroni config.',
  },
  patroni_answer_lost: {
    exit: 9,
    retryable: false,
    meaning:
      'a request that changes something was sent to Patroni, and no answer came: it may have been carried out',
    hint: 'Look at what is in force before trying again: pgdba patroni config.',
  },
  patroni_answer_unexpected: {
    exit: 9,
    retryable: false,
    meaning: 'what answered is not Patroni, or a version whose answers pgdba does not know',
    hint: 'The URL is that of the REST API, such as http://db1:8008; pgdba knows Patroni 3 and 4.',
  },
  member_unreachable: {
    exit: 9,
    retryable: true,
    meaning: 'a member of the Patroni cluster cannot be asked, so that a change could not be proven on it',
    hint: 'Bring the member back or remove it; --keep-partial changes the others all the same.',
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
