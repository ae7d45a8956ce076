/** A line of /proc/<pid>/mountinfo. */
export interface Mount {
  /** As in the mnt_id of an open file. */
  readonly id: number;
  /** `major:minor`; major 0 for file systems that are not on one block device. */
  readonly device: string;
  /** Which folder of the file system is mounted; for cgroups relative to the reader's cgroup namespace. */
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly source: string;
  /** Options of the file system; for cgroup v1 its controllers are among them. */
  readonly superOptions: readonly string[];
}

/** The mounts of a /proc/<pid>/mountinfo; lines that are not understood are left out. Source: proc_pid_mountinfo(5). */
export function parseMountinfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    // id parent major:minor root mountPoint options [optional fields …] - type source superOptions
    const [before, after] = line.split(' - ', 2).map((part) => part.split(' '));
    const [id, , device, root, mountPoint] = before ?? [];
    const [type, source, superOptions] = after ?? [];
    if (id === undefined || device === undefined || root === undefined || mountPoint === undefined) return [];
    if (type === undefined || source === undefined) return [];
    return {
      id: Number(id),
      device,
      root: unescaped(root),
      mountPoint: unescaped(mountPoint),
      type,
      source: unescaped(source),
      superOptions: superOptions?.split(',') ?? [],
    };
  });
}

/** Space, tab, newline and backslash are written as three octal digits: `\040`. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_whole, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
