import { PgdbaError } from '../core/errors.js';
import type { Snapshot } from '../db/snapshot.js';

/** How many relations of a kind the role may read, and in which schemas it may not read all of them. */
interface Share {
  readonly readable: number;
  readonly total: number;
  readonly schemas: readonly string[];
}

/** What of a database's own data the role may read; a large database is judged by its first thousand of each kind. */
export interface Readable {
  readonly tables: Share;
  readonly sequences: Share;
}

const READABLE = /* sql */ `
SELECT pg_catalog.count(*) FILTER (WHERE t.may) AS readable,
       pg_catalog.count(*) AS total,
       pg_catalog.json_agg(DISTINCT t.nspname) FILTER (WHERE NOT t.may) AS schemas
  FROM (SELECT n.nspname,
               pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND CASE
                 WHEN c.relkind = 'S' THEN pg_catalog.has_sequence_privilege(c.oid, 'SELECT, USAGE')
                 ELSE pg_catalog.has_table_privilege(c.oid, 'SELECT') END AS may
          FROM pg_catalog.pg_class AS c
          JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind = ANY ($1::"char"[])
           AND n.nspname NOT IN ('pg_catalog', 'information_schema')
           AND n.nspname !~ '^pg_(toast|temp)'
         ORDER BY c.oid
         LIMIT 1000) AS t`;

/** Counts what is readable, by has_*_privilege() alone: nothing is tried. @throws PgdbaError of the read */
export async function readReadable(snapshot: Snapshot): Promise<Readable> {
  const [tables, sequences] = await Promise.all(
    ['{r,p,m}', '{S}'].map((kinds) => readShare(snapshot, kinds)),
  );
  const none: Share = { readable: 0, total: 0, schemas: [] };
  return { tables: tables ?? none, sequences: sequences ?? none };
}

async function readShare(snapshot: Snapshot, kinds: string): Promise<Share> {
  const { result } = await snapshot.read({ sql: READABLE, params: [kinds] });
  if (result instanceof PgdbaError) throw result;
  const [readable, total, schemas] = result.rows[0] ?? [];
  return {
    readable: Number(readable ?? 0),
    total: Number(total ?? 0),
    schemas: JSON.parse(schemas ?? '[]') as string[],
  };
}
