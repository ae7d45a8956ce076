/** What kind of machine the server runs on: a disk of a virtual one does not show what it is made of. */
export type Machine = 'physical' | 'virtual' | 'unknown';

/** What hypervisors and clouds call themselves in DMI's system vendor and product name. */
const HYPERVISORS =
  /qemu|kvm|bochs|vmware|virtualbox|innotek|\bxen\b|virtual|amazon|google|alibaba|tencent|openstack|digitalocean|hetzner vserver|scaleway|upcloud|vultr|linode|parallels|nutanix|ovirt|rhev|bhyve|firecracker|cloud/i;

/**
 * Tells a virtual machine from a physical one: by the names in DMI, and by the flag that x86 CPUs show to whoever
 * runs under a hypervisor. `unknown` where neither says anything.
 * @param cpuinfo beginning of /proc/cpuinfo; null when it cannot be read
 */
export function machineOf(
  sysVendor: string | null,
  productName: string | null,
  cpuinfo: string | null,
): Machine {
  const name = `${sysVendor?.trim() ?? ''} ${productName?.trim() ?? ''}`.trim();
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo ?? '')?.[1]?.split(' ');
  if (HYPERVISORS.test(name) || flags?.includes('hypervisor') === true) return 'virtual';
  return name === '' ? 'unknown' : 'physical';
}
