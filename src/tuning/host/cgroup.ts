import type { Mount } from './mountinfo.js';

/** Controllers whose limits bound a server. */
export type Controller = 'memory' | 'cpu';

/** Where a process stands in the hierarchy of a controller. */
export type CgroupPlace =
  /** No cgroup bounds it: the kernel has none. */
  | { readonly kind: 'none' }
  /** It has a cgroup, whose files are out of sight. */
  | { readonly kind: 'hidden'; readonly why: string }
  | {
      readonly kind: 'found';
      readonly version: 1 | 2;
      /** Its own cgroup first, then those above it, as far up as can be seen. */
      readonly levels: readonly { readonly folder: string; readonly path: string }[];
    };

/**
 * Where a process stands, by its /proc/<pid>/cgroup and the mounts of whoever read that file: paths in it are relative
 * to the reader's cgroup namespace. A controller of a v1 hierarchy is not in v2. Source: cgroups(7).
 */
export function placeOf(controller: Controller, cgroupFile: string, mounts: readonly Mount[]): CgroupPlace {
  const lines = cgroupFile.split('\n').flatMap((line) => {
    // hierarchy:controllers:path, where the path may hold colons
    const match = /^(\d+):([^:]*):(\/.*)$/.exec(line);
    return match === null ? [] : [{ controllers: match[2]?.split(',') ?? [], path: match[3] ?? '' }];
  });
  const v1 = lines.find(({ controllers }) => controllers.includes(controller));
  if (v1 !== undefined) {
    const hierarchy = mounts.filter(
      ({ type, superOptions }) => type === 'cgroup' && superOptions.includes(controller),
    );
    return seenFrom(hierarchy, v1.path, 1, controller);
  }
  const v2 = lines.find(({ controllers }) => controllers.join() === '');
  if (v2 === undefined) return { kind: 'none' };
  return seenFrom(
    mounts.filter(({ type }) => type === 'cgroup2'),
    v2.path,
    2,
    controller,
  );
}

function seenFrom(
  mounts: readonly Mount[],
  path: string,
  version: 1 | 2,
  controller: Controller,
): CgroupPlace {
  for (const { mountPoint, root } of mounts) {
    const below = pathBelow(root, path);
    if (below !== null) return { kind: 'found', version, levels: levelsOf(mountPoint, root, below) };
  }
  const what = `cgroup v${String(version)} ${path} (${controller})`;
  const why = mounts.length === 0 ? 'no such hierarchy is mounted' : 'it lies outside of what is mounted';
  return { kind: 'hidden', why: `${what} cannot be seen: ${why}` };
}

/** The steps from the mounted folder `root` down to `path`; null when it does not lie under it. */
function pathBelow(root: string, path: string): readonly string[] | null {
  // A path above the reader's namespace begins with "/..": nothing says where that is.
  if (path.startsWith('/..')) return null;
  const top = root === '/' ? '' : root;
  if (path !== top && !path.startsWith(`${top}/`)) return null;
  return path
    .slice(top.length)
    .split('/')
    .filter((name) => name !== '');
}

function levelsOf(mountPoint: string, root: string, names: readonly string[]) {
  return [...Array(names.length + 1).keys()].reverse().map((depth) => {
    const down = names
      .slice(0, depth)
      .map((name) => `/${name}`)
      .join('');
    return {
      folder: `${mountPoint === '/' ? '' : mountPoint}${down}`,
      path: `${root === '/' ? '' : root}${down}` || '/',
    };
  });
}
