// What is measured, row by row, with the goal of each.
import { CAN_MEASURE_MEMORY, inPairs, median, peakMib, wallMs } from './measure.mjs';
import { EMPTY_NODE, pgdba, psqlRunning } from './programs.mjs';

const INSPECT = ['inspect'];
const SMALL = ['inspect', '--sections', 'pg_stat_archiver'];
const ALL = ['inspect', '--limit', '0'];
const BASELINE = ['baseline', '--quiet'];
const LOCKS = ['query', 'locks'];
const TUNE = ['config', 'tune', '--workload', 'oltp'];
const PLANNED = ['--offline', '--pg-version', '18', '--ram', '64GB', '--cpus', '16', '--storage', 'ssd'];

const ANALYZE = [
  'query',
  'analyze',
  '--sql',
  'SELECT c.relname FROM pg_catalog.pg_class AS c WHERE c.oid = $1',
];

const REMOTE_MS = 20;
const FAR_MS = 50;
/** A server that trusts us costs one round trip from the first byte to the first query. */
const CONNECT_ROUND_TRIPS = 1;
const MEMORY_RUNS = 5;
/** pgmetrics takes seconds: its rounds are fewer. */
const PGMETRICS_ROUNDS = 5;

/**
 * A row's `measure` returns `{ values, ... }`, one value for each round in the row's unit, or `{ missing }` with what
 * is not at hand. Goals are upper limits; rows without one are for information.
 */
