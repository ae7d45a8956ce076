import { describe, expect, it } from 'vitest';
import { readHost } from '../../../../src/tuning/host/hostFacts.js';
import { localReader } from '../../../../src/tuning/host/localReader.js';
import {
  CPUINFO,
  DEBIAN,
  disk,
  machineOf,
  mounts,
  openFile,
  readTree,
  SERVER_PID,
  type Tree,
} from './trees.js';

/** DEBIAN with other disks and the data on them. */
function data(mountinfo: string, ...devices: readonly Tree[]): Tree {
  const withoutDisk = Object.fromEntries(
    Object.entries(DEBIAN).filter(([path]) => !path.startsWith('/sys/class/block/')),
  );
  return Object.assign(
    { ...withoutDisk, ...openFile(7, 90), ...mounts(`90 30 ${mountinfo}`) },
    ...devices,
  ) as Tree;
}

const VIRTUAL: Tree = { '/proc/cpuinfo': CPUINFO.virtual };
const ROOT_ON = (device: string, source: string): string =>
  `${device} / / rw,relatime shared:1 - ext4 ${source} rw`;

/** A volume group on software RAID 1 of two SATA disks. */
const LVM_ON_RAID: Tree = {
  ...disk('sda', { device: '8:0', rotational: 1, vendor: 'ATA', model: 'ST4000NM0035-1V4' }),
  ...disk('sda1', { device: '8:1', partition: 1 }),
  ...disk('sdb', { device: '8:16', rotational: 1, vendor: 'ATA', model: 'ST4000NM0035-1V4' }),
  ...disk('sdb1', { device: '8:17', partition: 1 }),
  ...disk('md0', { device: '9:0', rotational: 1, slaves: ['sda1', 'sdb1'] }),
  ...disk('dm-0', { device: '253:0', rotational: 1, slaves: ['md0'] }),
};

