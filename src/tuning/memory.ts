import { closedObject, nullable, Type, type Static } from '../core/schema.js';
import { likelyConnections } from './rules/likelyConnections.js';
import { projectedSharedBytes, type NumberOf } from './sharedMemory.js';
import type { Situation, Workload } from './situation.js';

const MB = 1024 ** 2;
const GB = 1024 ** 3;

const memoryPartSchema = closedObject({
  part: Type.String({ description: 'what takes it' }),
  bytes: Type.Number(),
  reckoning: Type.String({ description: 'how it was reckoned' }),
});
type MemoryPart = Static<typeof memoryPartSchema>;

/** What the settings together can take at peak. */
export const memorySchema = closedObject(
  {
    ram_bytes: nullable(Type.Number({ description: 'RAM, or the limit of the cgroup' })),
    budget_bytes: nullable(
      Type.Number({ description: 'what PostgreSQL may take of it: 9/10; 1/2 on a desktop' }),
    ),
    peak_bytes: Type.Number({ description: 'sum of the parts, with what is recommended in force' }),
    shared_limit_bytes: nullable(
      Type.Number({ description: 'shared memory beyond this is refused: 40 % of RAM' }),
    ),
    fits: nullable(Type.Boolean({ description: 'whether the peak is within the budget' })),
    parts: Type.Array(memoryPartSchema),
  },
  'memory of all settings together',
);
export type MemoryCheck = Static<typeof memorySchema>;

/** Of what PostgreSQL runs on, the rest is for the kernel and, on a desktop, for other programs. */
const BUDGET_RATIO: Readonly<Record<Workload, number>> = {
  oltp: 0.9,
  olap: 0.9,
  mixed: 0.9,
  web: 0.9,
  desktop: 0.5,
};

const SHARED_LIMIT_RATIO = 0.4;

/** Assumed: how many of the connections allowed are in a query at once, each in one sort or hash of work_mem. */
const BUSY_RATIO: Readonly<Record<Workload, number>> = {
  oltp: 0.5,
  olap: 1,
  mixed: 0.5,
  web: 0.5,
  desktop: 1,
};

/** Measured on 12 to 18: 2MB when idle, 4.5MB after some catalog queries, 7MB once it has touched 300 tables. */
const PER_CONNECTION = 4 * MB;

/**
 * Adds up what a server with these settings takes when it is busy: shared memory, its processes, one sort or hash in
 * each busy process, every autovacuum worker, and one maintenance command. temp_buffers and logical decoding come on top
 * where they are used.
 */
export function memoryCheck(situation: Situation, numberOf: NumberOf): MemoryCheck {
  const { ramBytes } = situation.host;
  const parts = partsOf(situation, numberOf);
  const peak = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const budget = ramBytes === null ? null : Math.floor(ramBytes * BUDGET_RATIO[situation.workload]);
  return {
    ram_bytes: ramBytes,
    budget_bytes: budget,
    peak_bytes: peak,
    shared_limit_bytes: ramBytes === null ? null : Math.floor(ramBytes * SHARED_LIMIT_RATIO),
    fits: budget === null ? null : peak <= budget,
    parts,
  };
}

function partsOf(situation: Situation, numberOf: NumberOf): MemoryPart[] {
  const { major, workload } = situation;
  const read = (parameter: string): number => numberOf(parameter) ?? 0;
  const connections = likelyConnections(situation, { numberOf }) ?? 0;
  const busy = Math.ceil(connections * BUSY_RATIO[workload]);
  const workers = Math.min(read('max_parallel_workers'), read('max_worker_processes'));
  const hashes = numberOf('hash_mem_multiplier') ?? 1;
  const maintenance = read('maintenance_work_mem');
  const perVacuum = numberOf('autovacuum_work_mem') ?? maintenance;
  // Until 16 vacuum's list of dead rows never grew beyond 1GB.
  const vacuum = major < 17 ? Math.min(perVacuum, GB) : perVacuum;
  const vacuums = read('autovacuum_max_workers');
  return [
    part('shared_memory', projectedSharedBytes(major, numberOf) ?? 0, 'shared_buffers and what goes with it'),
    part('connections', connections * PER_CONNECTION, `${String(connections)} connections × 4MB`),
    part(
      'work_mem',
      (busy + workers) * read('work_mem') * hashes,
      `(${String(busy)} connections in a query + ${String(workers)} parallel workers) × work_mem × ${String(hashes)}`,
    ),
    part('autovacuum', vacuums * vacuum, `${String(vacuums)} workers × their memory`),
    part('maintenance', maintenance, 'one CREATE INDEX or VACUUM'),
  ];
}

function part(name: string, bytes: number, reckoning: string): MemoryPart {
  return { part: name, bytes: Math.round(bytes), reckoning };
}

/** Whether shared memory alone would pass its limit: with unlucky timing such a server is killed after it has started. */
export function sharedTooLarge({ parts, shared_limit_bytes: limit }: MemoryCheck): boolean {
  const shared = parts.find((candidate) => candidate.part === 'shared_memory')?.bytes ?? 0;
  return limit !== null && shared > limit;
}

/** What can be taken back from, and the least that is left: PostgreSQL's own defaults. */
const LEAST: Readonly<Record<string, number>> = {
  work_mem: 4 * MB,
  maintenance_work_mem: 64 * MB,
  autovacuum_work_mem: 64 * MB,
};

const HALVINGS = 30;

/**
 * Bytes for those of work_mem, maintenance_work_mem and autovacuum_work_mem that may be changed, all cut by one factor so
 * that the peak fits, in whole MB; empty when it fits as it is or the RAM is not known. They are not cut below
 * PostgreSQL's defaults, so that the result may still be too much.
 */
export function cutToFit(
  situation: Situation,
  numberOf: NumberOf,
  changeable: readonly string[],
): ReadonlyMap<string, number> {
  if (memoryCheck(situation, numberOf).fits !== false) return new Map();
  const cuttable = changeable.filter((name) => (numberOf(name) ?? 0) > (LEAST[name] ?? Infinity));
  let [fitting, tooMuch] = [0, 1];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (fitting + tooMuch) / 2;
    const cut = cutBy(middle, cuttable, numberOf);
    if (memoryCheck(situation, (name) => cut.get(name) ?? numberOf(name)).fits === true) fitting = middle;
    else tooMuch = middle;
  }
  return cutBy(fitting, cuttable, numberOf);
}

function cutBy(factor: number, names: readonly string[], numberOf: NumberOf): ReadonlyMap<string, number> {
  const wholeMb = (bytes: number): number => Math.floor(bytes / MB) * MB;
  return new Map(
    names.map((name) => [name, Math.max(wholeMb((numberOf(name) ?? 0) * factor), LEAST[name] ?? 0)]),
  );
}
