// The queue: 300 sessions that wait in three chains, on a server with hardly a connection left.

const WAITERS = 100;

/** Two for autovacuum's and other short-lived sessions, one for ours. */
export const QUEUE_SETTINGS = {
  max_connections: String(3 * (WAITERS + 1) + 5),
  superuser_reserved_connections: '3',
};

const TABLES =
  'CREATE TABLE queue (id int4 PRIMARY KEY, n int4); INSERT INTO queue VALUES (1, 0); CREATE TABLE line (id int4)';

/** What the first of a chain does and keeps open, and what those behind it ask for. */
const CHAINS = [
  // A reader that went to lunch, a change of the table behind it, and everybody behind that.
  {
    holds: 'SELECT 1 FROM line',
    asks: (n) => (n === 0 ? 'LOCK TABLE line IN ACCESS EXCLUSIVE MODE' : 'SELECT 1 FROM line'),
  },
  { holds: 'UPDATE queue SET n = 1', asks: () => 'UPDATE queue SET n = n + 1' },
  { holds: 'SELECT pg_advisory_xact_lock(42)', asks: () => 'SELECT pg_advisory_xact_lock(42)' },
];

const WAITING = "SELECT count(*)::int4 AS count FROM pg_stat_activity WHERE wait_event_type = 'Lock'";
const FEW_MS = 100;

/**
 * Fills a server with waiting sessions, which end with it.
 * @param connect opens a client
 */
export async function makeQueue(connect) {
  const first = await connect();
  await first.query(TABLES);
  for (const { holds, asks } of CHAINS) {
    const holder = await quiet(connect);
    await holder.query(`BEGIN; ${holds}`);
    for (let n = 0; n < WAITERS; n++) {
      const waiter = await quiet(connect);
      waiter.query(`BEGIN; ${asks(n)}`).catch(() => undefined);
      // The one whom all others stand behind has to come first.
      if (n === 0) await untilWaiting(first, 1);
    }
  }
  await untilWaiting(first, CHAINS.length * WAITERS);
  await first.end();
}

/** A client that the end of its server is no error for. */
async function quiet(connect) {
  const client = await connect();
  client.on('error', () => undefined);
  return client;
}

async function untilWaiting(client, count) {
  for (;;) {
    const { rows } = await client.query(WAITING);
    if (rows[0].count >= count) return;
    await new Promise((resolve) => setTimeout(resolve, FEW_MS));
  }
}
