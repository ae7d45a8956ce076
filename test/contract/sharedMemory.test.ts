import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { projectedSharedBytes } from '../../src/tuning/sharedMemory.js';
import { MAJORS, type Major } from '../support/cluster.js';
import { startServer } from '../support/servers.js';

const MB = 1024 ** 2;

/** Bytes of the mapping that the postmaster shares with its children. */
async function sharedMapping(pid: number): Promise<number> {
  const maps = await readFile(`/proc/${String(pid)}/maps`, 'utf8');
  const shared = maps.split('\n').filter((line) => line.includes('s ') && line.includes('/dev/zero'));
  const sizes = shared.map((line) => {
    const [from = '0', to = '0'] = (line.split(' ')[0] ?? '').split('-');
    return Number(BigInt(`0x${to}`) - BigInt(`0x${from}`));
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function measured(
  major: Major,
  settings: Readonly<Record<string, string>>,
): Promise<{ real: number; projected: number | null }> {
  const server = await startServer({
    major,
    settings: { shared_preload_libraries: '', huge_pages: 'off', ...settings },
  });
  try {
    const rows = await server.query(`
      SELECT name, setting::float8 * CASE unit WHEN '8kB' THEN 8192 WHEN 'kB' THEN 1024 ELSE 1 END AS value
        FROM pg_settings WHERE vartype = 'integer'`);
    const values = new Map(rows.map((row) => [String(row['name']), Number(row['value'])]));
    const projected = projectedSharedBytes(major, (name) => values.get(name) ?? null);
    return { real: await sharedMapping(server.pid()), projected };
  } finally {
    await server.stop();
  }
}

describe.runIf(process.platform === 'linux').each(MAJORS)('shared memory of PostgreSQL %i', (major) => {
  test.each([
    { shared_buffers: '128MB', max_connections: '100' },
    { shared_buffers: '1GB', max_connections: '400', max_locks_per_transaction: '256' },
  ])('with %o is projected to within 5 %, never too low', async (settings) => {
    const { real, projected } = await measured(major, settings);
    expect(real).toBeGreaterThan(128 * MB);
    expect(projected).toBeGreaterThanOrEqual(real);
    expect(projected).toBeLessThanOrEqual(real * 1.05);
  });
});

test('nothing is projected from what is not known', () => {
  expect(projectedSharedBytes(18, () => null)).toBeNull();
});
