import { describe, expect, it } from 'vitest';
import {
  cgroups,
  cgroupV1,
  cgroupV2,
  DEBIAN,
  GIB,
  mounts,
  mountsV1,
  readTree,
  SERVER_PID,
  type Tree,
} from './trees.js';

const SERVICE = '/sys/fs/cgroup/system.slice/system-postgresql.slice/postgresql@17-main.service';

/** In a container with a cgroup namespace of its own. */
const CONTAINER_V2: Tree = { ...DEBIAN, ...cgroups('0::/'), ...cgroupV2('/') };
const POD = '/kubepods/burstable/pod7d1c/5e3f';
/** In a container of Kubernetes that sees the host's names, and of the hierarchies only its own part. */
const CONTAINER_V1: Tree = {
  ...DEBIAN,
  ...cgroups(
    `11:memory:${POD}`,
    `4:cpu,cpuacct:${POD}`,
    '1:name=systemd:/',
    '0::/system.slice/containerd.service',
  ),
  ...mountsV1(POD),
};

describe('memory', () => {
  it('is MemTotal where no cgroup sets a limit', async () => {
    const facts = await readTree(DEBIAN);
    expect(facts.ram_bytes).toEqual({
      value: 64 * GIB,
      origin: 'local',
      detail: 'MemTotal of /proc/meminfo, of this machine',
    });
    expect(facts.cgroup_memory_limit_bytes).toEqual({
      value: null,
      origin: 'local',
      detail: 'no cgroup that can be seen limits memory, of this machine',
    });
  });

  it.each<[string, Tree, number, string]>([
    [
      'the tightest limit above a service, whichever level sets it',
      {
        ...DEBIAN,
        [`${SERVICE}/memory.max`]: `${String(32 * GIB)}\n`,
        '/sys/fs/cgroup/system.slice/memory.max': `${String(16 * GIB)}\n`,
      },
      16,
      'memory.max of cgroup v2 /system.slice',
    ],
    [
      'memory.high, above which the kernel throttles',
      {
        ...DEBIAN,
        [`${SERVICE}/memory.high`]: `${String(12 * GIB)}\n`,
        [`${SERVICE}/memory.max`]: `${String(14 * GIB)}\n`,
      },
      12,
      'memory.high of cgroup v2 /system.slice/system-postgresql.slice/postgresql@17-main.service',
    ],
    [
      'the limit of a container of v2',
      { ...CONTAINER_V2, '/sys/fs/cgroup/memory.max': `${String(4 * GIB)}\n` },
      4,
      'memory.max of cgroup v2 /',
    ],
    [
      'the limit of a container of v1',
      { ...CONTAINER_V1, ...cgroupV1('/', { memory: 2 * GIB }) },
      2,
      `memory.limit_in_bytes of cgroup v1 ${POD}`,
    ],
    [
      'a limit above the server’s own cgroup of v1, which is named and not its copy',
      {
        ...CONTAINER_V1,
        ...cgroups(`11:memory:${POD}/inner`),
        ...cgroupV1('/', { memory: 2 * GIB }),
        ...cgroupV1('/inner', { hierarchical: 2 * GIB }),
      },
      2,
      `memory.limit_in_bytes of cgroup v1 ${POD}`,
    ],
    [
      'a limit of the pod, above all that the container sees',
      { ...CONTAINER_V1, ...cgroupV1('/', { hierarchical: 3 * GIB }) },
      3,
      `memory.stat of cgroup v1 ${POD}`,
    ],
  ])('is %s', async (_what, tree, gib, detail) => {
    const facts = await readTree(tree);
    expect(facts.ram_bytes).toEqual({
      value: gib * GIB,
      origin: 'local',
      detail: `${detail}, of this machine`,
    });
    expect(facts.cgroup_memory_limit_bytes).toEqual(facts.ram_bytes);
    expect(facts.memory_total_bytes.value).toBe(64 * GIB);
  });

  it('is MemTotal where the limit is higher, or the largest number that v1 has', async () => {
    const higher = await readTree({ ...CONTAINER_V2, '/sys/fs/cgroup/memory.max': `${String(100 * GIB)}\n` });
    expect(higher.ram_bytes.value).toBe(64 * GIB);
    expect(higher.cgroup_memory_limit_bytes.value).toBe(100 * GIB);
    const none = await readTree({ ...CONTAINER_V1, ...cgroupV1('/') });
    expect(none.ram_bytes.value).toBe(64 * GIB);
    expect(none.cgroup_memory_limit_bytes.value).toBeNull();
    const bigPages = await readTree({
      ...CONTAINER_V1,
      ...cgroupV1('/'),
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854710272\n',
    });
    expect(bigPages.cgroup_memory_limit_bytes).toMatchObject({ value: null, origin: 'local' });
  });

  it('is MemTotal where the kernel has no cgroups, or does not count memory in them', async () => {
    const none = await readTree({ ...DEBIAN, [`/proc/${String(SERVER_PID)}/cgroup`]: null });
    expect(none.ram_bytes.value).toBe(64 * GIB);
    expect(none.cgroup_memory_limit_bytes.detail).toBe('no cgroup bounds the server, of this machine');
    const uncounted = await readTree({
      ...CONTAINER_V2,
      '/sys/fs/cgroup/memory.max': null,
      '/sys/fs/cgroup/memory.high': null,
    });
    expect(uncounted.ram_bytes.value).toBe(64 * GIB);
  });

  it.each<[string, Tree, RegExp | undefined, RegExp]>([
    [
      'in another container',
      { ...DEBIAN, ...cgroups('0::/../5e3f') },
      undefined,
      /cannot be seen: it lies outside/,
    ],
    [
      'in a hierarchy that is not mounted',
      { ...CONTAINER_V1, ...mounts() },
      undefined,
      /no such hierarchy is mounted/,
    ],
    [
      'in a cgroup that is not where it should be',
      { ...DEBIAN, [`${SERVICE}/cgroup.controllers`]: null },
      undefined,
      /ENOENT.*cgroup\.controllers/,
    ],
    ['under a limit that may not be read', DEBIAN, /system\.slice\/memory\.max$/, /EACCES.*memory\.max/],
    ['in cgroups that may not be read', DEBIAN, /812\/cgroup$/, /EACCES/],
  ])('is not known %s, because MemTotal may be too much', async (_what, tree, denied, why) => {
    const facts = await readTree(tree, denied);
    expect(facts.ram_bytes).toEqual({
      value: null,
      origin: 'none',
      detail: expect.stringMatching(why) as string,
    });
    expect(facts.memory_total_bytes.value).toBe(64 * GIB);
  });

  it('is not known without /proc/meminfo', async () => {
    const facts = await readTree({ ...DEBIAN, '/proc/meminfo': null });
    expect(facts.ram_bytes).toEqual({ value: null, origin: 'none', detail: 'ENOENT: /proc/meminfo' });
    const odd = await readTree({ ...DEBIAN, '/proc/meminfo': 'MemFree: 12 kB\n' });
    expect(odd.ram_bytes.detail).toBe('/proc/meminfo has no MemTotal');
  });

  it('comes with huge pages and how the kernel overcommits', async () => {
    const facts = await readTree(DEBIAN);
    expect(facts.huge_pages.value).toBe(8300);
    expect(facts.huge_page_size_bytes.value).toBe(2 * 1024 ** 2);
    expect(facts.overcommit_memory.value).toBe(2);
    expect(facts.commit_limit_bytes.value).toBe(34_563_428 * 1024);
    const odd = await readTree({ ...DEBIAN, '/proc/sys/vm/overcommit_memory': '3\n' });
    expect(odd.overcommit_memory).toMatchObject({ value: null, origin: 'none' });
  });
});

