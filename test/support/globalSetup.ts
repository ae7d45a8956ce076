import type { TestProject } from 'vitest/node';
import type { ServerAddress } from './serverHandle.js';
import { type SharedServers, startSharedServers } from './sharedServers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    servers: readonly ServerAddress[];
  }
}

/**
 * Each project of a run has its own copy of this module, yet all of them are to share one set of servers: the place
 * where they meet is the process.
 */
interface MeetingPlace {
  pgdbaTestServers?: { readonly started: Promise<SharedServers>; users: number };
}

/** Starts the shared servers for the first project that asks, and stops them after the last one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const place = globalThis as MeetingPlace;
  const shared = (place.pgdbaTestServers ??= { started: startSharedServers(), users: 0 });
  shared.users++;
  const { addresses, stop } = await shared.started;
  project.provide('servers', addresses);
  return async () => {
    shared.users--;
    if (shared.users > 0) return;
    delete place.pgdbaTestServers;
    await stop();
  };
}
