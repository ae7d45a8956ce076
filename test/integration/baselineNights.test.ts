import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../support/servers.js';
import { DATABASE, NIGHTS, ScriptedServer, SETTINGS } from '../support/nights/script.js';
import { takenInProcess } from '../support/nights/takenInProcess.js';

describe('nights', () => {
  test('run', async () => {
    const home = await mkdtemp(join(tmpdir(), 'pgdba-nights-'));
    const server = await startServer({ major: 18, settings: SETTINGS, name: 'nights' });
    const scripted = new ScriptedServer(server);
    const t0 = performance.now();
    await scripted.prepare();
    console.log('prepared', performance.now() - t0);
    for (let night = 0; night < NIGHTS; night += 1) {
      const a = performance.now();
      await scripted.live(night);
      const b = performance.now();
      const taken = await takenInProcess(home, server.dsn({ dbname: DATABASE }), `night ${String(night)}`);
      const c = performance.now();
      const tables = taken.sections.tables?.sample1['pg_stat_user_tables']?.rows ?? [];
      const row = (name: string) => tables.find((one) => one['relname'] === name);
      const app = (taken.sections.queries?.sample1['pg_stat_statements']?.rows ?? []).filter((one) => /customer|events/.test(String(one['query'])) && /^SELECT (name|count|id)/.test(String(one['query'])));
      console.log(night, Math.round(b - a), Math.round(c - b), row('journal')?.['size_bytes'], row('journal')?.['relfrozenxid_age'], app.map((one) => [String(one['query']).slice(7, 12), one['calls'], Number(one['shared_hit_bytes']) + Number(one['shared_read_bytes']), one['total_exec_time_ms']].join(' ')).join(' | '), JSON.stringify(taken.sections.system?.sample1['system']?.rows[0]?.['backends']), Object.values(taken.analyses).map((one) => one?.status).join());
    }
    await scripted.close();
    await server.stop();
    await rm(home, { recursive: true });
  }, 300_000);
});
