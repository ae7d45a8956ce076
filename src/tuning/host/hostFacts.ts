import type { Server } from '../../cluster/server.js';
import type { Clock } from '../../core/clock.js';
import { closedObject, oneOf, Type, type Static } from '../../core/schema.js';
import { STORAGES, type Storage } from '../situation.js';
import { aboutBackend, findBackend, type Found } from './backendProcess.js';
import { factSchema, firstKnown, notKnown, type Fact } from './fact.js';
import { readHostFiles } from './hostFiles.js';
import type { HostReader } from './hostReader.js';
import type { LocalMachine } from './localMachine.js';
import { localReader } from './localReader.js';
import { memoryFacts, type MemoryFacts } from './memory.js';
import { processorFacts, type ProcessorFacts } from './processors.js';
import { sqlReader, whyNoFiles } from './sqlReader.js';
import { storageOf } from './storage.js';

const bytes = Type.Integer({ minimum: 0 });
const count = Type.Integer({ minimum: 0 });

/** What is known of the host that a server runs on, each with where it comes from. */
export const hostFactsSchema = closedObject(
  {
    ram_bytes: factSchema(
      bytes,
      'memory that the server may use: MemTotal, or a smaller limit of a cgroup above the server',
    ),
    cpus: factSchema(
      count,
      'CPUs that the server may use: those online that its cpuset and affinity leave, or a smaller quota of a cgroup, rounded up',
    ),
    storage: factSchema(oneOf(STORAGES), 'what the data lies on'),
    memory_total_bytes: factSchema(bytes, 'memory of the host'),
    cgroup_memory_limit_bytes: factSchema(
      bytes,
      'the tightest memory limit of a cgroup above the server; null with an origin other than none: there is no limit',
    ),
    cgroup_cpus: factSchema(
      Type.Number({ minimum: 0 }),
      'CPUs that the tightest quota of a cgroup above the server leaves; null with an origin other than none: there is no quota',
    ),
    huge_pages: factSchema(count, 'huge pages that the kernel has set aside (vm.nr_hugepages)'),
    huge_page_size_bytes: factSchema(bytes, 'size of a huge page'),
    overcommit_memory: factSchema(
      Type.Integer({ minimum: 0, maximum: 2 }),
      'vm.overcommit_memory: 0 heuristic, 1 always, 2 never beyond commit_limit_bytes',
    ),
    commit_limit_bytes: factSchema(
      bytes,
      'memory that processes may ask for altogether; in force when overcommit_memory is 2',
    ),
    local: factSchema(
      Type.Boolean(),
      'true when the server was proven to run on the machine that pgdba runs on; null when it was not',
    ),
  },
  'The host of the server; each fact says where it comes from',
);
export type HostFacts = Static<typeof hostFactsSchema>;

/** What the caller says of the host; it is believed. */
export interface HostFlags {
  readonly ramBytes: number | null;
  readonly cpus: number | null;
  readonly storage: Storage | null;
}

/** A server whose host is wanted, and this machine, which may be that host. */
interface HostQuestion {
  readonly server: Server;
  readonly flags: HostFlags;
  readonly machine: LocalMachine;
  /** This machine's clock. */
  readonly clock: Clock;
}

/** Everything but `local`. */
type HostReadings = MemoryFacts & ProcessorFacts & { readonly storage: Fact<Storage> };
const READINGS = Object.keys(hostFactsSchema.properties).filter(
  (name): name is keyof HostReadings => name !== 'local',
);

/**
 * What is known of a server's host: what the caller says, else what the server shows over SQL, else, when the server
 * is proven to run here, what this machine shows. Two round trips, the first shared with whatever is read at the same
 * time; what a role may not do is not tried, so that no error is left in the server's log.
 * The server must have been met with HOST_FUNCTIONS among the questions (src/tuning/host/sqlReader.ts).
 * @throws PgdbaError `connection_lost`, `run_timeout`; anything else costs a fact and is told in its detail
 */
export async function readHostFacts(question: HostQuestion): Promise<HostFacts> {
  const { server, flags, machine, clock } = question;
  const dataDirectory = server.facts.settings['data_directory'] ?? null;
  const refused = whyNoFiles(server);
  const [backend, overSql] = await Promise.all([
    aboutBackend(server),
    refused === null ? readHost(sqlReader(server), dataDirectory) : null,
  ]);
  const found = await findBackend(machine, backend, clock.now().getTime());
  const here =
    found.here && !isComplete(overSql)
      ? await readHost(localReader(machine, found.pid), dataDirectory)
      : null;
  const looked = [overSql, here].filter((readings) => readings !== null);
  const local = localFact(found);
  const whyNobodyLooked = `${refused ?? ''}; ${local.detail}`;
  const readings = looked.length === 0 ? nothingKnown(whyNobodyLooked) : firstKnownOf(looked);
  return { ...withFlags(readings, flags), local };
}

function isComplete(readings: HostReadings | null): boolean {
  return readings !== null && READINGS.every((name) => readings[name].origin !== 'none');
}

/** What is known of a host that is only planned: what the caller says of it. */
export function plannedHost(flags: HostFlags): HostFacts {
  const why = 'no server was asked';
  return { ...withFlags(nothingKnown(why), flags), local: notKnown(why) };
}

/** What one reader's files tell. @throws PgdbaError `connection_lost`, `run_timeout` */
export async function readHost(reader: HostReader, dataDirectory: string | null): Promise<HostReadings> {
  const files = await readHostFiles(reader, dataDirectory);
  return { ...memoryFacts(files), ...processorFacts(files), storage: storageOf(files.storage) };
}

function nothingKnown(why: string): HostReadings {
  const each = READINGS.map((name) => [name, notKnown(why)] as const);
  return Object.fromEntries(each) as Record<keyof HostReadings, Fact<never>>;
}

function firstKnownOf(readings: readonly HostReadings[]): HostReadings {
  const each = READINGS.map((name) => [name, firstKnown<unknown>(readings.map((one) => one[name]))] as const);
  return Object.fromEntries(each) as unknown as HostReadings;
}

function withFlags(readings: HostReadings, { ramBytes, cpus, storage }: HostFlags): HostReadings {
  return {
    ...readings,
    ram_bytes: flagged('--ram', ramBytes) ?? readings.ram_bytes,
    cpus: flagged('--cpus', cpus) ?? readings.cpus,
    storage: flagged('--storage', storage) ?? readings.storage,
  };
}

function flagged<T>(flag: string, value: T | null): Fact<T> | null {
  return value === null ? null : { value, origin: 'flag', detail: flag };
}

function localFact(found: Found): Fact<boolean> {
  if (!found.here) return notKnown(`the server is not proven to run on this machine: ${found.why}`);
  const detail = `process ${String(found.pid)} of this machine is the backend that serves us`;
  return { value: true, origin: 'local', detail };
}
