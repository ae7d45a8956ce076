import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AnalyzeData } from '../../src/query/analyze/analyzeData.js';
import type { BloatData } from '../../src/query/bloat/bloatData.js';
import type { IndexHealthData } from '../../src/query/indexHealth/indexHealthData.js';
import type { LocksAnswer, Root } from '../../src/query/locks/locksData.js';
import type { SlowLogData } from '../../src/query/slowLog/slowLogData.js';
import type { TopData } from '../../src/query/top/topData.js';
import type { VacuumHealth } from '../../src/query/vacuumHealth/vacuumData.js';
import { freshDatabase, MAJORS, sharedServer } from '../support/cluster.js';
import { until } from '../support/inspected.js';
import { plantLasting, plantSessions, type PlantedSessions } from '../support/queryFaults.js';
import { runCli, type CliResult } from '../support/runCli.js';
import { startServer, startStandby, type TestServer } from '../support/servers.js';

/** The answers of all commands on one database. */
interface Answers {
  readonly top: TopData;
  readonly 'slow-log': SlowLogData;
  readonly 'index-health': IndexHealthData;
  readonly locks: LocksAnswer;
  readonly bloat: BloatData;
  readonly 'vacuum-health': VacuumHealth;
}

const COMMANDS = ['top', 'slow-log', 'index-health', 'locks', 'bloat', 'vacuum-health'] as const;

/** Runs every command once, side by side. */
async function askAll(dsn: string, more: readonly string[] = []): Promise<Map<string, CliResult>> {
  const run = (command: string): Promise<CliResult> =>
    runCli(['query', command, '--dsn', dsn, '--limit', '0', ...more]);
  const results = await Promise.all(COMMANDS.map(async (command) => [command, await run(command)] as const));
  return new Map(results);
}

function answersOf(results: Map<string, CliResult>): Answers {
  const entries = [...results].map(([command, { envelope }]) => {
    expect([command, envelope.error]).toEqual([command, null]);
    return [command, envelope.data] as const;
  });
  return Object.fromEntries<unknown>(entries) as unknown as Answers;
}

/** How old a transaction that runs a statement is when query locks tells it. */
const OLD_ENOUGH_MS = 5000;

/** Everything that the answers say is wrong with this database, in words; only what pgdba itself does is left out. */
function alarms(answers: Answers, dbname: string): Record<string, string[]> {
  const isOurs = (name: string | null): boolean => name?.startsWith('pgdba/') === true;
  const { bloat, locks } = answers;
  const here = <T extends { database: string | null; application_name: string | null }>(rows: readonly T[]) =>
    rows.filter((row) => row.database === dbname && !isOurs(row.application_name));
  const nameOf = (row: { application_name: string | null; gid?: string | null }): string =>
    row.gid == null ? String(row.application_name) : 'gid';
  return sorted({
    indexes: answers['index-health'].indexes
      .filter(({ ddl }) => ddl !== null)
      .map(({ issue, index, evidence }) =>
        [issue, index, ...(typeof evidence['keep'] === 'string' ? ['<', evidence['keep']] : [])].join(' '),
      ),
    guarded: answers['index-health'].indexes
      .filter(({ ddl, index }) => ddl === null && !index.endsWith('_pkey'))
      .map(({ issue, index, blocked_by: by }) => `${issue} ${index}: ${by.join()}`),
    tables: bloat.tables
      .filter(({ remedy }) => remedy.length > 0)
      .map(({ name, part, remedy }) => `${name} ${part}: ${remedy.map(({ action }) => action).join()}`),
    bloatedIndexes: bloat.indexes
      .filter(({ remedy }) => remedy.length > 0)
      .map(({ name, remedy }) => `${name}: ${remedy.map(({ action }) => action).join()}`),
    vacuum: answers['vacuum-health'].tables
      .filter(({ issues }) => issues.length > 0)
      .map(({ name, part, issues }) => `${name} ${part}: ${[...issues].sort().join()}`),
    horizon: here(answers['vacuum-health'].horizon_holders).map((row) =>
      row.kind === 'prepared_transaction'
        ? `gid ${String(isOldestOfOurs(row, answers['vacuum-health'].horizon_holders, here))}`
        : String(row.application_name),
    ),
    roots: here(locks.roots).map((root) => treeOf(root)),
    // On a busy machine the one that runs a statement may be as old by now as those that are told.
    open: here(locks.long_transactions)
      .filter((row) => row.application_name !== 'runner' || (row.xact_age_ms ?? 0) < OLD_ENOUGH_MS)
      .map(nameOf),
    slow: answers['slow-log'].statements
      .filter(
        ({ database, user, source }) => database === dbname && (source === 'running' || user === 'bare'),
      )
      .filter(({ application_name: name }) => !isOurs(name))
      .map(({ over, application_name: name, query }) => `${over} ${name ?? query?.slice(0, 20) ?? ''}`),
  });
}

