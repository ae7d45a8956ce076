import { memoryLimit } from './cgroupLimits.js';
import { notKnown, type Fact } from './fact.js';
import type { HostFiles } from './hostFiles.js';
import { knownFrom } from './hostReader.js';
import { meminfoValue } from './procMeminfo.js';

/** Facts about memory, all in bytes but the counts. */
export interface MemoryFacts {
  readonly ram_bytes: Fact<number>;
  readonly memory_total_bytes: Fact<number>;
  readonly cgroup_memory_limit_bytes: Fact<number>;
  readonly huge_pages: Fact<number>;
  readonly huge_page_size_bytes: Fact<number>;
  readonly overcommit_memory: Fact<number>;
  readonly commit_limit_bytes: Fact<number>;
}

/** What a server may use: MemTotal, or less where a cgroup above the server says so. */
export function memoryFacts(files: HostFiles): MemoryFacts {
  const total = meminfo(files, 'MemTotal');
  const limit = cgroupLimit(files);
  return {
    ram_bytes: ramOf(total, limit),
    memory_total_bytes: total,
    cgroup_memory_limit_bytes: limit,
    huge_pages: meminfo(files, 'HugePages_Total'),
    huge_page_size_bytes: meminfo(files, 'Hugepagesize'),
    overcommit_memory: overcommit(files),
    commit_limit_bytes: meminfo(files, 'CommitLimit'),
  };
}

/** Without knowing the limits, MemTotal would be a guess: a server sized by it may be killed. */
function ramOf(total: Fact<number>, limit: Fact<number>): Fact<number> {
  if (total.value === null || limit.origin === 'none')
    return total.value === null ? total : notKnown(limit.detail);
  return limit.value !== null && limit.value < total.value ? limit : total;
}

function meminfo({ source, meminfo: read }: HostFiles, name: string): Fact<number> {
  if (read.text === null) return notKnown(read.why);
  const value = meminfoValue(read.text, name);
  return value === null
    ? notKnown(`/proc/meminfo has no ${name}`)
    : knownFrom(source, value, `${name} of /proc/meminfo`);
}

function cgroupLimit({ source, places, limits }: HostFiles): Fact<number> {
  const allowed = memoryLimit(places.memory, limits);
  if (!allowed.known) return notKnown(`the memory limit is not known: ${allowed.why}`);
  if (allowed.limit === null) return knownFrom<number>(source, null, noLimit(places.memory.kind));
  return knownFrom(source, allowed.limit.value, allowed.limit.setBy);
}

function noLimit(kind: HostFiles['places']['memory']['kind']): string {
  return kind === 'none' ? 'no cgroup bounds the server' : 'no cgroup that can be seen limits memory';
}

function overcommit({ source, overcommitMemory: read }: HostFiles): Fact<number> {
  if (read.text === null) return notKnown(read.why);
  const value = /^[012]$/.exec(read.text.trim())?.[0];
  return value === undefined
    ? notKnown('/proc/sys/vm/overcommit_memory is none of 0, 1 and 2')
    : knownFrom(source, Number(value), 'vm.overcommit_memory');
}