export const ROWS = [
  {
    name: 'floor',
    what: 'psql --version: an empty process as this benchmark sees it',
    against: 'node -e 0',
    unit: 'ratio',
    measure: (stage) =>
      withPsql(stage, (psql) => pairedWalls(stage, { program: psql, args: ['--version'] }, EMPTY_NODE)),
  },
  startRow('version', '--version'),
  startRow('help', '--help'),
  {
    name: 'small',
    what: 'inspect of pg_stat_archiver, start to exit',
    against: 'psql sending the same messages',
    unit: 'ratio',
    goal: 10,
    measure: (stage) => overPsql(stage, 'small', SMALL, 'wholeFile'),
  },
  {
    name: 'small-node',
    what: 'inspect of pg_stat_archiver, start to exit',
    against: 'node -e 0',
    unit: 'ratio',
    measure: async (stage) => pairedWalls(stage, on(await stage.small(), SMALL), EMPTY_NODE),
  },
  memoryRow('small-memory', 'inspect of pg_stat_archiver', 'small', SMALL, 55),
  {
    name: 'remote',
    what: 'inspect, 20 ms round trip',
    against: 'psql -f of the same reads in turn',
    unit: 'ratio',
    goal: 0.42,
    measure: remote,
  },
  {
    name: 'round-trips-told',
    what: 'round trips of inspect after connecting, by its own meta.cost',
    unit: 'round trips',
    goal: 3,
    measure: async (stage) => {
      const { envelope } = await stage.recorded(await stage.small(), INSPECT);
      return { values: [envelope.meta.cost.round_trips] };
    },
  },
  {
    name: 'round-trips',
    what: 'the same, by the time that a 50 ms round trip adds',
    unit: 'round trips',
    goal: 3,
    measure: roundTrips,
  },
  {
    name: 'wide',
    what: 'inspect of 10,000 tables and 5,000 statements',
    against: 'psql sending the same messages',
    unit: 'ratio',
    goal: 1.15,
    measure: (stage) => overPsql(stage, 'wide', INSPECT, 'wholeFile'),
  },
  {
    name: 'wide-reads',
    what: 'the same',
    against: 'psql -f of the reads alone',
    unit: 'ratio',
    measure: (stage) => overPsql(stage, 'wide', INSPECT, 'readsFile'),
  },
  {
    name: 'wide-pgmetrics',
    what: 'the same',
    against: 'pgmetrics -f json',
    unit: 'ratio',
    goal: 0.17,
    measure: overPgmetrics,
  },
  memoryRow('wide-memory', 'the same', 'wide', INSPECT, 100),
  {
    name: 'wide-all',
    what: 'inspect --limit 0 of the same',
    against: 'psql sending the same messages',
    unit: 'ratio',
    measure: (stage) => overPsql(stage, 'wide', ALL, 'wholeFile'),
  },
  memoryRow('wide-all-memory', 'inspect --limit 0 of the same', 'wide', ALL),
  {
    name: 'top',
    what: 'query top of 5,000 statements',
    against: 'psql sending the same messages',
    unit: 'ratio',
    measure: (stage) => overPsql(stage, 'wide', ['query', 'top'], 'wholeFile'),
  },
  {
    name: 'slow-log',
    what: 'query slow-log of 5,000 statements',
    against: 'psql sending the same messages',
    unit: 'ratio',
    measure: (stage) => overPsql(stage, 'wide', ['query', 'slow-log'], 'wholeFile'),
  },
  {
    name: 'locks',
    what: 'query locks, start to exit',
    against: 'psql sending the same messages',
    unit: 'ratio',
    goal: 10,
    measure: (stage) => overPsql(stage, 'small', LOCKS, 'wholeFile'),
  },
  {
    name: 'locks-reads',
    what: 'the same',
    against: 'psql -f of the reads alone',
    unit: 'ratio',
    goal: 10,
    measure: (stage) => overPsql(stage, 'small', LOCKS, 'readsFile'),
  },
  {
    name: 'locks-check-postgres',
    what: 'the same',
    against: 'check_postgres --action=locks',
    unit: 'ratio',
    goal: 0.6,
    measure: overCheckPostgres,
  },
  memoryRow('locks-memory', 'query locks', 'small', LOCKS, 55),
  {
    name: 'locks-queue',
    what: 'query locks while 300 sessions wait in three chains, start to exit',
    unit: 'ms',
    goal: 1000,
    measure: locksOfQueue,
  },
  {
    name: 'locks-queue-psql',
    what: 'the same',
    against: 'psql sending the same messages',
    unit: 'ratio',
    measure: (stage) => overPsql(stage, 'queue', LOCKS, 'wholeFile'),
  },
  memoryRow('locks-queue-memory', 'query locks while 300 sessions wait', 'queue', LOCKS),
  {
    name: 'bloat',
    what: 'query bloat of 10,000 tables and 30,000 indexes',
    against: 'psql sending the same messages',
    unit: 'ratio',
    measure: (stage) => overPsql(stage, 'wide', ['query', 'bloat'], 'wholeFile'),
  },
  {
    name: 'index-health',
    what: 'query index-health of 30,000 indexes',
    against: 'psql sending the same messages',
    unit: 'ratio',
    measure: (stage) => overPsql(stage, 'wide', ['query', 'index-health'], 'wholeFile'),
  },
  {
    name: 'vacuum-health',
    what: 'query vacuum-health of 10,000 tables',
    against: 'psql sending the same messages',
    unit: 'ratio',
    measure: (stage) => overPsql(stage, 'wide', ['query', 'vacuum-health'], 'wholeFile'),
  },
  {
    name: 'baseline',
    what: 'baseline of 10,000 tables, 30,000 indexes and 5,000 statements',
    against: 'inspect --limit 0 of the same',
    unit: 'ratio',
    measure: async (stage) => {
      const dsn = await stage.wide();
      return pairedWalls(stage, on(dsn, BASELINE), on(dsn, ALL));
    },
  },
  memoryRow('baseline-memory', 'baseline of the same', 'wide', BASELINE),
  {
    name: 'analyze',
    what: 'query analyze of one statement, start to exit',
    against: 'psql sending the same messages',
    unit: 'ratio',
    measure: (stage) => overPsql(stage, 'small', ANALYZE, 'wholeFile'),
  },
  {
    name: 'tune',
    what: 'config tune --workload oltp, start to exit',
    against: 'psql sending the same messages',
    unit: 'ratio',
    measure: (stage) => overPsql(stage, 'small', TUNE, 'wholeFile'),
  },
  {
    name: 'tune-reads',
    what: 'the same',
    against: 'psql -f of the reads alone',
    unit: 'ratio',
    measure: (stage) => overPsql(stage, 'small', TUNE, 'readsFile'),
  },
  memoryRow('tune-memory', 'config tune --workload oltp', 'small', TUNE),
  {
    name: 'tune-offline',
    what: 'config tune --offline, start to exit',
    against: 'node -e 0',
    unit: 'ratio',
    measure: (stage) => pairedWalls(stage, pgdba(...TUNE, ...PLANNED), EMPTY_NODE),
  },
  {
    name: 'tune-offline-own',
    what: 'the same',
    against: 'pgdba --version',
    unit: 'ratio',
    measure: (stage) => pairedWalls(stage, pgdba(...TUNE, ...PLANNED), pgdba('--version')),
  },
];

function startRow(name, flag) {
  return {
    name,
    what: `pgdba ${flag}`,
    against: 'node -e 0',
    unit: 'ratio',
    goal: 2.6,
    measure: (stage) => pairedWalls(stage, pgdba(flag), EMPTY_NODE),
  };
}

function memoryRow(name, what, role, words, goal) {
  const measure = async (stage) => {
    if (!CAN_MEASURE_MEMORY) return { missing: '/proc' };
    const command = on(await stage[role](), words);
    const values = [];
    for (let run = 0; run < MEMORY_RUNS; run++) values.push(await peakMib(command, stage.env));
    return { values };
  };
  return { name, what: `peak memory: ${what}`, unit: 'MiB', goal, measure };
}

function on(dsn, words) {
  return pgdba(...words, '--dsn', dsn);
}