function sorted(lists: Readonly<Record<string, string[]>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, [...list].sort()]));
}

function treeOf(node: Root | Root['blocks'][number]): string {
  const name = node.gid === null ? String(node.application_name) : 'gid';
  const marks = `${node.idle_in_transaction === true ? ' (idle)' : ''}${node.blocked_as === 'ahead_in_queue' ? ' (soft)' : ''}`;
  return node.blocks.length === 0
    ? name + marks
    : `${name}${marks} > ${node.blocks.map((below) => treeOf(below)).join(' + ')}`;
}

const REWRITE = 'rewrite_online,rewrite';

/** What lasts, and so is on a standby, too. */
const LASTING = {
  indexes: [
    'bloated Thinned."Table"_pkey',
    'bloated excluding_n',
    'bloated reused_n',
    'duplicate C8.twin "😀" < c8_key',
    'duplicate twin_large < twin_small',
    'invalid invalid_one',
    'invalid rebuilt_n_ccnew',
    'redundant c6_alone < c6_c7',
    'redundant including_less < including',
    'redundant lower_some < lower_wide',
  ],
  bloat: [`Thinned."Table" heap: ${REWRITE}`, `documents toast: ${REWRITE}`, `excluding heap: ${REWRITE}`],
  bloatedIndexes: [
    'Thinned."Table"_pkey: reindex_concurrently',
    'reused_n: reindex_concurrently',
    'excluding_n: reindex',
  ],
};

const FOUND = sorted({
  indexes: [
    ...LASTING.indexes,
    'never_analyzed expression_unknown',
    'never_analyzed never_analyzed_id',
    'unused C8.twin "😀"',
    'unused c6_alone',
    'unused c6_c7',
    'unused expression_unknown',
    'unused including',
    'unused including_less',
    'unused lower_some',
    'unused lower_wide',
    'unused never_analyzed_id',
    'unused never_scanned',
    'unused rebuilt_n',
    'unused twin_large',
    'unused twin_small',
  ],
  // Nobody scanned them, and something forbids to drop them.
  guarded: [
    'unused c8_key: constraint',
    'unused d_foreign_key: foreign_key',
    'unused d_identity: constraint,replica_identity',
    'unused d_unique: constraint',
  ],
  // Of two, 30 % of the rows are gone: too much for an estimate, whatever autovacuum is told to think of it.
  tables: [
    ...LASTING.bloat,
    ...['never_analyzed', 'Dead."😀', 'd_own_threshold'].map((name) => `${name} heap: analyze`),
  ],
  bloatedIndexes: [
    ...LASTING.bloatedIndexes,
    ...['expression_unknown', 'never_analyzed_id', 'Dead."😀_pkey', 'd_own_threshold_pkey'].map(
      (name) => `${name}: analyze`,
    ),
  ],
  vacuum: [
    'Dead."😀 heap: dead_tuples,stale_statistics',
    'never_analyzed heap: never_analyzed',
    'old heap: wraparound',
    'old_toast toast: wraparound',
    'own_threshold heap: dead_tuples',
    'stale heap: stale_statistics',
    'switched_off heap: autovacuum_off',
    'toast_switched_off toast: autovacuum_off',
  ],
  horizon: [
    'gid true',
    ...['truncates', 'alters', 'reads behind', 'row 1', 'row 2', 'runner', 'row', 'writer', 'locker'],
  ],
  roots: [
    'gid > truncates',
    'reader (idle) > alters > reads behind (soft)',
    'row (idle) > row 1 > row 2',
    'writer (idle) > builder',
  ],
  open: ['forgotten', 'gid', 'locker', 'reader', 'row', 'writer'],
  slow: [
    'max SELECT pg_sleep($1) ',
    'mean SELECT pg_sleep($1),',
    ...['truncates', 'alters', 'reads behind', 'row 1', 'row 2', 'builder', 'runner'].map(
      (name) => `running ${name}`,
    ),
  ],
});

const LOCKED = 'pg_relation_size exclusively_locked';
type Holder = VacuumHealth['horizon_holders'][number];

/** Oldest of what was planted here, and told as the oldest unless a test beside this one holds the server back further. */
function isOldestOfOurs(
  row: Holder,
  all: readonly Holder[],
  here: (rows: readonly Holder[]) => readonly Holder[],
): boolean {
  return (
    here(all).every((other) => other.xid_age <= row.xid_age) &&
    (row.is_oldest || all.some((other) => other.is_oldest && other.xid_age > row.xid_age))
  );
}

