import type { OpenDemoConnection } from './demoConnection.js';
import type { DemoData, TourEntry } from './demoData.js';
import { readDemoRecord, removeDemoRecord, writeDemoRecord } from './demoRecord.js';
import { type DemoServer, demoDsn, removeDemoServer, startDemoServer } from './demoServer.js';
import { PLANTED_FAULTS, SESSION_FAULTS } from './plantedFaults.js';
import { isStillRunning } from './postmaster.js';
import { keepShopWorking, openPlantedSessions, seedShop } from './seedShop.js';
import { runTour, type TourGuide } from './tour.js';

/** What the demo needs from the rest of pgdba. */
export interface DemoSurroundings extends TourGuide {
  /** Folder of pgdba's package.json; the PostgreSQL binaries are looked for from here. */
  readonly packageRoot: string;
  /** $PGDBA_HOME */
  readonly home: string;
  readonly open: OpenDemoConnection;
  /** Puts a kept server into the registry. */
  readonly register: (name: string, dsn: string) => Promise<void>;
  /** Takes it out again; nothing happens when it is not there. */
  readonly unregister: (name: string) => Promise<void>;
}

/** Name of a kept demo in the registry. */
export const DEMO_CLUSTER = 'demo';

const STOP_COMMAND = 'pgdba demo --stop';

const ALL_FAULTS = [...PLANTED_FAULTS, ...SESSION_FAULTS];

const NOTHING_KEPT = {
  kept: false,
  already_running: false,
  stopped: false,
  cluster: null,
  stop_command: null,
} as const;

const KEPT = { ...NOTHING_KEPT, kept: true, cluster: DEMO_CLUSTER, stop_command: STOP_COMMAND } as const;

/**
 * Starts the embedded server, fills it, gives the tour, and stops and removes it: also when something fails, and when
 * the signal is aborted.
 * @throws PgdbaError `embedded_server_missing`, `demo_failed`; what the signal was aborted with
 */
export async function runDemo(around: DemoSurroundings): Promise<DemoData> {
  const demo = await start(around);
  try {
    return { ...describe(demo, await fillAndShow(demo, around)), ...NOTHING_KEPT };
  } finally {
    await removeDemoServer(demo);
    around.tell('\nThe demo server is stopped and removed. To keep one for yourself: pgdba demo --keep');
  }
}

/**
 * Does the same, but leaves the server running and registered. One that runs already is left as it is, and told.
 * @throws PgdbaError as runDemo, and `state_unusable`, `lock_held`; the server is stopped and removed then.
 */
export async function keepDemo(around: DemoSurroundings): Promise<DemoData> {
  const running = await runningDemo(around.home);
  if (running !== undefined) {
    around.tell(`The demo server runs already, as cluster ${DEMO_CLUSTER}. Stop it with: ${STOP_COMMAND}`);
    return { ...describe(running, []), ...KEPT, already_running: true };
  }
  const demo = await start(around);
  try {
    await writeDemoRecord(around.home, demo);
    const tour = await fillAndShow(demo, around);
    await around.register(DEMO_CLUSTER, demoDsn(demo));
    around.tell(
      `\nThe server keeps running as cluster ${DEMO_CLUSTER}: try pgdba inspect --name ${DEMO_CLUSTER}`,
    );
    around.tell(`Stop and remove it with: ${STOP_COMMAND}`);
    return { ...describe(demo, tour), ...KEPT };
  } catch (error) {
    await removeDemoServer(demo);
    // Where two of them began at the same moment, the record is the other's.
    if ((await readDemoRecord(around.home))?.server.pid === demo.server.pid)
      await removeDemoRecord(around.home);
    throw error;
  }
}

/**
 * Stops the kept server and removes it, its record and its place in the registry. When there is none, `stopped` is
 * false and nothing happens.
 * @throws PgdbaError `demo_failed` when it does not stop, `state_unusable` when its record is broken
 */
export async function stopDemo(
  around: Pick<DemoSurroundings, 'home' | 'unregister' | 'tell'>,
): Promise<DemoData> {
  const demo = await readDemoRecord(around.home);
  if (demo === undefined) {
    around.tell('No demo server was kept.');
    return { server: null, faults: [], tour: [], ...NOTHING_KEPT };
  }
  await removeDemoServer(demo);
  await around.unregister(DEMO_CLUSTER);
  await removeDemoRecord(around.home);
  around.tell('The demo server is stopped and removed.');
  return { ...describe(demo, []), ...NOTHING_KEPT, stopped: true };
}

/** The kept server if it runs. What is left of one that ended, with the machine perhaps, is cleared away. */
async function runningDemo(home: string): Promise<DemoServer | undefined> {
  const recorded = await readDemoRecord(home);
  if (recorded === undefined || (await isStillRunning(recorded.server))) return recorded;
  await removeDemoServer(recorded);
  await removeDemoRecord(home);
  return undefined;
}

async function start(around: DemoSurroundings): Promise<DemoServer> {
  around.tell('Starting an embedded PostgreSQL …');
  const demo = await startDemoServer(around.packageRoot, around.signal);
  const account = demo.runsAs === null ? '' : `, as account ${demo.runsAs}`;
  around.tell(`PostgreSQL ${demo.version} runs in ${demo.directory}${account}.`);
  return demo;
}

async function fillAndShow(demo: DemoServer, around: DemoSurroundings): Promise<TourEntry[]> {
  around.tell(`Filling it with a small shop and ${String(ALL_FAULTS.length)} faults …`);
  await seedShop(demo, around.open, around.signal);
  const endSessions = await openPlantedSessions(demo, around.open, around.signal);
  try {
    const endWork = await keepShopWorking(demo, around.open, around.signal);
    try {
      const tour = await runTour(demo, ALL_FAULTS, around);
      tellHiddenFaults(around);
      return tour;
    } finally {
      endWork();
    }
  } finally {
    endSessions();
  }
}

/** Faults that no row of a snapshot shows are told too, or nobody would find them. */
function tellHiddenFaults(around: DemoSurroundings): void {
  around.tell('\nAlso planted, for a deeper look than one snapshot:');
  for (const { object, what, shown } of ALL_FAULTS) {
    if (shown === null) around.tell(`  • ${object.name}: ${what}`);
  }
}

function describe(demo: DemoServer, tour: TourEntry[]): Pick<DemoData, 'server' | 'faults' | 'tour'> {
  const { pid, socketDirectory, port, dataDirectory } = demo.server;
  return {
    server: {
      version: demo.version,
      pid,
      dsn: demoDsn(demo),
      socket_directory: socketDirectory,
      port,
      data_directory: dataDirectory,
      runs_as: demo.runsAs,
    },
    faults: ALL_FAULTS.map(({ name, object, what, shown }) => ({
      name,
      object,
      what,
      section: shown?.section ?? null,
      seen:
        shown === null || tour.length === 0 ? null : tour.some((entry) => entry.faults_seen.includes(name)),
    })),
    tour,
  };
}
