/** CPUs of a list as the kernel writes it (`0-3,8`, empty for none); null when it is not one. Source: cpuset(7). */
export function parseCpuList(text: string): ReadonlySet<number> | null {
  const cpus = new Set<number>();
  const ranges = text.trim();
  for (const range of ranges === '' ? [] : ranges.split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(range);
    if (match === null) return null;
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    for (let cpu = first; cpu <= last; cpu++) cpus.add(cpu);
  }
  return cpus;
}
