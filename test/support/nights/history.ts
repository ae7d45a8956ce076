import { join } from 'node:path';
import type { Baseline } from '../../../src/baseline/document.js';
import { BaselineStore } from '../../../src/baseline/store.js';
import { startServer } from '../servers.js';
import { statisticsTold } from '../statisticsTold.js';
import type { Major } from '../majors.js';
import { busier } from './busier.js';
import { movedInTime } from './movedInTime.js';
import { DATABASE, ScriptedServer, settings } from './script.js';
import { takenInProcess } from './takenInProcess.js';

/**
 * Lets a server of that major live through the script and stores a baseline of each night, as if a night had passed
 * between any two, in `home`; returns the store.
 */
export async function storedNights(home: string, major: Major, nights: number): Promise<BaselineStore> {
  const { taken, began } = await takenNights(join(home, 'as-taken'), major, nights);
  const store = new BaselineStore(home, taken[0]?.cluster.fingerprint ?? '');
  for (const baseline of movedInTime(taken.map(busier), began)) await store.save(baseline);
  return store;
}

async function takenNights(
  home: string,
  major: Major,
  nights: number,
): Promise<{ taken: Baseline[]; began: number }> {
  const server = await startServer({ major, settings: settings(major), name: 'nights' });
  const scripted = new ScriptedServer(server);
  try {
    const began = await scripted.prepare();
    const taken: Baseline[] = [];
    for (let night = 0; night < nights; night += 1) {
      await scripted.live(night);
      // Up to 14 the counts of a day reach readers when the collector has written them.
      if (major < 15) await statisticsTold(server, DATABASE);
      taken.push(await takenInProcess(home, server.dsn({ dbname: DATABASE }), `night ${String(night)}`));
    }
    return { taken, began };
  } finally {
    await scripted.close();
    await server.stop();
  }
}