async function pairedWalls(stage, a, b, rounds = stage.rounds) {
  const walls = await inPairs(
    rounds,
    () => wallMs(a, stage.env),
    () => wallMs(b, stage.env),
  );
  return ratios(walls);
}

function ratios({ a, b }) {
  return { values: a.map((value, round) => value / b[round]), ms: median(a), againstMs: median(b) };
}

async function withPsql(stage, measure) {
  return stage.psql === null ? { missing: 'psql' } : measure(stage.psql);
}

function overPsql(stage, role, words, file) {
  return withPsql(stage, async (psql) => {
    const dsn = await stage[role]();
    const recorded = await stage.recorded(dsn, words);
    const measured = await pairedWalls(stage, on(dsn, words), psqlRunning(psql, recorded[file], dsn));
    const { messages, reads, bytes } = recorded;
    return { ...measured, note: `${messages} messages, ${reads} of them reads; ${bytes} bytes of JSON` };
  });
}

function remote(stage) {
  return withPsql(stage, async (psql) => {
    const dsn = await stage.small();
    const { readsFile, reads } = await stage.recorded(dsn, INSPECT);
    const { proxy, dsn: far } = await stage.proxied(dsn, { roundTripMs: REMOTE_MS });
    try {
      const measured = await pairedWalls(stage, on(far, INSPECT), psqlRunning(psql, readsFile, far));
      return { ...measured, note: `${reads} reads` };
    } finally {
      await proxy.close();
    }
  });
}

async function roundTrips(stage) {
  const { proxy, dsn } = await stage.proxied(await stage.small(), {});
  const at = (roundTripMs) => async (measure) => {
    proxy.setRules({ roundTripMs });
    return measure();
  };
  try {
    const [near, far] = [at(0), at(FAR_MS)];
    const query = () => queryMs(stage, dsn);
    // Timers are late by a little, so the delay is measured and not taken as it was ordered.
    const delays = await inPairs(
      5,
      () => far(query),
      () => near(query),
    );
    const delay = median(delays.a) - median(delays.b);
    const run = () => wallMs(on(dsn, INSPECT), stage.env);
    const walls = await inPairs(
      stage.rounds,
      () => far(run),
      () => near(run),
    );
    const values = walls.a.map((wall, round) => (wall - walls.b[round]) / delay - CONNECT_ROUND_TRIPS);
    return {
      values,
      ms: median(walls.a),
      againstMs: median(walls.b),
      note: `one took ${delay.toFixed(1)} ms`,
    };
  } finally {
    await proxy.close();
  }
}

async function queryMs(stage, dsn) {
  const client = await stage.connect(dsn);
  const started = performance.now();
  await client.query('SELECT 1');
  const took = performance.now() - started;
  await client.end();
  return took;
}

async function locksOfQueue(stage) {
  const dsn = await stage.queue();
  const { envelope, bytes } = await stage.recorded(dsn, LOCKS);
  const { roots, truncated } = envelope.data;
  const waiting = roots.reduce((sum, { victims }) => sum + victims, 0);
  if (roots.length !== 3 || waiting !== 300)
    throw new Error(`${roots.length} roots with ${waiting} victims were told`);
  const values = [];
  for (let round = 0; round <= stage.rounds; round++) values.push(await wallMs(on(dsn, LOCKS), stage.env));
  const { server_ms: serverMs, round_trips: trips } = envelope.meta.cost;
  const cut = truncated === null ? '' : ', cut by --limit';
  return {
    values: values.slice(1),
    note: `${serverMs} ms of the server, ${trips} round trips; ${bytes} bytes of JSON${cut}`,
  };
}

async function overCheckPostgres(stage) {
  if (stage.checkPostgres === null) return { missing: 'check_postgres' };
  const dsn = await stage.small();
  const { hostname, port, username, pathname } = new URL(dsn);
  const where = [
    `--host=${hostname}`,
    `--port=${port}`,
    `--dbuser=${username}`,
    `--dbname=${pathname.slice(1)}`,
  ];
  const peer = { program: stage.checkPostgres, args: ['--action=locks', ...where] };
  return pairedWalls(stage, on(dsn, LOCKS), peer);
}

async function overPgmetrics(stage) {
  if (stage.pgmetrics === null) return { missing: 'pgmetrics' };
  const dsn = await stage.wide();
  const { hostname, port, username, pathname } = new URL(dsn);
  const where = ['-h', hostname, '-p', port, '-U', username, '-w', pathname.slice(1)];
  const options = ['-f', 'json', '--no-pager', '-t', '60'];
  const peer = { program: stage.pgmetrics, args: [...options, ...where] };
  return pairedWalls(stage, on(dsn, INSPECT), peer, Math.min(stage.rounds, PGMETRICS_ROUNDS));
}