/** What each role is told that it does not see. */
const UNSEEN = {
  monitor: {
    top: [],
    'slow-log': [],
    'index-health': ['pg_stats stats_invisible'],
    locks: [],
    bloat: ['pg_stats stats_invisible', LOCKED],
    'vacuum-health': [],
  },
  bare: {
    top: ['pg_stat_statements no_privilege'],
    'slow-log': ['pg_stat_activity no_privilege', 'pg_stat_statements no_privilege'],
    'index-health': ['pg_stats stats_invisible'],
    locks: ['pg_locks no_privilege', 'pg_stat_activity no_privilege'],
    bloat: ['pg_stats stats_invisible', LOCKED],
    'vacuum-health': ['pg_stat_activity no_privilege', 'pg_stat_progress_vacuum no_privilege'],
  },
};

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  let dbname: string;
  let planted: PlantedSessions;
  beforeAll(async () => {
    dbname = await freshDatabase(server, 'empty');
    await plantLasting(server, dbname);
    planted = await plantSessions(server, dbname);
  });
  afterAll(() => planted.end());

  test('every fault is found and no decoy, though a table is locked exclusively', async () => {
    const answers = answersOf(await askAll(server.dsn({ dbname })));
    expect(alarms(answers, dbname)).toEqual(FOUND);
    const bare = answers.top.statements.filter((row) => row.database === dbname && row.user === 'bare');
    expect(bare[0]?.query).toContain('lower(email)');
  });

  test('the slow statement is planned by its queryid and found at fault, the quick one is not', async () => {
    const codes = await Promise.all(
      ['lower(email)', 'WHERE email = $1'].map(async (part) => {
        const [row] = await server.query(
          `SELECT queryid::text AS id FROM "Odd ""schema"".😀\n".pg_stat_statements
            WHERE query LIKE '%' || $1 || '%' AND dbid = (SELECT oid FROM pg_database WHERE datname = $2)`,
          { dbname, params: [part, dbname] },
        );
        const { envelope } = await runCli([
          ...['query', 'analyze', '--dsn', server.dsn({ dbname }), `--queryid=${String(row?.['id'])}`],
        ]);
        expect(envelope.error).toBeNull();
        return (envelope.data as AnalyzeData).findings.map(({ code }) => code);
      }),
    );
    expect(codes).toEqual([['index_defeated'], []]);
  });

  // What a role may see is the same on those between.
  if (major !== 12 && major !== 18) return;
  test('roles with fewer rights are told what they do not see', async () => {
    for (const user of ['monitor', 'bare'] as const) {
      const results = await askAll(server.dsn({ dbname, user }));
      const told = [...results].map(([command, { envelope, exitCode }]) => {
        const { limitations } = (envelope.data ?? { limitations: [] }) as Pick<TopData, 'limitations'>;
        expect([command, exitCode]).toEqual([command, 0]);
        return [command, limitations.map(({ subject, reason }) => `${subject} ${String(reason)}`)] as const;
      });
      expect(Object.fromEntries(told)).toEqual(UNSEEN[user]);
    }
  });
});

describe.each([12, 18] as const)('a standby of PostgreSQL %i', (major) => {
  let primary: TestServer;
  let standby: TestServer;
  beforeAll(async () => {
    primary = await startServer({ major, name: 'faults-primary' });
    await plantLasting(primary, 'postgres');
    standby = await startStandby(primary);
  });
  afterAll(async () => {
    await standby.stop();
    await primary.stop();
  });

  test('what lasts is found there, and an index that only it uses is not unused', async () => {
    const found = alarms(answersOf(await askAll(standby.dsn())), 'postgres');
    const lasting = found['indexes']?.filter((alarm) => !alarm.startsWith('unused '));
    expect(lasting).toEqual(FOUND['indexes']?.filter((alarm) => !alarm.startsWith('unused ')));
    expect(found['tables']?.filter((alarm) => alarm.endsWith(REWRITE))).toEqual(LASTING.bloat);
    expect(found).toMatchObject({ roots: [], open: [], horizon: [], slow: [] });
    // Counters are known to the primary alone.
    expect(found['vacuum']).toEqual(FOUND['vacuum']?.filter((alarm) => !/dead|stale_/.test(alarm)));
    await standby.query('SET enable_seqscan = off; SELECT count(*) FROM f.t WHERE c11 = 5');
    await until(async () => {
      const [row] = await standby.query("SELECT pg_stat_get_numscans('f.never_scanned'::regclass)::int AS n");
      return Number(row?.['n']) > 0 ? true : undefined;
    });
    const unused = async (...more: string[]): Promise<string[]> => {
      const { envelope } = await runCli([
        'query',
        'index-health',
        '--dsn',
        primary.dsn(),
        '--limit',
        '0',
        ...more,
      ]);
      const { indexes } = envelope.data as unknown as IndexHealthData;
      return indexes.filter(({ issue, ddl }) => issue === 'unused' && ddl !== null).map(({ index }) => index);
    };
    const [alone, together] = await Promise.all([unused(), unused('--replica', standby.dsn())]);
    expect(alone).toContain('never_scanned');
    expect([...together, 'never_scanned'].sort()).toEqual(alone.sort());
  });
});
