import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Cast } from './cast.js';
import type { ServerHandle } from './serverHandle.js';
import { until } from './inspected.js';
import { statisticsTold } from './statisticsTold.js';

const read = (name: string): Promise<string> => readFile(join(import.meta.dirname, name), 'utf8');
const [SEED, LATER] = await Promise.all([read('queryFaults.sql'), read('queryFaultsLater.sql')]);

/** It meets doubles, and leaves an invalid index. */
const UNBUILDABLE = 'CREATE UNIQUE INDEX CONCURRENTLY invalid_one ON f.doubles (v)';
const EVERYTHING = 'VACUUM ANALYZE';
const USED_AGAIN = "INSERT INTO f.reused SELECT i, 'note' FROM generate_series(200001, 232000) AS i";
// ANALYZE has just written pg_statistic anew, and its dead rows are no fault that was planted.
const FINALLY = ['VACUUM ANALYZE f.reused', 'VACUUM pg_catalog.pg_statistic', UNBUILDABLE];
const QUEUE = 'f."Queue ""of"".😀\n"';
const DEAD = 'f."Dead.""😀"';

/**
 * Vacuums until no dead row is left. A session of any database that connects at that moment, while somebody anywhere has
 * been writing for long, keeps VACUUM from removing what died since.
 */
async function vacuumedWhole(server: ServerHandle, dbname: string): Promise<void> {
  await until(async () => {
    await statisticsTold(server, dbname);
    const left = await server.query('SELECT 1 FROM pg_stat_user_tables WHERE n_dead_tup > 0', { dbname });
    if (left.length === 0) return true;
    await server.query(EVERYTHING, { dbname });
    return undefined;
  });
}

/** Fills an empty database with what lasts: no session is needed for it. */
export async function plantLasting(server: ServerHandle, dbname: string): Promise<void> {
  // What a session counted is known to all once it has ended, and VACUUM ANALYZE starts from there.
  const rounds = [[SEED], [EVERYTHING], [LATER], ['VACUUM f.reused', USED_AGAIN], FINALLY];
  for (const statements of rounds) {
    const planter = await server.client({ dbname });
    // What plants is not to be found among the slow statements.
    await planter.query("SET pg_stat_statements.track = 'none'");
    for (const statement of statements) {
      const done = planter.query(statement);
      await (statement === UNBUILDABLE ? done.catch(() => undefined) : done);
    }
    await planter.end();
    if (statements.includes(EVERYTHING)) await vacuumedWhole(server, dbname);
  }
  const cast = new Cast(server, dbname);
  await cast.does(
    'writer',
    "SET pg_stat_statements.track = 'none'",
    'BEGIN',
    'INSERT INTO f.rebuilt VALUES (0)',
  );
  await cast.waits('rebuilder', 'REINDEX INDEX CONCURRENTLY f.rebuilt_n');
  await cast.dismiss('rebuilder');
  await cast.end();
  await statisticsTold(server, dbname);
}

/** Sessions that hold, wait, idle and are slow; and how to end them. */
export interface PlantedSessions {
  readonly cast: Cast;
  readonly gid: string;
  readonly end: () => Promise<void>;
}

/** Opens them in the database that plantLasting() filled; returns once those that wait have waited for a second. */
export async function plantSessions(server: ServerHandle, dbname: string): Promise<PlantedSessions> {
  const cast = new Cast(server, dbname);
  const gid = `it's "${dbname}".😀`;
  const quotedGid = `'${gid.replaceAll("'", "''")}'`;
  // The first of all, and so the one that holds VACUUM back the furthest.
  await cast.does('preparer', 'BEGIN', 'INSERT INTO f.kept VALUES (1)', `PREPARE TRANSACTION ${quotedGid}`);
  await cast.waits('truncates', 'TRUNCATE f.kept');
  await cast.does('reader', 'BEGIN', `SELECT count(*) FROM ${QUEUE}`);
  await cast.waits('alters', `ALTER TABLE ${QUEUE} ADD COLUMN more int`);
  await cast.waits('reads behind', `SELECT count(*) FROM ${QUEUE}`);
  await cast.does('row', 'BEGIN', `UPDATE f.stale SET note = 'z' WHERE id = 500`);
  await cast.waits('row 1', `UPDATE f.stale SET note = 'z' WHERE id = 500`);
  await cast.waits('row 2', `UPDATE f.stale SET note = 'z' WHERE id = 500`);
  await cast.does('writer', 'BEGIN', 'INSERT INTO f.built VALUES (1)');
  await cast.waits('builder', 'CREATE INDEX CONCURRENTLY d_being_built ON f.built (id)');
  await cast.does('locker', 'BEGIN', `LOCK TABLE ${DEAD}`);
  await cast.does('forgotten', 'BEGIN', 'SELECT 1');
  await cast.does('d_idle', 'SELECT 1');
  await cast.runs('runner', 'SELECT pg_sleep(3600)');
  await slowly(server, dbname);
  const end = async (): Promise<void> => {
    await cast.end();
    await server.query(`ROLLBACK PREPARED ${quotedGid}`, { dbname });
  };
  return { cast, gid, end };
}

/** Two slow statements, one by its mean and one by its maximum alone, and one that is quick. */
async function slowly(server: ServerHandle, dbname: string): Promise<void> {
  const [one, two] = await Promise.all([1, 2].map(() => server.client({ dbname, user: 'bare' })));
  if (one === undefined || two === undefined) throw new Error('two clients were asked for');
  await Promise.all([
    one.query("SELECT pg_sleep(1.7), id FROM f.customers WHERE lower(email) = 'user7@example.org'"),
    two.query('SELECT pg_sleep(1.3) AS now_and_then'),
  ]);
  for (let n = 0; n < 2; n++) await two.query('SELECT pg_sleep(0.0) AS now_and_then');
  for (let n = 0; n < 20; n++) {
    await two.query(`SELECT id FROM f.customers WHERE email = 'user${String(n)}@example.org'`);
  }
  await Promise.all([one.end(), two.end()]);
}
