import type { Storage } from '../situation.js';
import { agreed, mediumOf, type BlockDevice, type Medium } from './blockDevice.js';
import { notKnown, type Fact } from './fact.js';
import { knownFrom, type EntryTexts, type Source } from './hostReader.js';
import type { Machine } from './machine.js';
import type { Mount } from './mountinfo.js';

/** What storage is told by. */
export interface StorageClues {
  readonly source: Source;
  /** Mounts as the server sees them. */
  readonly mounts: readonly Mount[];
  /** /proc/<pid>/fdinfo of a process of the server, by file descriptor; null with the reason when it is not known. */
  readonly openFiles: EntryTexts | null;
  /** `major:minor` of the data directory, where that could be asked. */
  readonly dataDevice: string | null;
  readonly devices: readonly BlockDevice[] | null;
  readonly machine: Machine;
  /** Why open files, mounts or devices could not be read. */
  readonly whyNot: readonly string[];
}

/**
 * What the server's data lies on. Its path would not tell, because any part of it may be a symbolic link, which no
 * SQL function shows; the files that a backend holds open do, by the mount that each is on.
 */
export function storageOf(clues: StorageClues): Fact<Storage> {
  const { source, devices, machine } = clues;
  const places = placesOf(clues);
  if (places.length === 0 || devices === null) {
    const why = clues.whyNot.join('; ');
    return notKnown(why === '' ? 'no open data file was found' : why);
  }
  const medium = agreed(
    places.map(({ device, type, mountPoint }): Medium => {
      const where = mountPoint === null ? `device ${device}` : `${type} at ${mountPoint}`;
      const { kind, because } = device.startsWith('0:')
        ? { kind: null, because: notOnADisk(type) }
        : mediumOf(devices, device, machine);
      return { kind, because: `${where}: ${because}` };
    }),
  );
  if (medium.kind === null) return notKnown(medium.because);
  return knownFrom(source, medium.kind, medium.because);
}

interface Place {
  readonly device: string;
  readonly type: string;
  readonly mountPoint: string | null;
}

function placesOf({ mounts, openFiles, dataDevice }: StorageClues): readonly Place[] {
  const open = [...(openFiles?.values() ?? [])].flatMap((fdinfo) => {
    const mount = mounts.find(({ id }) => id === mountOfDataFile(fdinfo));
    return mount === undefined || /^\/(dev|proc|sys)(\/|$)/.test(mount.mountPoint) ? [] : [mount];
  });
  if (open.length > 0) return [...new Map(open.map((mount) => [mount.id, mount])).values()];
  if (dataDevice === null) return [];
  const mount = mounts.find(({ device }) => device === dataDevice);
  return [mount ?? { device: dataDevice, type: 'mounted', mountPoint: null }];
}

/** PostgreSQL opens its data files for reading and writing; logs and pipes are open one way only. */
function mountOfDataFile(fdinfo: string): number | null {
  const flags = /^flags:\s*([0-7]+)$/m.exec(fdinfo)?.[1];
  const mount = /^mnt_id:\s*(\d+)$/m.exec(fdinfo)?.[1];
  // O_ACCMODE is 3, O_RDWR is 2.
  return flags === undefined || mount === undefined || (Number.parseInt(flags, 8) & 3) !== 2
    ? null
    : Number(mount);
}

/** File systems that are not on one block device of the kernel's. */
const NOT_ON_A_DISK: readonly { readonly type: RegExp; readonly what: string }[] = [
  { type: /^overlay$|^aufs$/, what: 'the layers of a container' },
  { type: /^tmpfs$|^ramfs$/, what: 'memory' },
  { type: /^(zfs|btrfs|bcachefs)$/, what: 'a pool of devices of its own' },
  {
    type: /^(nfs|cifs|smb|ceph|gluster|lustre|gpfs|beegfs|fuse)/,
    what: 'somewhere behind a network or a program',
  },
  { type: /^(9p|virtiofs|vboxsf)$/, what: 'the machine that this one runs on' },
];

function notOnADisk(type: string): string {
  const what = NOT_ON_A_DISK.find((one) => one.type.test(type))?.what ?? 'no block device';
  return `a ${type} file system lies on ${what}`;
}
