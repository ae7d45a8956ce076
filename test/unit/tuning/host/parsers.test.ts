import { describe, expect, it } from 'vitest';
import { placeOf } from '../../../../src/tuning/host/cgroup.js';
import { parseCpuList } from '../../../../src/tuning/host/cpuList.js';
import { deviceName } from '../../../../src/tuning/host/localReader.js';
import { machineOf } from '../../../../src/tuning/host/machine.js';
import { parseMountinfo } from '../../../../src/tuning/host/mountinfo.js';
import { meminfoValue } from '../../../../src/tuning/host/procMeminfo.js';
import { CPUINFO } from './trees.js';

describe('a list of CPUs', () => {
  it.each([
    ['0-3,8\n', [0, 1, 2, 3, 8]],
    ['0', [0]],
    ['\n', []],
    ['0-1,4-5,127', [0, 1, 4, 5, 127]],
  ])('%j names %j', (text, cpus) => {
    expect([...(parseCpuList(text) ?? [])]).toEqual(cpus);
  });

  it.each(['0-', 'all', '0-3,,8', '0-3 8'])('%j is none', (text) => {
    expect(parseCpuList(text)).toBeNull();
  });
});

describe('/proc/meminfo', () => {
  const text =
    'MemTotalX:  1 kB\nMemTotal:       24684096 kB\nHugePages_Total:      12\nHugepagesize:    2048 kB\n';

  it('gives bytes for kB, and counts as they are', () => {
    expect(meminfoValue(text, 'MemTotal')).toBe(25_276_514_304);
    expect(meminfoValue(text, 'HugePages_Total')).toBe(12);
    expect(meminfoValue(text, 'Hugepagesize')).toBe(2_097_152);
  });

  it('has nothing for a line that is not there or not understood', () => {
    expect(meminfoValue(text, 'CommitLimit')).toBeNull();
    expect(meminfoValue('MemTotal: 12 MB', 'MemTotal')).toBeNull();
    expect(meminfoValue('', 'MemTotal')).toBeNull();
  });
});

describe('mountinfo', () => {
  it('takes the octal digits out of names, whatever optional fields there are', () => {
    const [first, second, third] = parseMountinfo(
      [
        '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue',
        '61 30 8:17 /a\\040b /srv/my\\040data\\011a\\134b rw,relatime shared:31 propagate_from:2 - xfs /dev/sdb1 rw,noquota',
        '62 30 0:44 / /run rw - tmpfs tmpfs rw',
      ].join('\n'),
    );
    expect(first).toEqual({
      id: 36,
      device: '98:0',
      root: '/mnt1',
      mountPoint: '/mnt2',
      type: 'ext3',
      source: '/dev/root',
      superOptions: ['rw', 'errors=continue'],
    });
    expect(second).toMatchObject({
      root: '/a b',
      mountPoint: '/srv/my data\ta\\b',
      type: 'xfs',
      source: '/dev/sdb1',
    });
    expect(third).toMatchObject({ type: 'tmpfs', device: '0:44' });
  });

  it('leaves out what it does not understand', () => {
    expect(parseMountinfo('\nnonsense\n36 35 98:0 /mnt1 /mnt2 rw ext3 /dev/root rw\n')).toEqual([]);
  });
});

