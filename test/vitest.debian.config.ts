import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { reporters } from './support/reporters.js';

/** What needs Debian's packages (pgbouncer, TLS tools): a machine without them fails these tests. */
export default defineConfig({
  root: resolve(import.meta.dirname, '..'),
  test: {
    name: 'debian',
    reporters: reporters('debian'),
    include: ['test/debian/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 180_000,
    teardownTimeout: 60_000,
    globalSetup: [resolve(import.meta.dirname, 'support/globalSetup.ts')],
  },
});
