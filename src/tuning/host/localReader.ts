import { asError } from '../../core/errors.js';
import type { EachText, FileText, HostReader } from './hostReader.js';
import type { LocalMachine } from './localMachine.js';

/**
 * Reads the files of this machine, for a server that was proven to run on it.
 * @param pid of a process of the server, in this machine's own count
 */
export function localReader(machine: LocalMachine, pid: number): HostReader {
  const processFolder = `/proc/${String(pid)}`;
  const each = async <T>(folder: string, read: (entry: string) => Promise<T>) => {
    const names = await machine.list(folder);
    const found = await Promise.all(names.map(async (name) => [name, await orNull(read(name))] as const));
    return new Map(found.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])));
  };
  return {
    origin: 'local',
    way: 'of this machine',
    processFolder,
    readText: async (path, maxBytes): Promise<FileText> => {
      try {
        return { text: await machine.readText(path, maxBytes) };
      } catch (error) {
        return { text: null, absent: isAbsence(error), why: asError(error).message };
      }
    },
    readEach: async (folder, suffix): Promise<EachText> => {
      try {
        return {
          entries: await each(folder, (name) => machine.readText(`${folder}/${name}${suffix}`, 4096)),
        };
      } catch (error) {
        return { entries: null, why: asError(error).message };
      }
    },
    listEach: async (folder, suffix) => {
      try {
        return { entries: await each(folder, (name) => machine.list(`${folder}/${name}${suffix}`)) };
      } catch (error) {
        return { entries: null, why: asError(error).message };
      }
    },
    deviceOf: (path) => deviceInServersView(machine, processFolder, path),
  };
}

async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch {
    return null;
  }
}

function isAbsence(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** A path means the same file to us as to the server only where both see the same mounts. */
async function deviceInServersView(
  machine: LocalMachine,
  processFolder: string,
  path: string,
): Promise<string | null> {
  const mounts = (folder: string): Promise<string> => machine.readText(`${folder}/mountinfo`, 1 << 20);
  try {
    const [theirs, ours] = await Promise.all([mounts(processFolder), mounts('/proc/self')]);
    return theirs === ours ? deviceName(await machine.deviceNumber(path)) : null;
  } catch {
    return null;
  }
}

/** `major:minor` of a st_dev; the bits lie as in glibc's gnu_dev_major() and gnu_dev_minor(). */
export function deviceName(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return `${String(major)}:${String(minor)}`;
}
