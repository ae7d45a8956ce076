import { meetServer, type Server } from '../cluster/server.js';
import type { FactQuestions } from '../cluster/serverFacts.js';
import type { Setting, Settings } from '../core/setting/spec.js';
import { PgdbaError } from '../core/errors.js';
import { chooseVariant } from '../core/version.js';
import type { Session } from '../db/session.js';
import type { RawRows } from '../db/statement.js';
import { pgDbRoleSetting } from '../inspect/sections/pg_db_role_setting.js';
import { pgFileSettings } from '../inspect/sections/pg_file_settings.js';
import { pgSettings } from '../inspect/sections/pg_settings.js';
import { withoutSession } from './withoutSession.js';

/** An entry of a configuration file, as the server read it just now; values unmasked. */
export interface FileEntry {
  readonly seqno: number;
  /** null for an error of the file itself */
  readonly name: string | null;
  readonly setting: string | null;
  readonly applied: boolean;
  readonly error: string | null;
  readonly sourcefile: string;
  readonly sourceline: number | null;
}

/** ALTER DATABASE … SET and ALTER ROLE … SET; null = all. */
export interface DatabaseRoleSetting {
  readonly database: string | null;
  readonly role: string | null;
  readonly name: string;
  readonly value: string;
}

/**
 * How a server is configured, at every level. Values are as the server has them, secrets included: whoever shows or
 * stores one masks it first (src/core/mask.ts).
 */
export interface Configuration {
  /** As another session of this role in this database has them that asks for nothing itself. */
  readonly settings: Settings;
  /** Whether the role sees every setting and the files they come from (pg_read_all_settings). */
  readonly complete: boolean;
  /** In the order in which the server reads them; null when the role may not call pg_show_all_file_settings(). */
  readonly fileEntries: readonly FileEntry[] | null;
  readonly databaseRoleSettings: readonly DatabaseRoleSetting[];
  /** pg_conf_load_time(), as the server prints it. */
  readonly loadedAt: string;
}

/** Functions whose EXECUTE privilege must be asked for in the look at the server (FactQuestions.functions). */
const CONFIGURATION_FUNCTIONS = ['pg_catalog.pg_show_all_file_settings()', 'pg_catalog.pg_reload_conf()'];

const LOADED_AT = /* sql */ `SELECT pg_catalog.pg_conf_load_time()::text AS loaded_at`;

/**
 * Reads pg_settings before anything is set in the session, so that its rows are those of any new session. The session
 * must have been opened without guards in its startup packet (Reach.openSession({purpose: 'settings'})); what is read
 * afterwards stands in the guarded snapshot transaction. Call it before meetServer() and await it with what follows.
 */
export async function readSettings(session: Session): Promise<Settings> {
  const { rows, columns } = await session.send({ sql: pgSettings.variants[0]?.sql ?? '' });
  const at = new Map(columns.map((column, i) => [column, i]));
  const read = rows.map((row) => settingOf((column) => row[at.get(column) ?? -1] ?? null));
  return new Map(read.map((setting) => [setting.name.toLowerCase(), setting]));
}

/**
 * Reads the configuration's other levels in the server's snapshot; one round trip.
 * @throws PgdbaError what the server answered: a configuration with unknown holes is none
 */
async function readConfiguration(server: Server, settings: Settings): Promise<Configuration> {
  const { facts, snapshot } = server;
  const mayReadFiles = facts.functions['pg_catalog.pg_show_all_file_settings()'] === true;
  const [files, databaseRole, loadedAt] = await Promise.all([
    mayReadFiles ? rowsOf(server, chooseVariant(pgFileSettings.variants, facts.major)?.sql ?? '') : null,
    rowsOf(server, chooseVariant(pgDbRoleSetting.variants, facts.major)?.sql ?? '', [0]),
    snapshot.read({ sql: LOADED_AT }),
  ]);
  if (loadedAt.result instanceof PgdbaError) throw loadedAt.result;
  const fileEntries = files === null ? null : files.filter(standsInFile).map(fileEntryOf);
  const databaseRoleSettings = databaseRole.map(databaseRoleSettingOf);
  return {
    settings: withoutSession({ settings, fileEntries, databaseRoleSettings }, facts),
    complete: facts.superuser || facts.memberships['pg_read_all_settings'] === true,
    fileEntries,
    databaseRoleSettings,
    loadedAt: loadedAt.result.rows[0]?.[0] ?? '',
  };
}

