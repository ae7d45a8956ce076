/**
 * Returns server_version ('15.18 (Debian 15.18-0+deb12u1)', '19devel', '9.6.24') as the number of server_version_num;
 * a development or beta version counts as its .0, and 0 stands for a text that is no version.
 */
export function parseServerVersion(text: string): number {
  const found = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(text);
  if (found === null) return 0;
  const [major = 0, minor = 0, patch = 0] = found
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return major >= 10 ? major * 10_000 + minor : major * 10_000 + minor * 100 + patch;
}
