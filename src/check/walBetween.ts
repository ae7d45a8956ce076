/** Bytes of WAL between two LSNs; null when one is not known. As pg_wal_lsn_diff(), exact up to 2^53. */
export function walBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Number(positionOf(to) - positionOf(from));
}

/** An LSN is written as the upper and the lower 32 bits in hex. */
function positionOf(lsn: string): bigint {
  const [high = '0', low = '0'] = lsn.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
