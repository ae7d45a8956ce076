import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import type { Statement } from '../../db/statement.js';
import { meminfoValue } from '../host/procMeminfo.js';

/** What guards must know beside the configuration; null where the role may not look. */
export interface Surroundings {
  /** Standbys that are connected now, and physical slots that one may use. */
  readonly standbys: number;
  readonly physicalSlots: number;
  readonly logicalSlots: number;
  readonly preparedTransactions: number;
  readonly subscriptions: number;
  /** Text of postgresql.auto.conf. */
  readonly autoConfText: string | null;
  /** Whether the server sees a file, by the path that was asked for; null = cannot be told. */
  readonly files: ReadonlyMap<string, boolean | null>;
  /** Names of the files in $libdir, and with `plugins/` before them those in $libdir/plugins. */
  readonly libraries: ReadonlySet<string> | null;
  /** Bytes in huge pages that nobody uses. */
  readonly freeHugePageBytes: number | null;
}

/** Which looks a change makes necessary. */
export interface Looks {
  readonly files: readonly string[];
  readonly libraries: boolean;
  readonly hugePages: boolean;
}

const COUNTS = /* sql */ `
SELECT pg_catalog.json_build_object(
  'standbys', (
    SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_replication AS r
     WHERE r.state IS DISTINCT FROM 'backup'
       AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_replication_slots AS s
                        WHERE s.slot_type = 'logical' AND s.active_pid = r.pid)),
  'physicalSlots', (
    SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots AS s WHERE s.slot_type = 'physical'),
  'logicalSlots', (
    SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots AS s WHERE s.slot_type = 'logical'),
  'preparedTransactions', (SELECT pg_catalog.count(*) FROM pg_catalog.pg_prepared_xacts AS x),
  'subscriptions', (SELECT pg_catalog.count(s.subname) FROM pg_catalog.pg_subscription AS s),
  'mayReadFiles', pg_catalog.has_function_privilege('pg_catalog.pg_read_file(text)', 'EXECUTE'),
  'mayReadPart', pg_catalog.has_function_privilege('pg_catalog.pg_read_file(text,bigint,bigint)', 'EXECUTE'),
  'mayStatFiles', pg_catalog.has_function_privilege('pg_catalog.pg_stat_file(text,boolean)', 'EXECUTE'),
  'mayListFolders', pg_catalog.has_function_privilege('pg_catalog.pg_ls_dir(text,boolean,boolean)', 'EXECUTE')
                    AND pg_catalog.has_function_privilege('pg_catalog.pg_config()', 'EXECUTE'),
  'mayLeaveDataDirectory', (SELECT r.rolsuper FROM pg_catalog.pg_roles AS r WHERE r.rolname = CURRENT_USER)
                           OR pg_catalog.pg_has_role('pg_read_server_files', 'USAGE')
) AS counts`;

interface Counts {
  readonly standbys: number;
  readonly physicalSlots: number;
  readonly logicalSlots: number;
  readonly preparedTransactions: number;
  readonly subscriptions: number;
  readonly mayReadFiles: boolean;
  readonly mayReadPart: boolean;
  readonly mayStatFiles: boolean;
  readonly mayListFolders: boolean;
  readonly mayLeaveDataDirectory: boolean;
}

const AUTO_CONF = /* sql */ `SELECT pg_catalog.pg_read_file('postgresql.auto.conf') AS content`;

/** With its length, because the files of /proc have none of their own. */
const MEMINFO = /* sql */ `SELECT pg_catalog.pg_read_file('/proc/meminfo', 0, 65536) AS content`;

const FILE_SIZE = /* sql */ `
SELECT f.size IS NOT NULL AS is_there FROM pg_catalog.pg_stat_file($1, true) AS f`;

const LIBRARIES = /* sql */ `
SELECT pg_catalog.json_agg(l.file) AS files
  FROM pg_catalog.pg_config() AS c
  CROSS JOIN LATERAL (
    SELECT f.name AS file FROM pg_catalog.pg_ls_dir(c.setting, true, false) AS f(name)
    UNION ALL
    SELECT 'plugins/' || p.name FROM pg_catalog.pg_ls_dir(c.setting || '/plugins', true, false) AS p(name)) AS l
 WHERE c.name = 'PKGLIBDIR'`;

/**
 * Looks at what surrounds the configuration; two round trips. Nothing is tried that the role may not do.
 * @throws PgdbaError what the server or the network said
 */
export async function readSurroundings(server: Server, looks: Looks): Promise<Surroundings> {
  const counts = JSON.parse((await cell(server, { sql: COUNTS })) ?? '{}') as Counts;
  const reachesHost = counts.mayLeaveDataDirectory;
  const [autoConfText, files, libraries, meminfo] = await Promise.all([
    counts.mayReadFiles ? optional(server, { sql: AUTO_CONF }) : null,
    Promise.all(looks.files.map((path) => look(server, path, counts))),
    looks.libraries && counts.mayListFolders && reachesHost ? optional(server, { sql: LIBRARIES }) : null,
    looks.hugePages && counts.mayReadPart && reachesHost ? optional(server, { sql: MEMINFO }) : null,
  ]);
  const { standbys, physicalSlots, logicalSlots, preparedTransactions, subscriptions } = counts;
  return {
    ...{ standbys, physicalSlots, logicalSlots, preparedTransactions, subscriptions },
    autoConfText,
    files: new Map(files),
    libraries: libraries === null ? null : new Set(JSON.parse(libraries) as string[]),
    freeHugePageBytes: meminfo === null ? null : freeHugePages(meminfo),
  };
}

async function look(server: Server, path: string, counts: Counts): Promise<[string, boolean | null]> {
  const isOutside = path.startsWith('/') || path.split('/').includes('..');
  if (!counts.mayStatFiles || (isOutside && !counts.mayLeaveDataDirectory)) return [path, null];
  const found = await optional(server, { sql: FILE_SIZE, params: [path] });
  return [path, found === null ? null : found === 't'];
}

function freeHugePages(meminfo: string): number | null {
  const [free, size] = ['HugePages_Free', 'Hugepagesize'].map((name) => meminfoValue(meminfo, name));
  return free == null || size == null ? null : free * size;
}

async function cell(server: Server, statement: Statement): Promise<string | null> {
  const { result } = await server.snapshot.read(statement);
  if (result instanceof PgdbaError) throw result;
  return result.rows[0]?.[0] ?? null;
}

/** As {@link cell}, where the server may answer with an error: a file that is not there, a folder out of reach. */
async function optional(server: Server, statement: Statement): Promise<string | null> {
  const { result } = await server.snapshot.read(statement);
  if (!(result instanceof PgdbaError)) return result.rows[0]?.[0] ?? null;
  if (result.code === 'server_error' || result.code === 'insufficient_privilege') return null;
  throw result;
}
