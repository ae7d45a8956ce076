import type { Settings } from '../core/setting/spec.js';
import type { Evidence } from './evidence.js';

export const WORKLOADS = ['oltp', 'olap', 'mixed', 'web', 'desktop'] as const;
export type Workload = (typeof WORKLOADS)[number];

/** `remote-conservative` is for servers whose host is not known: only what is safe whatever the host is. */
export const PROFILES = ['standard', 'remote-conservative'] as const;
export type Profile = (typeof PROFILES)[number];

export const STORAGES = ['ssd', 'hdd', 'san', 'nvme'] as const;
export type Storage = (typeof STORAGES)[number];

/** How the data compares with RAM, as PGTune asks it. */
export const DB_SIZES = ['less_ram', 'mid_ram', 'greater_ram'] as const;
export type DbSize = (typeof DB_SIZES)[number];

/** What rules decide by: a server as it is, or one that is only planned. */
export interface Situation {
  readonly major: number;
  readonly workload: Workload;
  readonly profile: Profile;
  /** What is known of the host, limits of its cgroup applied; null = not known. */
  readonly host: {
    readonly ramBytes: number | null;
    readonly cpus: number | null;
    readonly storage: Storage | null;
  };
  /** Connections the caller asked for; null when it did not. */
  readonly connections: number | null;
  readonly dbSize: DbSize;
  /** The server's settings in force; for a planned server those PostgreSQL starts with. */
  readonly settings: Settings;
  /** What the server's statistics show; null for a planned server. */
  readonly evidence: Evidence | null;
}
