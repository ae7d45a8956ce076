import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { reporters } from './support/reporters.js';

/** Servers start, stop and are copied in hooks, on machines of one or two cores. */
const SERVER_TIMEOUTS = { testTimeout: 60_000, hookTimeout: 180_000, teardownTimeout: 60_000 };

/** Some bundle, lint or start processes; vitest's five seconds would make them tests of what else the machine does. */
const ON_A_BUSY_MACHINE = { testTimeout: 60_000, hookTimeout: 60_000 };

const withServers = {
  globalSetup: [resolve(import.meta.dirname, 'support/globalSetup.ts')],
  ...SERVER_TIMEOUTS,
};

export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    reporters: reporters('npm'),
    // One more than the cores of the smallest machine that runs them: tests mostly wait for servers and processes.
    maxWorkers: 3,
    projects: [
      // Unit tests leave nothing behind, so one process runs many files and loads their modules once.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false, ...ON_A_BUSY_MACHINE } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], ...withServers } },
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts'], ...withServers } },
    ],
  },
});
