import { PgdbaError } from '../core/errors.js';
import type { DemoConnection, OpenDemoConnection } from './demoConnection.js';
import { type DemoServer, demoDsn } from './demoServer.js';
import { PLANTED_FAULTS, PLANTED_SESSIONS, type PlantedFault } from './plantedFaults.js';
import { SHOP_CLUSTER, SHOP_MAINTENANCE, SHOP_ROUNDS, SHOP_TABLES, SHOP_WORKLOAD } from './shop.js';

const APPLICATION = 'pgdba demo';
const SHOP_APPLICATION = 'shop web';
const WORK_PAUSE_MS = 25;
const WAIT_FOR_SESSIONS_MS = 10_000;
const POLL_MS = 20;

/** Makes the shop, lets it work a little and plants the faults that last. Takes a few seconds. */
export async function seedShop(
  demo: DemoServer,
  open: OpenDemoConnection,
  signal: AbortSignal,
): Promise<void> {
  await withConnection(
    open(demoDsn(demo, 'postgres', 'postgres'), APPLICATION, signal),
    async (connection) => {
      for (const statement of SHOP_CLUSTER) await connection.execute(statement);
    },
  );
  await withConnection(open(demoDsn(demo), APPLICATION, signal), async (connection) => {
    for (const statement of [SHOP_TABLES, ...SHOP_MAINTENANCE]) await connection.execute(statement);
    for (const fault of PLANTED_FAULTS) await plant(connection, fault);
  });
  await withConnection(open(demoDsn(demo, 'shop_app'), SHOP_APPLICATION, signal), async (connection) => {
    for (let round = 0; round < SHOP_ROUNDS; round++) {
      for (const statement of SHOP_WORKLOAD) await connection.execute(statement);
    }
  });
}

async function withConnection(
  opening: Promise<DemoConnection>,
  work: (connection: DemoConnection) => Promise<void>,
): Promise<void> {
  const connection = await opening;
  try {
    await work(connection);
  } finally {
    connection.close();
  }
}

async function plant(connection: DemoConnection, fault: PlantedFault): Promise<void> {
  for (const statement of fault.plant) {
    if (typeof statement === 'string') await connection.execute(statement);
    else await expectFailure(connection, statement.failing);
  }
}

/** Some faults are what a failed statement leaves behind. */
async function expectFailure(connection: DemoConnection, statement: string): Promise<void> {
  const failed = await connection.execute(statement).then(
    () => false,
    () => true,
  );
  if (!failed) throw new PgdbaError('demo_failed', `a statement that should fail did not: ${statement}`);
}

/**
 * Opens the sessions that misbehave during the tour, and returns once those that wait really wait.
 * @returns what ends them all
 */
export async function openPlantedSessions(
  demo: DemoServer,
  open: OpenDemoConnection,
  signal: AbortSignal,
): Promise<() => void> {
  const connections: DemoConnection[] = [];
  const endAll = (): void => {
    for (const connection of connections) connection.close();
  };
  try {
    for (const session of PLANTED_SESSIONS) {
      const connection = await open(demoDsn(demo, 'shop_app'), session.applicationName, signal);
      connections.push(connection);
      for (const statement of session.statements) {
        const answer = connection.execute(statement);
        // What waits ends when its connection is closed, and that is as it should be.
        if (session.waits) answer.catch(() => undefined);
        else await answer;
      }
    }
    await untilSessionsWait(demo, open, signal);
  } catch (error) {
    endAll();
    throw error;
  }
  return endAll;
}

async function untilSessionsWait(
  demo: DemoServer,
  open: OpenDemoConnection,
  signal: AbortSignal,
): Promise<void> {
  const wanted = PLANTED_SESSIONS.filter((session) => session.waits).length;
  const question = `SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE usename = 'shop_app' AND wait_event_type = 'Lock'`;
  const deadline = performance.now() + WAIT_FOR_SESSIONS_MS;
  await withConnection(open(demoDsn(demo), APPLICATION, signal), async (connection) => {
    while (performance.now() < deadline) {
      const [row] = await connection.execute(question);
      if (Number(row?.['waiting']) === wanted) return;
      await pause(POLL_MS);
    }
    throw new PgdbaError('demo_failed', 'the planted sessions do not wait for each other');
  });
}

/** Lets the shop go on working, so that rates have something to tell. @returns what ends it */
export async function keepShopWorking(
  demo: DemoServer,
  open: OpenDemoConnection,
  signal: AbortSignal,
): Promise<() => void> {
  const connection = await open(demoDsn(demo, 'shop_app'), SHOP_APPLICATION, signal);
  const work = async (): Promise<void> => {
    for (;;) {
      for (const statement of SHOP_WORKLOAD) {
        await connection.execute(statement);
        await pause(WORK_PAUSE_MS);
      }
    }
  };
  // It ends by losing its connection; should that break by itself, the tour goes on without it.
  work().catch(() => undefined);
  return () => {
    connection.close();
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