describe('storage', () => {
  it.each<[string, Tree, string, RegExp]>([
    [
      'a SATA SSD',
      DEBIAN,
      'ssd',
      /^ext4 at \/: rotational = 0 of sda \(ATA SAMSUNG MZ7LH960\), of this machine$/,
    ],
    [
      'disks under RAID under LVM',
      data(ROOT_ON('253:0', '/dev/mapper/vg-pg'), LVM_ON_RAID),
      'hdd',
      /rotational = 1 of sda/,
    ],
    [
      'an encrypted partition of an NVMe disk',
      data(
        '253:1 / /srv/pg rw - xfs /dev/mapper/pg rw',
        disk('nvme0n1', { device: '259:0', rotational: 0, model: 'SAMSUNG MZVL21T0HCLR-00BL7' }),
        disk('nvme0n1p3', { device: '259:3', partition: 3 }),
        disk('dm-1', { device: '253:1', rotational: 0, slaves: ['nvme0n1p3'] }),
      ),
      'nvme',
      /^xfs at \/srv\/pg: rotational = 0 of nvme0n1/,
    ],
    [
      'a volume of EBS, which calls itself NVMe',
      data(
        ROOT_ON('259:1', '/dev/nvme1n1p1'),
        VIRTUAL,
        disk('nvme1n1', { device: '259:0', rotational: 0, model: 'Amazon Elastic Block Store' }),
        disk('nvme1n1p1', { device: '259:1', partition: 1 }),
      ),
      'ssd',
      /virtual disk nvme1n1/,
    ],
    [
      'a virtio disk that says that it does not rotate',
      data(
        ROOT_ON('252:1', '/dev/vda1'),
        VIRTUAL,
        disk('vda', { device: '252:0', rotational: 0, vendor: '0x1af4' }),
        disk('vda1', { device: '252:1', partition: 1 }),
      ),
      'ssd',
      /virtual disk vda, /,
    ],
    [
      'flash of two kinds',
      data(
        ROOT_ON('253:0', '/dev/mapper/vg-pg'),
        disk('sda', { device: '8:0', rotational: 0, vendor: 'ATA', model: 'INTEL SSDSC2KB96' }),
        disk('nvme0n1', { device: '259:0', rotational: 0, model: 'INTEL SSDPE2KX010T8' }),
        disk('dm-0', { device: '253:0', rotational: 0, slaves: ['sda', 'nvme0n1'] }),
      ),
      'ssd',
      /sda .*; .*nvme0n1/,
    ],
    [
      'a partition with two digits',
      data(
        ROOT_ON('8:11', '/dev/sda11'),
        disk('sda1', { device: '8:1', partition: 1 }),
        disk('sda', { device: '8:0', rotational: 0, vendor: 'ATA', model: 'INTEL SSDSC2KB96' }),
        disk('sda11', { device: '8:11', partition: 11 }),
      ),
      'ssd',
      /of sda /,
    ],
    [
      'a SAS disk of Hitachi',
      data(
        ROOT_ON('8:0', '/dev/sda'),
        disk('sda', { device: '8:0', rotational: 1, vendor: 'HITACHI', model: 'HUS156030VLS600' }),
      ),
      'hdd',
      /rotational = 1/,
    ],
  ])('of %s is told', async (_what, tree, kind, because) => {
    const { storage } = await readTree(tree);
    expect(storage).toEqual({
      value: kind,
      origin: 'local',
      detail: expect.stringMatching(because) as string,
    });
  });

  it.each<[string, Tree, RegExp]>([
    [
      'a virtio disk that says that it rotates',
      data(
        ROOT_ON('254:0', '/dev/root'),
        VIRTUAL,
        disk('vda', { device: '254:0', rotational: 1, vendor: '0x1af4' }),
      ),
      /vda says nothing: it is a virtual disk/,
    ],
    [
      'a disk of Xen',
      data(ROOT_ON('202:1', '/dev/xvda1'), disk('xvda1', { device: '202:1', rotational: 1 })),
      /virtual disk/,
    ],
    [
      'a disk of QEMU on SATA',
      data(
        ROOT_ON('8:0', '/dev/sda'),
        disk('sda', { device: '8:0', rotational: 1, vendor: 'ATA', model: 'QEMU HARDDISK' }),
      ),
      /virtual disk/,
    ],
    [
      'a disk of VMware',
      data(
        ROOT_ON('8:0', '/dev/sda'),
        disk('sda', { device: '8:0', rotational: 1, vendor: 'VMware', model: 'Virtual disk' }),
      ),
      /virtual disk/,
    ],
    [
      'a disk of Azure',
      data(
        ROOT_ON('8:0', '/dev/sda'),
        disk('sda', { device: '8:0', rotational: 1, vendor: 'Msft', model: 'Virtual Disk' }),
      ),
      /virtual disk/,
    ],
    [
      'a disk of Google',
      data(
        ROOT_ON('8:0', '/dev/sda'),
        disk('sda', { device: '8:0', rotational: 1, vendor: 'Google', model: 'PersistentDisk' }),
      ),
      /virtual disk/,
    ],
    [
      'a disk that is passed to a virtual machine',
      data(ROOT_ON('253:0', '/dev/mapper/vg-pg'), LVM_ON_RAID, VIRTUAL),
      /machine that is virtual/,
    ],
    [
      'a disk of a machine that does not tell what it is',
      data(ROOT_ON('253:0', '/dev/mapper/vg-pg'), LVM_ON_RAID, {
        '/sys/class/dmi/id/sys_vendor': null,
        '/sys/class/dmi/id/product_name': null,
      }),
      /not known to be physical/,
    ],
    [
      'a RAID controller',
      data(
        ROOT_ON('8:0', '/dev/sda'),
        disk('sda', { device: '8:0', rotational: 1, vendor: 'DELL', model: 'PERC H730 Mini' }),
      ),
      /RAID controller or a SAN/,
    ],
    [
      'a SAN of Hitachi',
      data(
        ROOT_ON('8:0', '/dev/sda'),
        disk('sda', { device: '8:0', rotational: 1, vendor: 'HITACHI', model: 'OPEN-V' }),
      ),
      /RAID controller or a SAN/,
    ],
    [
      'flash together with what is no disk',
      data(
        ROOT_ON('253:0', '/dev/mapper/vg-pg'),
        disk('sda', { device: '8:0', rotational: 0, vendor: 'ATA', model: 'INTEL SSDSC2KB96' }),
        disk('loop0', { device: '7:0', rotational: 0 }),
        disk('dm-0', { device: '253:0', rotational: 0, slaves: ['sda', 'loop0'] }),
      ),
      /loop0 is a file/,
    ],
    [
      'a disk with a cache of flash',
      data(
        ROOT_ON('253:0', '/dev/mapper/vg-pg'),
        disk('sda', { device: '8:0', rotational: 1, vendor: 'ATA', model: 'ST4000NM0035-1V4' }),
        disk('sdb', { device: '8:16', rotational: 0, vendor: 'ATA', model: 'INTEL SSDSC2KB96' }),
        disk('dm-0', { device: '253:0', rotational: 1, slaves: ['sda', 'sdb'] }),
      ),
      /disks of different kinds/,
    ],
    [
      'a file of another file system',
      data(ROOT_ON('7:0', '/dev/loop0'), disk('loop0', { device: '7:0', rotational: 0 })),
      /loop0 is a file/,
    ],
    [
      'a disk behind the network',
      data(ROOT_ON('251:0', '/dev/rbd0'), disk('rbd0', { device: '251:0', rotational: 0 })),
      /rbd0 lies behind the network/,
    ],
    [
      'a disk without a queue',
      data(ROOT_ON('8:0', '/dev/sda'), disk('sda', { device: '8:0' })),
      /rotational was not found/,
    ],
    ['a device that /sys does not show', data(ROOT_ON('8:0', '/dev/sda')), /ENOENT/],
    [
      'one of several devices that is not it',
      data(ROOT_ON('8:0', '/dev/sda'), disk('sdb', { device: '8:16', rotational: 0 })),
      /no device 8:0/,
    ],
    [
      'a slave that is not there',
      data(
        ROOT_ON('253:0', '/dev/mapper/x'),
        disk('dm-0', { device: '253:0', rotational: 0, slaves: ['sdz'] }),
      ),
      /sdz\/queue\/rotational was not found/,
    ],
    [
      'the layers of a container',
      data(
        '0:51 / / rw,relatime - overlay overlay rw,lowerdir=/a:/b',
        disk('sda', { device: '8:0', rotational: 0 }),
      ),
      /overlay file system lies on the layers/,
    ],
    [
      'memory',
      data('0:51 / /srv rw - tmpfs tmpfs rw', disk('sda', { device: '8:0', rotational: 0 })),
      /lies on memory/,
    ],
    [
      'ZFS',
      data('0:51 / /srv rw - zfs tank/pg rw', disk('sda', { device: '8:0', rotational: 0 })),
      /zfs .*pool/,
    ],
    [
      'Btrfs',
      data('0:51 / /srv rw - btrfs /dev/sda2 rw', disk('sda', { device: '8:0', rotational: 0 })),
      /btrfs .*pool/,
    ],
    [
      'NFS',
      data('0:51 / /srv rw - nfs4 filer:/pg rw', disk('sda', { device: '8:0', rotational: 0 })),
      /nfs4 .*network/,
    ],
    [
      'something else that is not a disk',
      data('0:51 / /srv rw - secretfs x rw', disk('sda', { device: '8:0', rotational: 0 })),
      /secretfs .*no block device/,
    ],
  ])('of %s cannot be told', async (_what, tree, why) => {
    const { storage } = await readTree(tree);
    expect(storage).toEqual({ value: null, origin: 'none', detail: expect.stringMatching(why) as string });
  });

  it('is what the server’s open files lie on, not what its log does', async () => {
    const tree = {
      ...data(
        '8:16 / /srv/pg rw - xfs /dev/sdb rw',
        disk('sdb', { device: '8:16', rotational: 0, vendor: 'ATA', model: 'INTEL' }),
      ),
      ...disk('sda', { device: '8:0', rotational: 1, vendor: 'ATA', model: 'ST4000' }),
      ...mounts(
        '90 30 8:16 / /srv/pg rw - xfs /dev/sdb rw',
        '30 1 8:0 / / rw - ext4 /dev/sda rw',
        '25 30 0:5 / /dev rw - tmpfs tmpfs rw',
      ),
      ...openFile(2, 30, '0102001'),
      ...openFile(3, 30, '0100000'),
    };
    expect((await readTree(tree)).storage.value).toBe('ssd');
    const spread = await readTree({ ...tree, ...openFile(8, 30) });
    expect(spread.storage).toMatchObject({
      value: null,
      detail: expect.stringContaining('different kinds') as string,
    });
  });

  it('is not known where no file of the server can be looked at', async () => {
    const denied = await readTree(DEBIAN, /fdinfo/);
    expect(denied.storage).toEqual({
      value: null,
      origin: 'none',
      detail: expect.stringMatching(/^EACCES.*fdinfo/) as string,
    });
    const closed = await readTree({ ...DEBIAN, ...openFile(7, 30, '0102001') });
    expect(closed.storage.detail).toBe('no open data file was found');
  });

  describe('for somebody who may not look at the server’s open files', () => {
    const DATA = '/var/lib/postgresql/17/main';
    const toStranger = async (tree: Tree, device: bigint, dataDirectory: string | null = DATA) => {
      const machine = machineOf(tree, /fdinfo/, new Map([[DATA, device]]));
      return (await readHost(localReader(machine, SERVER_PID), dataDirectory)).storage;
    };

    it('is the device of the data directory, when both see the same mounts', async () => {
      expect(await toStranger(DEBIAN, 0x802n)).toMatchObject({
        value: 'ssd',
        detail: expect.stringMatching(/^ext4 at \/: rotational = 0 of sda/) as string,
      });
      const subvolume = await toStranger(DEBIAN, 0x2bn);
      expect(subvolume).toMatchObject({
        value: null,
        detail: expect.stringContaining('device 0:43') as string,
      });
    });

    it('is not known when the server sees other mounts, or does not show its data directory', async () => {
      const container = { ...DEBIAN, '/proc/self/mountinfo': '99 1 8:1 / / rw - ext4 /dev/sda1 rw\n' };
      expect(await toStranger(container, 0x802n)).toMatchObject({ value: null, origin: 'none' });
      expect(await toStranger(DEBIAN, 0x802n, null)).toMatchObject({ value: null, origin: 'none' });
    });
  });
});
