import type { Machine } from './machine.js';

/** A block device as /sys/class/block shows it. */
export interface BlockDevice {
  readonly name: string;
  /** `major:minor` */
  readonly device: string;
  /** null for a partition, which has no queue of its own. */
  readonly rotational: boolean | null;
  readonly isPartition: boolean;
  /** Devices that this one is made of: of LVM, dm-crypt, multipath, software RAID. */
  readonly slaves: readonly string[];
  /** SCSI vendor and model, or NVMe model; empty where the device has none. */
  readonly model: string;
}

/** What a disk is made of, or why that cannot be told; `because` says what of which disk told it. */
export interface Medium {
  readonly kind: 'nvme' | 'ssd' | 'hdd' | null;
  readonly because: string;
}

type Devices = readonly BlockDevice[];

/** What the device `major:minor` is made of: of all its disks the same, or not to be told. */
export function mediumOf(devices: Devices, device: string, machine: Machine): Medium {
  const top = devices.find((candidate) => candidate.device === device);
  if (top === undefined) return { kind: null, because: `/sys/class/block has no device ${device}` };
  const media = disksOf(devices, top, new Set()).map((disk) => mediumOfDisk(disk, machine));
  return agreed(media);
}

/** What several disks have in common; flash of two kinds counts as the slower of them. */
export function agreed(media: readonly Medium[]): Medium {
  const because = [...new Set(media.map((medium) => medium.because))].join('; ');
  const untold = media.find(({ kind }) => kind === null);
  if (untold !== undefined) return untold;
  const kinds = new Set(media.map(({ kind }) => kind));
  const [only, another] = kinds;
  if (only === undefined) return { kind: null, because: 'no disk was found' };
  if (another === undefined) return { kind: only, because };
  if (!kinds.has('hdd')) return { kind: 'ssd', because };
  return { kind: null, because: `disks of different kinds: ${because}` };
}

/** The disks that a device lies on, through partitions and whatever is stacked on them. */
function disksOf(devices: Devices, device: BlockDevice, seen: Set<string>): Devices {
  if (seen.has(device.name)) return [];
  seen.add(device.name);
  const below = device.isPartition
    ? [wholeOf(devices, device)]
    : device.slaves.map((name) => named(devices, name));
  if (below.length === 0) return [device];
  return below.flatMap((one) => disksOf(devices, one, seen));
}

/** `sda1` is a part of `sda`, `nvme0n1p2` of `nvme0n1`. */
function wholeOf(devices: Devices, partition: BlockDevice): BlockDevice {
  const whole = devices.find(
    ({ name }) => partition.name.startsWith(name) && /^p?\d+$/.test(partition.name.slice(name.length)),
  );
  return whole ?? named(devices, partition.name.replace(/p?\d+$/, ''));
}

/** A device by its name; one that /sys does not show tells nothing. */
function named(devices: Devices, name: string): BlockDevice {
  const found = devices.find((candidate) => candidate.name === name);
  return found ?? { name, device: '', rotational: null, isPartition: false, slaves: [], model: '' };
}

/** Devices for which `rotational` says nothing about a disk. */
const NO_DISK: readonly { readonly name: RegExp; readonly why: string }[] = [
  { name: /^loop\d/, why: 'is a file of another file system' },
  { name: /^z?ram\d/, why: 'is memory' },
  { name: /^(nbd|rbd|drbd)\d/, why: 'lies behind the network' },
];

/** Disks that a hypervisor or a cloud makes, by name or by model. */
const VIRTUAL_NAME = /^(vd|xvd)[a-z]/;
const VIRTUAL_MODEL =
  /qemu|vbox|vmware|virtual|virtio|msft|google|persistentdisk|amazon|elastic block|nvme_card-pd/i;

/** Vendors of rotating disks, as SCSI shows them; `ATA` is any disk on SATA. RAID controllers and SANs are not here. */
const DISK_VENDOR = /^((ata|seagate|hgst|wdc|wd|toshiba|fujitsu|ibm-esxs)\b|hitachi hu)/i;

/**
 * rotational = 0 is flash. 1 is what a controller or hypervisor says that does not know: only a disk that names its
 * maker, on a machine known to be physical, is believed to rotate.
 */
function mediumOfDisk({ name, rotational, model }: BlockDevice, machine: Machine): Medium {
  const noDisk = NO_DISK.find((one) => one.name.test(name));
  if (noDisk !== undefined) return { kind: null, because: `${name} ${noDisk.why}` };
  if (rotational === null)
    return { kind: null, because: `/sys/class/block/${name}/queue/rotational was not found` };
  const isVirtual = VIRTUAL_NAME.test(name) || VIRTUAL_MODEL.test(model);
  const called = model === '' ? name : `${name} (${model})`;
  if (!rotational) {
    const kind = /^nvme\d/.test(name) && !isVirtual ? 'nvme' : 'ssd';
    return { kind, because: `rotational = 0 of ${isVirtual ? 'the virtual disk ' : ''}${called}` };
  }
  const doubt = isVirtual
    ? 'a virtual disk'
    : machine !== 'physical'
      ? `a disk of a machine that is ${machine === 'virtual' ? 'virtual' : 'not known to be physical'}`
      : DISK_VENDOR.test(model)
        ? null
        : 'a disk that does not name its maker, as behind a RAID controller or a SAN';
  if (doubt === null) return { kind: 'hdd', because: `rotational = 1 of ${called}` };
  return { kind: null, because: `rotational = 1 of ${called} says nothing: it is ${doubt}` };
}
