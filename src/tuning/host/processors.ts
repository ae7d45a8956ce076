import { cpuQuota } from './cgroupLimits.js';
import { parseCpuList } from './cpuList.js';
import { notKnown, type Fact } from './fact.js';
import type { HostFiles } from './hostFiles.js';
import { knownFrom, type FileText } from './hostReader.js';

/** CPUs that a server may use, and the quota that its cgroups leave it, in fractions of a CPU. */
export interface ProcessorFacts {
  readonly cpus: Fact<number>;
  readonly cgroup_cpus: Fact<number>;
}

/**
 * The CPUs that are online and that the server's process may run on (its cpuset and affinity are both in
 * Cpus_allowed_list), or fewer where a quota leaves less than their time; a part of a CPU counts as one.
 */
export function processorFacts(files: HostFiles): ProcessorFacts {
  const quota = quotaOf(files);
  return { cpus: cpusOf(files, quota), cgroup_cpus: quota };
}

function cpusOf({ source, cpusOnline, processStatus }: HostFiles, quota: Fact<number>): Fact<number> {
  if (quota.origin === 'none') return quota;
  const online = listOf(cpusOnline, /^(.*)$/m);
  const allowed = listOf(processStatus, /^Cpus_allowed_list:(.*)$/m);
  if ('why' in online) return notKnown(online.why);
  if ('why' in allowed) return notKnown(allowed.why);
  const usable = [...online.cpus].filter((cpu) => allowed.cpus.has(cpu)).length;
  if (quota.value !== null && quota.value < usable) return { ...quota, value: Math.ceil(quota.value) };
  const [all, some] = [String(online.cpus.size), String(usable)];
  return knownFrom(
    source,
    usable,
    online.cpus.size === usable
      ? `${all} CPUs in /sys/devices/system/cpu/online`
      : `${some} of ${all} CPUs in Cpus_allowed_list of the server`,
  );
}

function listOf(
  read: FileText,
  line: RegExp,
): { readonly cpus: ReadonlySet<number> } | { readonly why: string } {
  if (read.text === null) return { why: read.why };
  const cpus = parseCpuList(line.exec(read.text)?.[1] ?? 'none');
  return cpus === null || cpus.size === 0 ? { why: 'the list of CPUs is not understood' } : { cpus };
}

function quotaOf({ source, places, limits }: HostFiles): Fact<number> {
  const allowed = cpuQuota(places.cpu, limits);
  if (!allowed.known) return notKnown(`the CPU quota is not known: ${allowed.why}`);
  if (allowed.limit === null) {
    const detail =
      places.cpu.kind === 'none'
        ? 'no cgroup bounds the server'
        : 'no cgroup that can be seen has a CPU quota';
    return knownFrom<number>(source, null, detail);
  }
  return knownFrom(source, allowed.limit.value, allowed.limit.setBy);
}
