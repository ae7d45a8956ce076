import { until } from './inspected.js';
import type { ServerHandle } from './serverHandle.js';

/** A catalog that is empty and that nobody else scans. It is read before the scan of the same statement is counted. */
const SCAN = `SELECT pg_stat_get_numscans('pg_catalog.pg_largeobject_metadata'::regclass)::int AS scans,
                     (SELECT max(lomowner::text) FROM pg_catalog.pg_largeobject_metadata) AS scanned`;

/** How often each database was scanned from here. */
const scansOf = new Map<string, number>();

/**
 * Waits until every session of that database sees what sessions that have ended counted there. Servers before 15 count
 * in a process of their own, which hears of it in the order in which they ended, and a reader may be given what that
 * wrote half a second ago. VACUUM reads as it begins, so that right after it a reader may see what was counted before
 * it, and not what it did. Who plants a fault and then reads counters waits for this in between.
 */
export async function statisticsTold(server: ServerHandle, dbname: string): Promise<void> {
  const place = `${String(server.port)}/${dbname}`;
  const before = scansOf.get(place) ?? 0;
  await until(async () => {
    const [row] = await server.query(SCAN, { dbname });
    scansOf.set(place, (scansOf.get(place) ?? 0) + 1);
    // One more than there were: a session that came after all others was heard of.
    return Number(row?.['scans']) > before ? true : undefined;
  });
}