/**
 * Looks at the server and its whole configuration, in two round trips.
 * @param session opened for the purpose `settings`
 * @param questions what else of the server is to be told (server.facts)
 * @param sharedStatistics see meetServer()
 * @throws PgdbaError as meetServer() and {@link readConfiguration}
 */
export async function meetConfigured(
  session: Session,
  questions: FactQuestions = { functions: [], settings: [] },
  sharedStatistics = false,
): Promise<{ readonly server: Server; readonly configuration: Configuration }> {
  const functions = [...CONFIGURATION_FUNCTIONS, ...questions.functions];
  const [settings, server] = await Promise.all([
    readSettings(session),
    meetServer(session, { ...questions, functions }, sharedStatistics),
  ]);
  return { server, configuration: await readConfiguration(server, settings) };
}

type NamedRow = Readonly<Record<string, string | null>>;

async function rowsOf(server: Server, sql: string, params: readonly number[] = []): Promise<NamedRow[]> {
  const { result } = await server.snapshot.read({ sql, params });
  if (result instanceof PgdbaError) throw result;
  return result.rows.map((row) => named(result.columns, row));
}

function named(columns: RawRows['columns'], row: RawRows['rows'][number]): NamedRow {
  return Object.fromEntries(columns.map((column, i) => [column, row[i] ?? null]));
}

/** @param cell of a row of pg_settings, by its column: hundreds of rows are read, and more than once in a run */
function settingOf(cell: (column: string) => string | null): Setting {
  const text = (column: string): string => cell(column) ?? '';
  return {
    name: text('name'),
    setting: text('setting'),
    unit: cell('unit'),
    vartype: text('vartype') as Setting['vartype'],
    context: text('context') as Setting['context'],
    category: text('category'),
    source: text('source'),
    sourcefile: cell('sourcefile'),
    sourceline: numberOf(cell('sourceline')),
    boot_val: cell('boot_val'),
    reset_val: cell('reset_val'),
    min_val: cell('min_val'),
    max_val: cell('max_val'),
    enumvals: enumvalsOf(cell('enumvals')),
    pending_restart: cell('pending_restart') === 't',
  };
}

function enumvalsOf(text: string | null): readonly string[] | null {
  return text === null ? null : (JSON.parse(text) as string[]);
}

function numberOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : Number(text);
}

/** One row of no file tells that a parameter has lost its line and keeps its value until the restart: no error of a file. */
function standsInFile({ sourcefile }: NamedRow): boolean {
  return sourcefile !== null;
}

function fileEntryOf(row: NamedRow): FileEntry {
  return {
    seqno: Number(row['seqno']),
    name: row['name'] ?? null,
    setting: row['setting'] ?? null,
    applied: row['applied'] === 't',
    error: row['error'] ?? null,
    sourcefile: row['sourcefile'] ?? '',
    sourceline: numberOf(row['sourceline']),
  };
}

function databaseRoleSettingOf(row: NamedRow): DatabaseRoleSetting {
  return {
    database: row['database'] ?? null,
    role: row['role'] ?? null,
    name: row['name'] ?? '',
    value: row['value'] ?? '',
  };
}

/** Whether an entry stands in postgresql.auto.conf, which ALTER SYSTEM writes. */
export function isAutoConf(sourcefile: string): boolean {
  return /(^|\/)postgresql\.auto\.conf$/.test(sourcefile);
}

/** Text of each parameter's entry in postgresql.auto.conf, by lower-case name; null when the role cannot know. */
export function autoConfOf({ fileEntries }: Configuration): ReadonlyMap<string, string> | null {
  if (fileEntries === null) return null;
  const own = fileEntries.filter(({ name, sourcefile }) => name !== null && isAutoConf(sourcefile));
  // Entries come in the order of the file; of several for one name the last wins.
  return new Map(own.map(({ name, setting }) => [(name ?? '').toLowerCase(), setting ?? '']));
}
