import { parseMountinfo } from './mountinfo.js';
import { placeOf, type CgroupPlace } from './cgroup.js';
import { limitFiles } from './cgroupLimits.js';
import { readDevices } from './blockDevices.js';
import type { FileText, HostReader, Source } from './hostReader.js';
import { machineOf } from './machine.js';
import type { StorageClues } from './storage.js';

/** What the facts are made of: the files of a host, read. */
export interface HostFiles {
  readonly source: Source;
  readonly meminfo: FileText;
  readonly overcommitMemory: FileText;
  readonly cpusOnline: FileText;
  /** /proc/<pid>/status of a process of the server. */
  readonly processStatus: FileText;
  readonly places: { readonly memory: CgroupPlace; readonly cpu: CgroupPlace };
  /** Files of cgroups, by path. */
  readonly limits: ReadonlyMap<string, FileText>;
  readonly storage: StorageClues;
}

/** Bytes that are enough for a file with one page of values, and for the first CPU of /proc/cpuinfo. */
const SMALL = 16_384;
/** A host that runs containers has thousands of mounts. */
const MOUNTS = 1 << 20;

/**
 * Reads everything that facts are made of, in two rounds: what always has the same name, then the cgroups that the
 * first round named.
 * @param dataDirectory null when the role may not see it
 */
export async function readHostFiles(reader: HostReader, dataDirectory: string | null): Promise<HostFiles> {
  const { processFolder } = reader;
  const text = (path: string, maxBytes = SMALL): Promise<FileText> => reader.readText(path, maxBytes);
  const ownMountinfo = text('/proc/self/mountinfo', MOUNTS);
  const [proc, processFiles, mounts, machine, openFiles, devices, dataDevice] = await Promise.all([
    Promise.all([
      text('/proc/meminfo'),
      text('/proc/sys/vm/overcommit_memory'),
      text('/sys/devices/system/cpu/online'),
    ]),
    Promise.all([text(`${processFolder}/status`), text(`${processFolder}/cgroup`)]),
    // Where cgroups are mounted is the reader's own affair; where the data lies, the server's.
    Promise.all([
      ownMountinfo,
      processFolder === '/proc/self' ? ownMountinfo : text(`${processFolder}/mountinfo`, MOUNTS),
    ]),
    Promise.all([
      text('/sys/class/dmi/id/sys_vendor'),
      text('/sys/class/dmi/id/product_name'),
      text('/proc/cpuinfo'),
    ]),
    reader.readEach(`${processFolder}/fdinfo`, ''),
    readDevices(reader),
    dataDirectory === null ? null : reader.deviceOf(dataDirectory),
  ]);
  const [meminfo, overcommitMemory, cpusOnline] = proc;
  const [processStatus, cgroup] = processFiles;
  const [ownMounts, serverMounts] = mounts;
  const [sysVendor, productName, cpuinfo] = machine;
  const places = placesOf(cgroup, ownMounts);
  const source = { origin: reader.origin, way: reader.way };
  return {
    source,
    meminfo,
    overcommitMemory,
    cpusOnline,
    processStatus,
    places,
    limits: await readLimits(reader, places),
    storage: {
      source,
      mounts: serverMounts.text === null ? [] : parseMountinfo(serverMounts.text),
      openFiles: openFiles.entries,
      dataDevice,
      devices: devices.found,
      machine: machineOf(sysVendor.text, productName.text, cpuinfo.text),
      whyNot: [openFiles, devices, serverMounts].flatMap((read) => ('why' in read ? [read.why] : [])),
    },
  };
}

/** A kernel without cgroups has no /proc/<pid>/cgroup. */
function placesOf(cgroup: FileText, ownMounts: FileText): HostFiles['places'] {
  if (cgroup.text === null) {
    const place: CgroupPlace = cgroup.absent ? { kind: 'none' } : { kind: 'hidden', why: cgroup.why };
    return { memory: place, cpu: place };
  }
  const mounts = parseMountinfo(ownMounts.text ?? '');
  return { memory: placeOf('memory', cgroup.text, mounts), cpu: placeOf('cpu', cgroup.text, mounts) };
}

async function readLimits(
  reader: HostReader,
  { memory, cpu }: HostFiles['places'],
): Promise<HostFiles['limits']> {
  const paths = new Set([...limitFiles('memory', memory), ...limitFiles('cpu', cpu)]);
  const texts = [...paths].map(async (path) => [path, await reader.readText(path, SMALL)] as const);
  return new Map(await Promise.all(texts));
}
