import { PgdbaError } from '../../core/errors.js';
import type { Snapshot } from '../../db/snapshot.js';
import type { Columns } from './estimate.js';
import type { Widths } from './tupleWidth.js';

/** A relation whose columns are looked at closer. */
interface Named {
  readonly oid: number;
  /** Its own name, of an index the index's. */
  readonly relname: string;
}

/** Each relation takes a part of a millisecond: beyond so many averages have to do. */
const MOST_RELATIONS = 500;

/**
 * Widths of text columns with their shares, from the common values and the histogram that ANALYZE keeps: how rows are
 * padded depends on how widths vary, not on their average alone. A value of up to 126 bytes has a header of one byte,
 * others of four. The names are given beside the oids, so that pg_stats is searched by them.
 */
const SQL = /* sql */ `
SELECT c.oid, a.attnum,
       (SELECT pg_catalog.string_agg(w.width::text || ':' || w.share::text, ' ' ORDER BY w.width)
          FROM (SELECT v.width, pg_catalog.sum(v.share) AS share
                  FROM (SELECT pg_catalog.octet_length(m.text) + CASE WHEN pg_catalog.octet_length(m.text) > 126 THEN 4 ELSE 1 END
                               AS width, m.share
                          FROM ROWS FROM (pg_catalog.unnest(s.most_common_vals::text::text[]),
                                          pg_catalog.unnest(s.most_common_freqs)) AS m(text, share)
                        UNION ALL
                        SELECT pg_catalog.octet_length(h.text) + CASE WHEN pg_catalog.octet_length(h.text) > 126 THEN 4 ELSE 1 END,
                               greatest(0, 1 - s.null_frac - coalesce(
                                 (SELECT pg_catalog.sum(f.share) FROM pg_catalog.unnest(s.most_common_freqs) AS f(share)), 0))
                                 / pg_catalog.cardinality(s.histogram_bounds::text::text[])
                          FROM pg_catalog.unnest(s.histogram_bounds::text::text[]) AS h(text)) AS v
                 GROUP BY v.width) AS w) AS widths
  FROM pg_catalog.pg_stats AS s
  JOIN pg_catalog.pg_namespace AS n ON n.nspname = s.schemaname
  JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = s.tablename
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = s.attname
 WHERE s.tablename = ANY ($2::name[]) AND c.oid = ANY ($1::oid[]) AND NOT s.inherited
   AND a.atttypid IN ('pg_catalog.text'::pg_catalog.regtype, 'pg_catalog.varchar'::pg_catalog.regtype)`;

/**
 * The columns with the widths of their texts, of the first relations that are given; as they were where the server
 * refuses, since averages do, too.
 */
export async function withTextWidths(
  snapshot: Snapshot,
  columns: Columns,
  relations: readonly Named[],
): Promise<Columns> {
  const some = relations.slice(0, MOST_RELATIONS);
  if (some.length === 0) return columns;
  const names = some.map(({ relname }) => `"${relname.replace(/["\\]/g, '\\$&')}"`);
  const { result } = await snapshot.read({
    sql: SQL,
    params: [`{${some.map(({ oid }) => oid).join(',')}}`, `{${names.join(',')}}`],
  });
  if (result instanceof PgdbaError) return columns;
  const found = new Map(columns);
  for (const [oid, attnum, text] of result.rows) {
    const known = found.get(Number(oid));
    const facts = known?.get(Number(attnum));
    const widths = parseWidths(text ?? null, facts?.statistics?.width ?? 0);
    if (known === undefined || facts === undefined || widths === null) continue;
    found.set(Number(oid), new Map(known).set(Number(attnum), { ...facts, widths }));
  }
  return found;
}

/** ANALYZE keeps no value of more than 1 kB: then what it kept is not like the others. */
const LIKE = 0.25;

/** From `width:share …`; null where there is nothing, or where it does not go with the average. */
export function parseWidths(text: string | null, average: number): Widths | null {
  const pairs = (text ?? '').split(' ').filter((pair) => pair !== '');
  const widths = pairs.map((pair) => pair.split(':').map(Number) as [number, number]);
  const total = widths.reduce((sum, [, share]) => sum + share, 0);
  if (!(total > 0)) return null;
  const shares = widths.map(([width, share]) => [width, share / total] as const);
  const mean = shares.reduce((sum, [width, share]) => sum + width * share, 0);
  return Math.abs(mean - average) > Math.max(1, average * LIKE) ? null : shares;
}
