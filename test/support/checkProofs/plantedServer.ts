import { appendFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Major } from '../majors.js';
import { until } from '../inspected.js';
import { startServer, type TestServer } from '../servers.js';
import { statisticsTold } from '../statisticsTold.js';
import { proofsOf } from './judged.js';
import { networkAddress } from './networkAddress.js';
import type { Proof } from './proof.js';

/** A server with every fault that can be there at once, and what `$NAME` in the names of proofs stands for. */
export interface PlantedServer {
  readonly server: TestServer;
  readonly names: Readonly<Record<string, string>>;
  /** Brings about the scene `switched`. */
  switchOver(): Promise<void>;
  stop(): Promise<void>;
}

const IN_PLANTED = { dbname: 'planted' };
const SLOTS = {
  physical: `SELECT pg_create_physical_replication_slot('kept', true), pg_create_physical_replication_slot('vacant')`,
  logical: `SELECT pg_create_logical_replication_slot('lagging', 'pgoutput')`,
};

/** Starts the server of that major and plants the scene `planted`, step by step: later steps would hinder earlier ones. */
export async function plantedServer(major: Major): Promise<PlantedServer> {
  const proofs = proofsOf('planted', major);
  const ip = networkAddress();
  const server = await startServer({
    major,
    name: `check${String(major)}`,
    settings: { listen_addresses: `127.0.0.1,${ip}`, ...merged(proofs, 'start') },
    hba: proofs.flatMap(({ hba = [] }) => hba).map((line) => line.replace('$ip', ip)),
  });
  try {
    return await planted(server, proofs, ip);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function planted(server: TestServer, proofs: readonly Proof[], ip: string): Promise<PlantedServer> {
  await makeDatabases(server);
  await burn(server, 40_000);
  await useMultixacts(server);
  await server.query('VACUUM (FREEZE)', { dbname: 'frozen' });
  await runIn(server, proofs);
  await failIndex(server);
  await deadlock(server);
  await evictStatements(server);
  if (server.major >= 18) await spoilPage(server);
  await server.query(SLOTS.physical);
  await server.query(SLOTS.logical, IN_PLANTED);
  await subscribe(server);
  await server.query(`BEGIN; SELECT txid_current(); PREPARE TRANSACTION 'old "gid"'`, IN_PLANTED);
  await burn(server, 12_000);
  await server.query(`BEGIN; SELECT txid_current(); PREPARE TRANSACTION 'young'`, IN_PLANTED);
  for (let file = 0; file < 5; file++)
    await server.query(`SELECT pg_logical_emit_message(false, 'proof', 'x'); SELECT pg_switch_wal()`);
  const clients = await openSessions(server, ip);
  await load(server, merged(proofs, 'reload'));
  const wrongline = await spoilFiles(server);
  await untilSeen(server);
  const pids = Object.entries(clients).map(([name, client]) => [name, String(pidOf(client))] as const);
  return {
    server,
    names: { ip, wrongline: `line ${String(wrongline)}`, ...Object.fromEntries(pids) },
    switchOver: () => switchOver(server, clients),
    stop: async () => {
      await Promise.all(Object.values(clients).map((client) => client.end().catch(() => undefined)));
      await server.stop();
    },
  };
}

function merged(proofs: readonly Proof[], key: 'start' | 'reload'): Record<string, string> {
  return Object.assign({}, ...proofs.map((proof) => proof[key] ?? {})) as Record<string, string>;
}

async function makeDatabases(server: TestServer): Promise<void> {
  const icu = server.major >= 15 ? " LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C' ENCODING 'UTF8'" : '';
  for (const statement of [
    'CREATE ROLE monitor LOGIN IN ROLE pg_monitor',
    'CREATE ROLE bare LOGIN',
    'CREATE DATABASE planted',
    'CREATE DATABASE frozen',
    `CREATE DATABASE closed TEMPLATE template0${icu}`,
    'UPDATE pg_database SET datallowconn = false WHERE datname = $$closed$$',
    `CREATE DATABASE "half ""dropped""" TEMPLATE template0${icu}`,
    'UPDATE pg_database SET datconnlimit = -2 WHERE datname LIKE $$half%$$',
    ...(server.major >= 15 ? ["UPDATE pg_database SET datcollversion = '0.1' WHERE datname = 'closed'"] : []),
  ])
    await server.query(statement);
  await server.query('CREATE EXTENSION pg_stat_statements', IN_PLANTED);
  await server.query('CREATE TABLE public.fed (id int PRIMARY KEY)', { dbname: 'frozen' });
  await server.query('CREATE PUBLICATION p FOR TABLE public.fed', { dbname: 'frozen' });
}

/** Uses up transaction ids, each of a transaction of its own. */
async function burn(server: TestServer, transactions: number): Promise<void> {
  await server.query(
    `DO $$BEGIN FOR i IN 1..${String(transactions)} LOOP PERFORM txid_current(); COMMIT; END LOOP; END$$`,
  );
}

/** A subtransaction that changes a row which its own transaction has locked makes a multixact. */
async function useMultixacts(server: TestServer): Promise<void> {
  await server.query('CREATE TABLE public.shared (n int)', IN_PLANTED);
  await server.query('INSERT INTO public.shared VALUES (0)', IN_PLANTED);
  await server.query(
    `DO $$BEGIN FOR i IN 1..400 LOOP
       PERFORM 1 FROM public.shared FOR KEY SHARE;
       BEGIN UPDATE public.shared SET n = i; EXCEPTION WHEN division_by_zero THEN NULL; END;
       COMMIT; END LOOP; END$$`,
    IN_PLANTED,
  );
}

/** Runs the statements of the proofs. What a session counted is told in the end: ANALYZE comes after that. */
async function runIn(server: TestServer, proofs: readonly Proof[]): Promise<void> {
  let client = await server.client(IN_PLANTED);
  try {
    for (const statement of proofs.flatMap(({ sql = [] }) => sql)) {
      if (/^(ANALYZE|VACUUM)/.test(statement)) {
        await client.end();
        client = await server.client(IN_PLANTED);
      }
      await client.query(statement);
    }
  } finally {
    await client.end();
  }
}

async function failIndex(server: TestServer): Promise<void> {
  const failed = await server
    .query('CREATE UNIQUE INDEX CONCURRENTLY twice_unique ON public.twice (n)', IN_PLANTED)
    .then(
      () => false,
      () => true,
    );
  if (!failed) throw new Error('a unique index was built over rows that are the same');
}

async function deadlock(server: TestServer): Promise<void> {
  const [one, other] = await Promise.all([server.client(IN_PLANTED), server.client(IN_PLANTED)]);
  for (const client of [one, other]) await client.query("SET deadlock_timeout = '10ms'");
  await one.query('BEGIN; LOCK TABLE public.parent');
  await other.query('BEGIN; LOCK TABLE public.twice');
  await Promise.allSettled([one.query('LOCK TABLE public.twice'), other.query('LOCK TABLE public.parent')]);
  await Promise.all([one.end(), other.end()]);
}

/** More kinds of statements than pg_stat_statements.max: the number of terms makes each another one. */
async function evictStatements(server: TestServer): Promise<void> {
  const kinds = Array.from({ length: 400 }, (_, terms) => `SELECT ${'1 + '.repeat(terms)}1`);
  await server.query(kinds.join('; '), IN_PLANTED);
}

/** Changes a byte of a table while nobody looks, then reads it. */
async function spoilPage(server: TestServer): Promise<void> {
  await server.query('CREATE TABLE public.spoilt AS SELECT generate_series(1, 100) AS n', IN_PLANTED);
  const [row] = await server.query("SELECT pg_relation_filepath('public.spoilt') AS path", IN_PLANTED);
  await server.halt();
  const file = await open(join(server.dataDirectory, String(row?.['path'])), 'r+');
  await file.write(Buffer.from([0x55]), 0, 1, 8000);
  await file.close();
  await server.start();
  await server.query('SELECT sum(n) FROM public.spoilt', IN_PLANTED).catch(() => undefined);
}

/** A subscription whose first row is there already. */
async function subscribe(server: TestServer): Promise<void> {
  await server.query("SELECT pg_create_logical_replication_slot('feed', 'pgoutput')", { dbname: 'frozen' });
  if (server.major < 15) return;
  await server.query('CREATE TABLE public.fed (id int PRIMARY KEY)', IN_PLANTED);
  await server.query('INSERT INTO public.fed VALUES (1)', IN_PLANTED);
  await server.query(
    `CREATE SUBSCRIPTION failing
       CONNECTION 'host=${server.socketDirectory} port=${String(server.port)} user=postgres dbname=frozen'
       PUBLICATION p WITH (create_slot = false, slot_name = 'feed', copy_data = false)`,
    IN_PLANTED,
  );
  await server.query('INSERT INTO public.fed VALUES (1)', { dbname: 'frozen' });
  const failures =
    "SELECT 1 FROM pg_stat_subscription_stats WHERE subname = 'failing' AND apply_error_count > 0";
  await until(async () => (await server.query(failures))[0]);
}

type Sessions = Readonly<Record<string, pg.Client>>;

async function openSessions(server: TestServer, ip: string): Promise<Sessions> {
  const as = (user: string): Promise<pg.Client> => server.client({ ...IN_PLANTED, user });
  const [blocker, sleeper, waiter, builder, capped, roomy] = await Promise.all(
    ['postgres', 'postgres', 'postgres', 'postgres', 'capped', 'roomy'].map(as),
  );
  if (!blocker || !sleeper || !waiter || !builder || !capped || !roomy)
    throw new Error('a session is missing');
  const network = await connected({ host: ip, port: server.port, user: 'postgres', database: 'planted' });
  const ghost = await startGhost(server);
  const sessions = { blocker, sleeper, waiter, builder, capped, roomy, network, ghost };
  // They end with the server, in the middle of what they do.
  for (const client of Object.values(sessions)) client.on('error', () => undefined);
  await blocker.query('BEGIN; LOCK TABLE public.twice IN EXCLUSIVE MODE');
  const forever: [pg.Client, string][] = [
    [sleeper, 'SELECT pg_sleep(3600)'],
    [waiter, 'INSERT INTO public.twice VALUES (2)'],
    [builder, 'CREATE INDEX twice_later ON public.twice (n)'],
  ];
  for (const [client, sql] of forever) client.query(sql).catch(() => undefined);
  const waiting = 'SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted';
  await until(async () => ((await server.query(waiting))[0]?.['n'] === 2 ? true : undefined));
  return sessions;
}

/** A receiver of WAL that asks for old WAL and then reads none: it stays in state catchup. */
async function startGhost(server: TestServer): Promise<pg.Client> {
  const [row] = await server.query(
    "SELECT restart_lsn AS lsn FROM pg_replication_slots WHERE slot_name = 'kept'",
  );
  const options = { host: server.socketDirectory, port: server.port, user: 'postgres', database: 'planted' };
  const client = await connected({
    ...options,
    application_name: 'ghost',
    replication: 'true',
  } as pg.ClientConfig);
  const { stream } = (client as unknown as { connection: { stream: NodeJS.ReadStream } }).connection;
  client.query(`START_REPLICATION PHYSICAL ${String(row?.['lsn'])}`).catch(() => undefined);
  stream.once('data', () => stream.pause());
  return client;
}

async function connected(options: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(options);
  await client.connect();
  return client;
}

function pidOf(client: pg.Client): number {
  return (client as unknown as { processID: number }).processID;
}

async function load(server: TestServer, settings: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(settings))
    await server.query(`ALTER SYSTEM SET ${name} = '${value}'`);
  await server.query('SELECT pg_reload_conf()');
  // The setting that comes last in the file of settings is read by every session at once.
  const [name = '', value = ''] =
    Object.entries(settings)
      .filter(([one]) => one !== 'max_connections')
      .at(-1) ?? [];
  await until(async () => {
    const [row] = await server.query(`SELECT current_setting('${name}') AS value`);
    return row?.['value'] === value ? true : undefined;
  });
}

/** Lines that nobody has loaded yet; returns the number of the wrong one in pg_hba.conf. */
async function spoilFiles(server: TestServer): Promise<number> {
  await appendFile(join(server.dataDirectory, 'postgresql.conf'), "work_mem = 'lots'\n");
  const hba = join(server.dataDirectory, 'pg_hba.conf');
  await appendFile(hba, 'host all all 10.9.9.9/32 no-such-method\n');
  return (await readFile(hba, 'utf8')).trimEnd().split('\n').length;
}

/** Waits for counters that processes report in their own time. */
async function untilSeen(server: TestServer): Promise<void> {
  await statisticsTold(server, 'planted');
  for (const [sql, dbname] of [
    ['SELECT 1 FROM pg_stat_archiver WHERE failed_count > 0', 'postgres'],
    [
      "SELECT 1 FROM pg_stat_database WHERE datname = 'planted' AND deadlocks > 0 AND temp_bytes > 100000",
      'postgres',
    ],
    ["SELECT 1 FROM pg_stat_replication WHERE state = 'catchup'", 'postgres'],
  ] as const)
    await until(async () => (await server.query(sql, { dbname }))[0]);
}

/** What takes the place of settings that were a fault in the scene before. */
const SWITCHED_BACK = { effective_cache_size: '16MB', min_wal_size: '128MB', max_worker_processes: '12' };

async function switchOver(server: TestServer, sessions: Sessions): Promise<void> {
  const { major } = server;
  const proofs = proofsOf('switched', major);
  for (const name of ['blocker', 'ghost']) await sessions[name]?.end();
  await runIn(server, proofs);
  if (major >= 13) await load(server, { max_slot_wal_keep_size: '16MB' });
  for (let file = 0; file < 2; file++)
    await server.query("SELECT pg_logical_emit_message(false, 'proof', 'x'); SELECT pg_switch_wal()");
  await server.query('CHECKPOINT');
  const workers = major >= 18 ? { autovacuum_max_workers: '4' } : {};
  await load(server, { ...SWITCHED_BACK, ...workers, ...merged(proofs, 'reload') });
}
