/*
 * Pieces that the questions about relations begin with. `$1` is the schema asked for, `$2` the table; null = all that
 * are not the server's own.
 */

/** Relations of this database that somebody holds or awaits an AccessExclusiveLock on: measuring one would wait. */
export const LOCKED = /* sql */ `
WITH locked AS MATERIALIZED (
  SELECT DISTINCT l.relation AS oid
    FROM pg_catalog.pg_locks AS l
   WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
     AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())),`;

/** Schemas whose relations are looked at. */
export const CHOSEN_SCHEMAS = /* sql */ `
chosen AS MATERIALIZED (
  SELECT n.oid, n.nspname
    FROM pg_catalog.pg_namespace AS n
   WHERE CASE WHEN $1::text IS NULL
              THEN n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_)'
              ELSE n.nspname = $1::text END),`;
