// One run: a fresh copy, warm, then the workload between two readings of the statistics.
import { loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { countersOf, settledStatistics } from './counters.mjs';
import { inSession, planHashes, warmUp, work } from './workload.mjs';

const WRONG_LINES = /* sql */ `
SELECT pg_catalog.string_agg(f.name || ': ' || f.error, '; ') AS wrong
  FROM pg_catalog.pg_file_settings AS f WHERE f.error IS NOT NULL`;

const OTHERS = /* sql */ `
SELECT pg_catalog.count(*)::int4 AS others
  FROM pg_catalog.pg_stat_activity AS a
 WHERE a.backend_type = 'client backend' AND a.pid <> pg_catalog.pg_backend_pid()`;

const POLL_MS = 50;

/** Runs the workload under a configuration. @returns what was counted, and what is told beside it */
export async function runOnce(bed, configuration, settings) {
  return bed.withCopy(configuration.autoConf, async (server) => {
    const watcher = await server.connect('postgres');
    try {
      return await measure(server, watcher, settings);
    } finally {
      await watcher.end();
    }
  });
}

async function measure(server, watcher, settings) {
  const loadBefore = loadavg()[0];
  const { major } = settings;
  await failOnWrongLines(watcher);
  const plans = await inSession(server, planHashes);
  await watcher.query('CHECKPOINT');
  await warmUp(settings, server);
  await untilAlone(watcher);
  const before = await settledStatistics(watcher, major);
  const { transactions, told } = await work(settings, server);
  await watcher.query('CHECKPOINT');
  await untilAlone(watcher);
  const after = await settledStatistics(watcher, major);
  return {
    counters: countersOf({ before, after, transactions, major }),
    told,
    plans,
    load: { before: loadBefore, after: loadavg()[0] },
  };
}

/** A line that the server does not take would be left out in silence. */
async function failOnWrongLines(watcher) {
  const { rows } = await watcher.query(WRONG_LINES);
  if (rows[0].wrong !== null) throw new Error(`the server does not take its configuration: ${rows[0].wrong}`);
}

/** A session hands in what it counted before it leaves pg_stat_activity. */
async function untilAlone(watcher) {
  while ((await watcher.query(OTHERS)).rows[0].others > 0) await pause(POLL_MS);
}