describe('CPUs', () => {
  const allowed = (list: string): Tree => ({
    [`/proc/${String(SERVER_PID)}/status`]: `Cpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems_allowed_list:\t0\n`,
  });

  it.each<[string, Tree, number, string]>([
    ['all that are online', DEBIAN, 8, '8 CPUs in /sys/devices/system/cpu/online'],
    [
      'only those the server may run on',
      { ...DEBIAN, ...allowed('0-2,5') },
      4,
      '4 of 8 CPUs in Cpus_allowed_list of the server',
    ],
    [
      'only those online, of many that may come',
      { ...DEBIAN, ...allowed('0-127') },
      8,
      '8 CPUs in /sys/devices/system/cpu/online',
    ],
    [
      'a quota of v2, rounded up',
      { ...CONTAINER_V2, '/sys/fs/cgroup/cpu.max': '150000 100000\n' },
      2,
      'cpu.max of cgroup v2 /',
    ],
    [
      'the tightest quota above a service',
      {
        ...DEBIAN,
        [`${SERVICE}/cpu.max`]: '600000 100000\n',
        '/sys/fs/cgroup/system.slice/cpu.max': '20000 10000\n',
      },
      2,
      'cpu.max of cgroup v2 /system.slice',
    ],
    [
      'a quota of v1',
      { ...CONTAINER_V1, ...cgroupV1('/', { quotaUs: 50_000 }) },
      1,
      `cpu.cfs_quota_us of cgroup v1 ${POD}`,
    ],
    [
      'fewer than a quota that is larger',
      { ...CONTAINER_V2, '/sys/fs/cgroup/cpu.max': '1200000 100000\n' },
      8,
      '8 CPUs in /sys/devices/system/cpu/online',
    ],
  ])('are %s', async (_what, tree, cpus, detail) => {
    const facts = await readTree(tree);
    expect(facts.cpus).toEqual({ value: cpus, origin: 'local', detail: `${detail}, of this machine` });
  });

  it('come with the quota in fractions', async () => {
    const facts = await readTree({ ...CONTAINER_V2, '/sys/fs/cgroup/cpu.max': '150000 100000\n' });
    expect(facts.cgroup_cpus).toMatchObject({ value: 1.5, origin: 'local' });
    expect((await readTree(DEBIAN)).cgroup_cpus).toMatchObject({ value: null, origin: 'local' });
  });

  it('are not known where a quota may be hidden, or the lists cannot be read', async () => {
    const hidden = await readTree({ ...DEBIAN, ...cgroups('0::/../5e3f') });
    expect(hidden.cpus).toMatchObject({ value: null, origin: 'none' });
    const noList = await readTree({ ...DEBIAN, '/sys/devices/system/cpu/online': null });
    expect(noList.cpus).toMatchObject({ value: null, origin: 'none' });
    const odd = await readTree({ ...DEBIAN, ...allowed('all of them') });
    expect(odd.cpus).toMatchObject({ value: null, detail: 'the list of CPUs is not understood' });
    const none = await readTree({ ...DEBIAN, ...allowed('') });
    expect(none.cpus).toMatchObject({ value: null, origin: 'none' });
    const denied = await readTree(DEBIAN, /812\/status$/);
    expect(denied.cpus).toMatchObject({ value: null, origin: 'none' });
  });
});
