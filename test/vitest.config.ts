import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { reporters } from './support/reporters.js';

/** Servers start, stop and are copied in hooks, on machines of one or two cores. */
const SERVER_TIMEOUTS = { testTimeout: 60_000, hookTimeout: 180_000, teardownTimeout: 60_000 };

const withServers = {
  globalSetup: [resolve(import.meta.dirname, 'support/globalSetup.ts')],
  ...SERVER_TIMEOUTS,
};

export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    reporters: reporters('npm'),
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'] } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], ...withServers } },
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts'], ...withServers } },
    ],
  },
});
