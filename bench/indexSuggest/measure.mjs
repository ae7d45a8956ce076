// One server: plants each workload, asks the advisors, builds what they say, and looks what became of it.
import { askPgdba, askSingleColumns, askThreePasses } from './advisors.mjs';
import { build, costOf, runAll, runForReal, timed } from './database.mjs';
import { errorsOf, figuresOf } from './figures.mjs';

async function plant(server, dbname, { plant: statements, searchPath }) {
  await server.query(`DROP DATABASE IF EXISTS ${dbname}`);
  await server.createDatabase(dbname);
  const client = await server.client({ dbname });
  await client.query('SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  await runAll(client, statements);
  await client.query(`ALTER DATABASE ${dbname} SET search_path = ${searchPath}`);
  await client.query(`SET search_path = ${searchPath}`);
  return client;
}

/** Builds what was advised, measures, and takes it away again. */
async function tried(client, statements, advice) {
  const { bytes, drop } = await build(client, advice.ddl);
  await client.query('VACUUM ANALYZE');
  const after = await timed(client, statements);
  await drop();
  await client.query('VACUUM ANALYZE');
  return { after, bytes };
}

/** What an advisor promised of a statement’s cost, over what it then was. */
function foreseen(advice, after) {
  return after.flatMap(({ name, sql, cost }) => {
    const told = advice.told?.get(sql);
    return told === undefined || !(cost > 0) ? [] : [{ name, ratio: told / cost }];
  });
}

/** All advisors over one workload. */
export async function measureWorkload({ server, facts, workload, folder, env, say }) {
  const dbname = `bench_${workload.name}`;
  const client = await plant(server, dbname, workload);
  const { statements } = workload;
  const results = [];
  const promises = [];
  try {
    const before = await timed(client, statements);
    await client.query('VACUUM ANALYZE');
    if (facts.hypopg) await client.query('CREATE EXTENSION hypopg');
    const dsn = `${server.dsn({ dbname })}?sslmode=disable`;
    const advisors = [
      ...workload.sources.map((source) => ({
        source,
        ask: () => askPgdba({ dsn, env, folder, statements, source }),
      })),
      ...(facts.hypopg
        ? [askSingleColumns, askThreePasses].map((ask) => ({
            source: 'file',
            ask: () => ask(client, statements),
          }))
        : []),
    ];
    for (const { source, ask } of advisors) {
      if (source !== 'file') await runForReal(client, statements);
      const advice = await ask();
      const { after, bytes } = await tried(client, statements, advice);
      const figures = figuresOf({
        advice,
        before,
        after,
        bytes,
        workload: workload.name,
        source,
        server: facts,
      });
      results.push(figures);
      if (source === 'file') promises.push(...foreseen(advice, after));
      say(figures);
    }
  } finally {
    await client.end();
    await server.dropDatabase(dbname);
  }
  return { results, promises };
}

/** The costs that pgdba foresees of the tests’ planted databases, over those that the planner then tells. */
export async function measureTruth({ server, facts, truth, folder, env }) {
  const dbname = `bench_truth_${truth.name}`;
  const client = await plant(server, dbname, truth);
  try {
    if (facts.hypopg) await client.query('CREATE EXTENSION hypopg');
    const dsn = `${server.dsn({ dbname })}?sslmode=disable`;
    const { statements } = truth;
    const advice = await askPgdba({ dsn, env, folder, statements, source: 'file' });
    await build(client, advice.ddl);
    await client.query('VACUUM ANALYZE');
    const after = [];
    for (const { name, sql } of statements) {
      if (advice.told.has(sql)) after.push({ name, sql, cost: await costOf(client, sql) });
    }
    return foreseen(advice, after);
  } finally {
    await client.end();
    await server.dropDatabase(dbname);
  }
}

/** How far off the foreseen costs were, for one server. */
export function foresight(facts, promises) {
  return { ...facts, ...errorsOf(promises) };
}
