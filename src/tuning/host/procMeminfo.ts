/**
 * A line of /proc/meminfo: bytes of a `kB` line, the count of one without a unit; null when there is none.
 * Source: proc_meminfo(5); `kB` there means 1024 bytes.
 */
export function meminfoValue(text: string, name: string): number | null {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  const match = /^\S+:\s+(\d+)( kB)?\s*$/.exec(line ?? '');
  if (match?.[1] === undefined) return null;
  return Number(match[1]) * (match[2] === undefined ? 1 : 1024);
}
