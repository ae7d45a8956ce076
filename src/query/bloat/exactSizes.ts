import { PgdbaError } from '../../core/errors.js';
import type { Snapshot } from '../../db/snapshot.js';

/** So many relations are measured by one statement: a lock that is taken in the meantime costs no more than these. */
const AT_ONCE = 25;

const SQL = /* sql */ `
WITH locked AS MATERIALIZED (
  SELECT l.relation AS oid
    FROM pg_catalog.pg_locks AS l
   WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
     AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())),
wanted AS MATERIALIZED (
  SELECT w.oid FROM pg_catalog.unnest($1::oid[]) AS w(oid) WHERE w.oid NOT IN (SELECT l.oid FROM locked AS l))
SELECT w.oid, pg_catalog.pg_relation_size(w.oid) FROM wanted AS w`;

/** Sizes, in bytes, of the relations that could be measured without waiting for a lock; and what became of the others. */
export async function exactSizes(
  snapshot: Snapshot,
  oids: readonly number[],
): Promise<{ readonly sizes: ReadonlyMap<number, number>; readonly error: PgdbaError | null }> {
  const batches = Array.from({ length: Math.ceil(oids.length / AT_ONCE) }, (_unused, i) =>
    oids.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  );
  const readings = await Promise.all(
    batches.map((batch) => snapshot.read({ sql: SQL, params: [`{${batch.join(',')}}`] })),
  );
  const results = readings.map(({ result }) => result);
  const rows = results.flatMap((result) => (result instanceof PgdbaError ? [] : result.rows));
  return {
    sizes: new Map(rows.flatMap(([oid, size]) => (size === null ? [] : [[Number(oid), Number(size)]]))),
    error: results.find((result) => result instanceof PgdbaError) ?? null,
  };
}
