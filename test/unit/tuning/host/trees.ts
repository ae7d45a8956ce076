import { readHost } from '../../../../src/tuning/host/hostFacts.js';
import { localReader } from '../../../../src/tuning/host/localReader.js';
import type { LocalMachine } from '../../../../src/tuning/host/localMachine.js';

/** Files of a host by path; null takes one away that the tree below it has. */
export type Tree = Readonly<Record<string, string | null>>;

/** The server's process in every tree. */
export const SERVER_PID = 812;
const SERVER = `/proc/${String(SERVER_PID)}`;

/**
 * The machine that a tree describes: what is not in it does not exist; `denied` is what may not be opened.
 * @param devices device numbers by path, for stat(2)
 */
export function machineOf(
  tree: Tree,
  denied = /^$/,
  devices: ReadonlyMap<string, bigint> = new Map(),
): LocalMachine {
  const paths = Object.keys(tree).filter((path) => tree[path] !== null);
  return {
    readText: (path, maxBytes) => {
      if (denied.test(path)) return Promise.reject(failure('EACCES', path));
      const text = tree[path] ?? null;
      return text === null
        ? Promise.reject(failure('ENOENT', path))
        : Promise.resolve(text.slice(0, maxBytes));
    },
    list: (folder) => {
      if (denied.test(folder)) return Promise.reject(failure('EACCES', folder));
      const below = paths.filter((path) => path.startsWith(`${folder}/`));
      const names = new Set(below.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''));
      return names.size === 0 ? Promise.reject(failure('ENOENT', folder)) : Promise.resolve([...names]);
    },
    deviceNumber: (path) => {
      const device = devices.get(path);
      return device === undefined ? Promise.reject(failure('ENOENT', path)) : Promise.resolve(device);
    },
  };
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** What is read of the tree's host. */
export function readTree(tree: Tree, denied?: RegExp) {
  return readHost(localReader(machineOf(tree, denied), SERVER_PID), null);
}

/** The same mounts for the server and for whoever reads. */
export function mounts(...lines: readonly string[]): Tree {
  const text = lines.map((line) => `${line}\n`).join('');
  return { '/proc/self/mountinfo': text, [`${SERVER}/mountinfo`]: text };
}

/** The server's cgroups, as /proc shows them. */
export function cgroups(...lines: readonly string[]): Tree {
  return { [`${SERVER}/cgroup`]: lines.map((line) => `${line}\n`).join('') };
}

/** A data file that a backend holds open on the mount of that id. */
export function openFile(descriptor: number, mountId: number, flags = '02100002'): Tree {
  const text = `pos:\t8192\nflags:\t${flags}\nmnt_id:\t${String(mountId)}\nino:\t2212403\n`;
  return { [`${SERVER}/fdinfo/${String(descriptor)}`]: text };
}

interface Disk {
  readonly device: string;
  readonly rotational?: 0 | 1;
  readonly vendor?: string;
  readonly model?: string;
  readonly partition?: number;
  readonly slaves?: readonly string[];
}

/** A block device in /sys/class/block. */
export function disk(name: string, shown: Disk): Tree {
  const folder = `/sys/class/block/${name}`;
  return {
    [`${folder}/dev`]: `${shown.device}\n`,
    ...(shown.rotational === undefined
      ? {}
      : { [`${folder}/queue/rotational`]: `${String(shown.rotational)}\n` }),
    ...(shown.vendor === undefined ? {} : { [`${folder}/device/vendor`]: `${shown.vendor.padEnd(8)}\n` }),
    ...(shown.model === undefined ? {} : { [`${folder}/device/model`]: `${shown.model.padEnd(16)}\n` }),
    ...(shown.partition === undefined ? {} : { [`${folder}/partition`]: `${String(shown.partition)}\n` }),
    ...Object.fromEntries((shown.slaves ?? []).map((slave) => [`${folder}/slaves/${slave}/dev`, '0:0\n'])),
  };
}

export const GIB = 1024 ** 3;

/** The beginning of /proc/cpuinfo on x86, on bare metal and under a hypervisor. */
export const CPUINFO = {
  physical: 'processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu vme de pse tsc msr pae\nbugs\t\t:\n',
  virtual: 'processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu vme de hypervisor lahf_lm\nbugs\t\t:\n',
};

