import { PgdbaError } from '../core/errors.js';
import { majorOf, OLDEST_MAJOR } from '../core/version.js';
import type { Snapshot } from '../db/snapshot.js';
import type { Statement } from '../db/statement.js';

/** What of the server's surface a caller wants to know; all of it is answered in the same round trip. */
export interface FactQuestions {
  /** regprocedure texts, e.g. `pg_catalog.pg_ls_waldir()` */
  readonly functions: readonly string[];
  /** setting names */
  readonly settings: readonly string[];
}

interface Extension {
  readonly version: string;
  /** schema it lives in, quoted as an identifier */
  readonly schema: string;
  /** whether the role has USAGE on that schema */
  readonly usable: boolean;
}

/** What one look at a server tells, before anything that could be refused is called. */
export interface ServerFacts {
  readonly serverVersionNum: number;
  readonly major: number;
  readonly backendPid: number;
  readonly inRecovery: boolean;
  readonly database: string;
  readonly datid: number;
  readonly serverAddr: string | null;
  readonly serverPort: number | null;
  readonly startedAt: string;
  /** The server's clock, ISO 8601 UTC. */
  readonly now: string;
  readonly role: string;
  readonly superuser: boolean;
  /** predefined role → whether this role has its privileges */
  readonly memberships: Readonly<Record<string, boolean>>;
  readonly extensions: Readonly<Record<string, Extension>>;
  /** function → null when the server does not have it, else whether the role may execute it */
  readonly functions: Readonly<Record<string, boolean | null>>;
  /** setting → value; absent when the server has no such setting or the role may not see it */
  readonly settings: Readonly<Record<string, string>>;
  /** setting names given on the postmaster's command line, as Patroni does */
  readonly commandLineSettings: readonly string[];
  /** roles, settings prefixes and functions that only managed services have */
  readonly signs: readonly string[];
}

/** Settings that are read back to prove the guards, and those identity is told by. */
const ALWAYS = [
  'statement_timeout',
  'lock_timeout',
  'search_path',
  'transaction_read_only',
  'data_directory',
  'archive_command',
  'unix_socket_directories',
  'cluster_name',
];

const FACTS = /* sql */ `
SELECT pg_catalog.json_build_object(
  'serverVersionNum', pg_catalog.current_setting('server_version_num')::int4,
  'backendPid', pg_catalog.pg_backend_pid(),
  'inRecovery', pg_catalog.pg_is_in_recovery(),
  'database', pg_catalog.current_database(),
  'datid', (SELECT d.oid::int8 FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()),
  'serverAddr', pg_catalog.host(pg_catalog.inet_server_addr()),
  'serverPort', pg_catalog.inet_server_port(),
  'startedAt', pg_catalog.pg_postmaster_start_time(),
  'now', pg_catalog.to_char(pg_catalog.clock_timestamp(), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'role', CURRENT_USER,
  'superuser', (SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.rolname = CURRENT_USER),
  'memberships', (
    SELECT pg_catalog.json_object_agg(r.rolname, pg_catalog.pg_has_role(r.oid, 'USAGE'))
      FROM pg_catalog.pg_roles AS r
     WHERE r.rolname IN ('pg_monitor', 'pg_read_all_stats', 'pg_read_all_settings', 'pg_stat_scan_tables',
                         'pg_read_all_data', 'pg_signal_backend', 'pg_read_server_files')),
  'extensions', (
    SELECT pg_catalog.json_object_agg(e.extname,
             pg_catalog.json_build_object('version', e.extversion, 'schema', pg_catalog.quote_ident(n.nspname),
                                          'usable', pg_catalog.has_schema_privilege(n.oid, 'USAGE')))
      FROM pg_catalog.pg_extension AS e
      JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace),
  'functions', (
    SELECT pg_catalog.json_object_agg(f.name,
             pg_catalog.has_function_privilege(pg_catalog.to_regprocedure(f.name)::oid, 'EXECUTE'))
      FROM pg_catalog.json_array_elements_text($1::json) AS f(name)),
  'settings', (
    SELECT pg_catalog.json_object_agg(s.name, s.setting) FILTER (
             WHERE s.name IN (SELECT w.name FROM pg_catalog.json_array_elements_text($2::json) AS w(name)))
      FROM pg_catalog.pg_settings AS s),
  'commandLineSettings', (
    SELECT pg_catalog.json_agg(s.name) FROM pg_catalog.pg_settings AS s WHERE s.source = 'command line'),
  'signs', (
    SELECT pg_catalog.json_agg(found.sign)
      FROM (SELECT r.rolname::text AS sign FROM pg_catalog.pg_roles AS r
             WHERE r.rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin', 'streaming_replica')
            UNION ALL
            SELECT p.proname::text FROM pg_catalog.pg_proc AS p
             WHERE p.proname = 'aurora_version'
               AND p.pronamespace IN ('pg_catalog'::pg_catalog.regnamespace, 'public'::pg_catalog.regnamespace)
            UNION ALL
            SELECT DISTINCT pg_catalog.split_part(s.name, '.', 1) || '.*' FROM pg_catalog.pg_settings AS s
             WHERE s.name ~ '^(rds|azure|cloudsql|alloydb)\\.') AS found)
)`;

/** The statement that answers all questions; its one row is for {@link parseServerFacts}. */
function factsStatement(questions: FactQuestions): Statement {
  return {
    sql: FACTS,
    params: [JSON.stringify(questions.functions), JSON.stringify([...ALWAYS, ...questions.settings])],
  };
}

type FactsRow = { [K in keyof Omit<ServerFacts, 'major'>]: ServerFacts[K] | null };

/**
 * Looks at the server, in one round trip.
 * @throws PgdbaError `server_too_old`; `connection_lost` and the like when the look itself fails.
 */
export async function readServerFacts(snapshot: Snapshot, questions: FactQuestions): Promise<ServerFacts> {
  const { result } = await snapshot.read(factsStatement(questions));
  if (result instanceof PgdbaError) throw result;
  const row = JSON.parse(result.rows[0]?.[0] ?? '{}') as FactsRow;
  const facts = {
    ...row,
    major: majorOf(row.serverVersionNum ?? 0),
    memberships: row.memberships ?? {},
    extensions: row.extensions ?? {},
    functions: row.functions ?? {},
    settings: row.settings ?? {},
    commandLineSettings: row.commandLineSettings ?? [],
    signs: row.signs ?? [],
  } as ServerFacts;
  if (facts.settings['transaction_read_only'] !== 'on') {
    throw new PgdbaError('server_error', 'the session is not read-only although pgdba asked for it', {
      hint: 'Something between pgdba and the server changes its statements; connect to the server itself.',
    });
  }
  return facts;
}

/**
 * Refuses a server older than pgdba's SQL, before any of it is sent: the version comes with the startup packet.
 * @throws PgdbaError `server_too_old`
 */
export function requireSupportedVersion(serverVersionNum: number): void {
  if (majorOf(serverVersionNum) >= OLDEST_MAJOR) return;
  throw new PgdbaError('server_too_old', `the server is PostgreSQL ${versionName(serverVersionNum)}`);
}

/** 90624 → "9.6", 110005 → "11", as people say it. */
function versionName(serverVersionNum: number): string {
  const major = majorOf(serverVersionNum);
  return major >= 10
    ? String(major)
    : `${String(major)}.${String(Math.floor((serverVersionNum % 10_000) / 100))}`;
}