describe('the place of a process among cgroups', () => {
  const v2 = (root = '/', at = '/sys/fs/cgroup') =>
    parseMountinfo(`34 23 0:29 ${root} ${at} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate`);
  const v1 = (root = '/') =>
    parseMountinfo(
      [
        `41 40 0:27 ${root} /sys/fs/cgroup/memory ro shared:16 - cgroup cgroup rw,memory`,
        `42 40 0:28 ${root} /sys/fs/cgroup/cpu,cpuacct ro shared:17 - cgroup cgroup rw,cpu,cpuacct`,
        `43 40 0:29 ${root} /sys/fs/cgroup/unified ro shared:18 - cgroup2 cgroup2 rw`,
      ].join('\n'),
    );
  const folders = (place: ReturnType<typeof placeOf>) =>
    place.kind === 'found' ? place.levels.map(({ folder }) => folder) : place;

  it('is, in v2, the service and all slices above it', () => {
    expect(folders(placeOf('memory', '0::/system.slice/postgresql.service\n', v2()))).toEqual([
      '/sys/fs/cgroup/system.slice/postgresql.service',
      '/sys/fs/cgroup/system.slice',
      '/sys/fs/cgroup',
    ]);
  });

  it('is the root of its own namespace in a container', () => {
    expect(folders(placeOf('cpu', '0::/\n', v2()))).toEqual(['/sys/fs/cgroup']);
  });

  it('is, in v1, found by controller, below the folder that is mounted', () => {
    const file =
      '12:memory:/docker/4b3a/app\n3:cpu,cpuacct:/docker/4b3a/app\n1:name=systemd:/docker/4b3a\n0::/x\n';
    expect(folders(placeOf('memory', file, v1('/docker/4b3a')))).toEqual([
      '/sys/fs/cgroup/memory/app',
      '/sys/fs/cgroup/memory',
    ]);
    expect(placeOf('cpu', file, v1('/docker/4b3a'))).toMatchObject({ kind: 'found', version: 1 });
  });

  it('is, in a hybrid hierarchy, where the controller is', () => {
    const file = '4:memory:/lxc/db\n0::/lxc/db\n';
    expect(placeOf('memory', file, v1())).toMatchObject({ kind: 'found', version: 1 });
    expect(folders(placeOf('cpu', file, v1()))).toEqual([
      '/sys/fs/cgroup/unified/lxc/db',
      '/sys/fs/cgroup/unified/lxc',
      '/sys/fs/cgroup/unified',
    ]);
  });

  it('keeps colons in a path', () => {
    expect(folders(placeOf('cpu', '0::/a:b\n', v2()))).toEqual(['/sys/fs/cgroup/a:b', '/sys/fs/cgroup']);
  });

  it.each([
    ['another container of the host', '4:memory:/docker/9999\n', v1('/docker/4b3a')],
    ['a sibling whose name begins alike', '4:memory:/docker/4b3a9\n', v1('/docker/4b3a')],
    ['above the reader’s namespace', '0::/../other\n', v2()],
    ['below a mount from above the namespace', '0::/\n', v2('/../..')],
    ['of a hierarchy that is not mounted', '4:memory:/docker/4b3a\n', v2()],
  ])('is hidden when it is %s', (_what, file, mounts) => {
    expect(placeOf('memory', file, mounts)).toMatchObject({ kind: 'hidden' });
  });

  it('is none where the kernel shows none', () => {
    expect(placeOf('memory', '', v2())).toEqual({ kind: 'none' });
  });
});

describe('a machine', () => {
  it.each([
    ['Dell Inc.\n', 'PowerEdge R740\n', CPUINFO.physical, 'physical'],
    ['QEMU\n', 'Standard PC (Q35 + ICH9, 2009)\n', CPUINFO.physical, 'virtual'],
    ['Microsoft Corporation\n', 'Virtual Machine\n', CPUINFO.physical, 'virtual'],
    ['Microsoft Corporation\n', 'Surface Laptop 5\n', CPUINFO.physical, 'physical'],
    ['Amazon EC2\n', 'm6g.large\n', 'processor\t: 0\nFeatures\t: fp asimd\n', 'virtual'],
    ['Dell Inc.\n', 'PowerEdge R740\n', CPUINFO.virtual, 'virtual'],
    [null, null, CPUINFO.virtual, 'virtual'],
    [null, null, CPUINFO.physical, 'unknown'],
    [null, null, null, 'unknown'],
  ] as const)('of vendor %j, product %j, CPU %j is %s', (vendor, product, cpuinfo, expected) => {
    expect(machineOf(vendor, product, cpuinfo)).toBe(expected);
  });
});

describe('a device number', () => {
  it.each([
    [0x801n, '8:1'],
    [0xfe00n, '254:0'],
    [0x10_0103n, '1:259'],
    [0x1230_0845n, '8:74565'],
    [(0x1000n << 32n) | 0xff05n, '4351:5'],
  ])('%d is %s', (number, name) => {
    expect(deviceName(number)).toBe(name);
  });
});
