import type { DbSize, Situation, Storage, Workload } from '../../situation.js';

/** What PGTune asks for; the operating system is Linux. Sizes are in kB and rounded down at every step, as PGTune does. */
export interface Machine {
  readonly major: number;
  readonly workload: Workload;
  readonly ramKb: number;
  readonly cpus: number | null;
  readonly storage: Storage;
  readonly dbSize: DbSize;
  /** As given, else PGTune's own number for the workload. */
  readonly connections: number;
  readonly sharedBuffersKb: number;
  readonly maintenanceWorkMemKb: number;
}

export const KB_PER_MB = 1024;
export const KB_PER_GB = 1024 ** 2;

const CONNECTIONS: Readonly<Record<Workload, number>> = {
  web: 200,
  oltp: 300,
  olap: 40,
  desktop: 20,
  mixed: 100,
};

/** PGTune takes an SSD unless told. */
export const PGTUNE_STORAGE: Storage = 'ssd';

/** The situation as PGTune sees it; null while the RAM is not known, because every formula needs it. */
export function machineOf(situation: Situation): Machine | null {
  const { major, workload, host, connections, dbSize } = situation;
  if (host.ramBytes === null) return null;
  const ramKb = Math.floor(host.ramBytes / 1024);
  return {
    major,
    workload,
    ramKb,
    // A cgroup may allow a part of a CPU; PGTune knows whole ones.
    cpus: host.cpus === null ? null : Math.floor(host.cpus),
    storage: host.storage ?? PGTUNE_STORAGE,
    dbSize,
    connections: connections ?? CONNECTIONS[workload],
    sharedBuffersKb: Math.floor(ramKb / (workload === 'desktop' ? 16 : 4)),
    maintenanceWorkMemKb: Math.min(Math.floor(ramKb / (workload === 'olap' ? 8 : 16)), 8 * KB_PER_GB),
  };
}

/** CPUs where there are enough for PGTune to speak of parallel workers, else null. */
export function parallelCpus({ cpus }: Machine): number | null {
  return cpus !== null && cpus >= 4 ? cpus : null;
}
