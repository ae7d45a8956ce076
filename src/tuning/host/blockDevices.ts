import type { BlockDevice } from './blockDevice.js';
import type { EachText, HostReader } from './hostReader.js';

const FOLDER = '/sys/class/block';

/** The block devices of a host, or why they are not known. */
export type FoundDevices =
  { readonly found: readonly BlockDevice[] } | { readonly found: null; readonly why: string };

/**
 * All block devices of a host, in one round: a walk from the data's device down would cost one for each layer of LVM,
 * encryption or RAID.
 */
export async function readDevices(reader: HostReader): Promise<FoundDevices> {
  const [numbers, rotational, partition, vendors, models, slaves] = await Promise.all([
    reader.readEach(FOLDER, '/dev'),
    reader.readEach(FOLDER, '/queue/rotational'),
    reader.readEach(FOLDER, '/partition'),
    reader.readEach(FOLDER, '/device/vendor'),
    reader.readEach(FOLDER, '/device/model'),
    reader.listEach(FOLDER, '/slaves'),
  ]);
  if (numbers.entries === null) return { found: null, why: numbers.why };
  if (slaves.entries === null) return { found: null, why: slaves.why };
  const slavesOf = slaves.entries;
  return {
    found: [...numbers.entries].map(([name, device]) => ({
      name,
      device: device.trim(),
      rotational: flagOf(textOf(rotational, name)),
      isPartition: textOf(partition, name) !== null,
      slaves: slavesOf.get(name) ?? [],
      model: [vendors, models]
        .map((texts) => nameOf(textOf(texts, name)))
        .join(' ')
        .trim(),
    })),
  };
}

function textOf(read: EachText, name: string): string | null {
  return read.entries?.get(name)?.trim() ?? null;
}

function flagOf(text: string | null): boolean | null {
  return text === '0' || text === '1' ? text === '1' : null;
}

/** virtio shows the number of a PCI vendor where SCSI shows a name. */
function nameOf(text: string | null): string {
  return text === null || text.startsWith('0x') ? '' : text.replace(/\s+/g, ' ');
}
