import type { CgroupPlace, Controller } from './cgroup.js';
import type { FileText } from './hostReader.js';

/** Files of one version of a hierarchy. */
interface LimitFiles {
  /** One that every cgroup has: without it the folder is not the cgroup. */
  readonly alive: string;
  /** Of each level. */
  readonly limits: readonly string[];
  /** Of the server's own cgroup, about those above it. */
  readonly summary?: string;
}

const FILES: Readonly<Record<Controller, Readonly<Record<1 | 2, LimitFiles>>>> = {
  memory: {
    1: { alive: 'cgroup.clone_children', limits: ['memory.limit_in_bytes'], summary: 'memory.stat' },
    2: { alive: 'cgroup.controllers', limits: ['memory.max', 'memory.high'] },
  },
  cpu: {
    1: { alive: 'cgroup.clone_children', limits: ['cpu.cfs_quota_us', 'cpu.cfs_period_us'] },
    2: { alive: 'cgroup.controllers', limits: ['cpu.max'] },
  },
};

/** Paths that {@link memoryLimit} or {@link cpuQuota} look at. */
export function limitFiles(controller: Controller, place: CgroupPlace): readonly string[] {
  if (place.kind !== 'found') return [];
  const { alive, limits, summary } = FILES[controller][place.version];
  const ofOwn = summary === undefined ? [alive] : [alive, summary];
  return place.levels.flatMap(({ folder }, level) =>
    [...(level === 0 ? ofOwn : []), ...limits].map((name) => `${folder}/${name}`),
  );
}

/** The tightest limit that was set, with the file and cgroup that set it; null when nobody set one. */
export interface Limit {
  readonly value: number;
  readonly setBy: string;
}

/** What cgroups allow, or why that cannot be told. */
export type Allowed =
  { readonly known: true; readonly limit: Limit | null } | { readonly known: false; readonly why: string };

type Texts = ReadonlyMap<string, FileText>;

/**
 * Bytes of memory that the cgroups of a process allow it. memory.high counts: above it the kernel throttles and
 * reclaims. v1 also tells, in memory.stat, of limits above what a container sees.
 * Source: kernel documentation, cgroup-v2.rst and cgroup-v1/memory.rst.
 */
export function memoryLimit(place: CgroupPlace, texts: Texts): Allowed {
  return tightest('memory', place, texts, (read) => [
    ...['memory.max', 'memory.high', 'memory.limit_in_bytes'].map((file) => ({
      file,
      value: bytes(read(file)),
    })),
    { file: 'memory.stat', value: bytes(HIERARCHICAL.exec(read('memory.stat') ?? '')?.[1]) },
  ]);
}

const HIERARCHICAL = /^hierarchical_memory_limit (\d+)$/m;

/** CPUs that the cgroups of a process allow it, in fractions: quota per period. Sources as {@link memoryLimit}. */
export function cpuQuota(place: CgroupPlace, texts: Texts): Allowed {
  return tightest('cpu', place, texts, (read) => {
    const [quota, period] = (read('cpu.max') ?? '').trim().split(' ');
    return [
      { file: 'cpu.max', value: share(quota, period) },
      { file: 'cpu.cfs_quota_us', value: share(read('cpu.cfs_quota_us'), read('cpu.cfs_period_us')) },
    ];
  });
}

interface Candidate {
  readonly file: string;
  readonly value: number | null;
}

function tightest(
  controller: Controller,
  place: CgroupPlace,
  texts: Texts,
  limitsOf: (read: (file: string) => string | undefined) => readonly Candidate[],
): Allowed {
  if (place.kind === 'none') return { known: true, limit: null };
  if (place.kind === 'hidden') return { known: false, why: place.why };
  const unread = unreadable(controller, place, texts);
  if (unread !== null) return { known: false, why: unread };
  // From the top down: of equal limits the one is named that the others are only copies of.
  const set = [...place.levels]
    .reverse()
    .flatMap(({ folder, path }) =>
      limitsOf((file) => texts.get(`${folder}/${file}`)?.text ?? undefined).flatMap(({ file, value }) =>
        value === null ? [] : [{ value, setBy: `${file} of cgroup v${String(place.version)} ${path}` }],
      ),
    );
  const limit = set.reduce<Limit | null>(
    (least, one) => (least === null || one.value < least.value ? one : least),
    null,
  );
  return { known: true, limit };
}

/** Why the limits cannot be told: a file that is there and cannot be read, or a cgroup that is not where it should be. */
function unreadable(
  controller: Controller,
  place: Extract<CgroupPlace, { kind: 'found' }>,
  texts: Texts,
): string | null {
  const { alive } = FILES[controller][place.version];
  for (const path of limitFiles(controller, place)) {
    const read = texts.get(path);
    if (read === undefined) return `${path} was not read`;
    if (read.text === null && (!read.absent || path.endsWith(`/${alive}`))) return read.why;
  }
  return null;
}

/** cgroup v1 writes "no limit" as the largest multiple of the page size below 2^63, v2 as `max`. */
const UNLIMITED = 2 ** 62;

function bytes(text: string | undefined): number | null {
  const value = positive(text);
  return value === null || value >= UNLIMITED ? null : value;
}

/** Quota and period are microseconds; a quota of `max` (v2) or -1 (v1) is none. */
function share(quota: string | undefined, period: string | undefined): number | null {
  const [used, of] = [positive(quota), positive(period)];
  return used === null || of === null ? null : used / of;
}

function positive(text: string | undefined): number | null {
  const trimmed = text?.trim() ?? '';
  return /^\d+$/.test(trimmed) && Number(trimmed) > 0 ? Number(trimmed) : null;
}
