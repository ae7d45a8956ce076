const KB_PER_MB = 1024;
const KB_PER_GB = 1024 ** 2;

/** A size of so many whole kB as PostgreSQL writes it: in the greatest unit, up to GB, that leaves a whole number. */
export function sizeText(kb: number): string {
  if (kb % KB_PER_GB === 0) return `${String(kb / KB_PER_GB)}GB`;
  if (kb % KB_PER_MB === 0) return `${String(kb / KB_PER_MB)}MB`;
  return `${String(kb)}kB`;
}

/** Bytes for people, in a message: 57.6GB, 512MB. */
export function roughSize(bytes: number): string {
  const mb = bytes / 1024 ** 2;
  return mb < 1024 ? `${String(Math.round(mb))}MB` : `${(mb / 1024).toFixed(1)}GB`;
}