/**
 * A physical machine of 64 GiB and 8 CPUs with Debian's PostgreSQL in its systemd service, cgroup v2, no limits, and
 * the data on a SATA SSD. Other trees are this one with something else in its place.
 */
export const DEBIAN: Tree = {
  '/proc/meminfo': [
    'MemTotal:       67108864 kB',
    'MemFree:         1862404 kB',
    'CommitLimit:    34563428 kB',
    'HugePages_Total:    8300',
    'HugePages_Free:     8300',
    'Hugepagesize:       2048 kB',
    '',
  ].join('\n'),
  '/proc/sys/vm/overcommit_memory': '2\n',
  '/sys/devices/system/cpu/online': '0-7\n',
  '/sys/class/dmi/id/sys_vendor': 'Dell Inc.\n',
  '/sys/class/dmi/id/product_name': 'PowerEdge R740\n',
  '/proc/cpuinfo': CPUINFO.physical,
  [`${SERVER}/status`]:
    'Name:\tpostgres\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\nMems_allowed_list:\t0-1\n',
  ...cgroups('0::/system.slice/system-postgresql.slice/postgresql@17-main.service'),
  ...mounts(
    '24 30 0:22 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw',
    '25 30 0:5 / /dev rw,nosuid,relatime shared:2 - devtmpfs udev rw,size=32814340k',
    '30 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw,errors=remount-ro',
    '34 23 0:29 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate',
  ),
  ...openFile(0, 25, '0100002'),
  ...openFile(1, 30, '0102001'),
  ...openFile(7, 30),
  ...openFile(9, 10, '02004002'),
  ...disk('sda', { device: '8:0', rotational: 0, vendor: 'ATA', model: 'SAMSUNG MZ7LH960' }),
  ...disk('sda1', { device: '8:1', partition: 1 }),
  ...disk('sda2', { device: '8:2', partition: 2 }),
  ...cgroupV2('/system.slice/system-postgresql.slice/postgresql@17-main.service'),
  ...cgroupV2('/system.slice/system-postgresql.slice'),
  ...cgroupV2('/system.slice'),
  '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory\n',
};

/** A cgroup of version 2 without limits, mounted where systemd does. */
export function cgroupV2(path: string): Tree {
  const folder = `/sys/fs/cgroup${path === '/' ? '' : path}`;
  return {
    [`${folder}/cgroup.controllers`]: 'cpuset cpu io memory\n',
    [`${folder}/memory.max`]: 'max\n',
    [`${folder}/memory.high`]: 'max\n',
    [`${folder}/cpu.max`]: 'max 100000\n',
  };
}

/** A cgroup of version 1, with the files of both controllers that bound a server. */
export function cgroupV1(
  path: string,
  limits: { memory?: number; hierarchical?: number; quotaUs?: number } = {},
): Tree {
  const none = '9223372036854771712';
  const [memory, cpu] = ['memory', 'cpu,cpuacct'].map(
    (name) => `/sys/fs/cgroup/${name}${path === '/' ? '' : path}`,
  );
  const set = String(limits.memory ?? none);
  return {
    [`${memory ?? ''}/cgroup.clone_children`]: '0\n',
    [`${memory ?? ''}/memory.limit_in_bytes`]: `${set}\n`,
    [`${memory ?? ''}/memory.stat`]: `cache 0\nhierarchical_memory_limit ${String(limits.hierarchical ?? set)}\n`,
    [`${cpu ?? ''}/cgroup.clone_children`]: '0\n',
    [`${cpu ?? ''}/cpu.cfs_quota_us`]: `${String(limits.quotaUs ?? -1)}\n`,
    [`${cpu ?? ''}/cpu.cfs_period_us`]: '100000\n',
  };
}

/** Mounts of the v1 hierarchies, of which `root` is what can be seen. */
export function mountsV1(root: string, ...others: readonly string[]): Tree {
  return mounts(
    `41 40 0:27 ${root} /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:16 - cgroup cgroup rw,memory`,
    `42 40 0:28 ${root} /sys/fs/cgroup/cpu,cpuacct ro,nosuid,nodev,relatime master:17 - cgroup cgroup rw,cpu,cpuacct`,
    ...others,
  );
}
