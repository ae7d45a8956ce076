import type { Baseline } from '../../../src/baseline/document.js';
import { GROUPS } from '../../../src/baseline/groups.js';
import { BaselineStore } from '../../../src/baseline/store.js';
import { takeBaseline } from '../../../src/baselining.js';
import { systemClock } from '../../../src/core/clock.js';
import { Log } from '../../../src/log.js';
import { Reach } from '../../../src/reach.js';
import { Run } from '../../../src/run.js';

/** Takes a whole baseline as the command does, without starting a process, and returns what it stored under `home`. */
export async function takenInProcess(home: string, dsn: string, label: string): Promise<Baseline> {
  const run = new Run(systemClock, { env: {}, home, version: 'test', commands: [] }, new Log());
  run.command = 'baseline';
  const limits = { 'statement-timeout': 60_000, 'lock-timeout': 10_000, timeout: 0 };
  const reach = new Reach(run, { dsn, ...limits }, 'degrade');
  const wish = { groups: GROUPS, intervalMs: null, label, out: null, redact: false, limit: 1, quiet: true };
  const { error } = await takeBaseline(
    run,
    reach,
    { 'patroni-insecure': false, 'patroni-timeout': 1000 },
    wish,
  );
  if (error !== undefined) throw error;
  const fingerprint = run.cluster?.fingerprint ?? '';
  const store = new BaselineStore(home, fingerprint);
  const { heads, broken } = await store.heads();
  const head = heads.find((one) => one.label === label);
  if (head === undefined || broken.length > 0) throw new Error(`the baseline ${label} was not stored`);
  return store.load(head);
}
