import type { Relation } from '../catalog/catalog.js';
import type { Advice } from './adviceParts.js';
import type { SuggestData } from '../suggestData.js';

/** Large tables that are read from end to end, though no query that was judged does so. */
export function unexplainedScans({ catalog, judged, wish }: Advice): SuggestData['unexplained_scans'] {
  const scanned = new Set(
    judged.flatMap(({ nodes }) =>
      nodes
        .filter(({ type }) => type === 'Seq Scan')
        .map(({ schema, relation }) => `${schema ?? ''}.${relation ?? ''}`),
    ),
  );
  return [...catalog.relations.values()]
    .filter(
      (relation) =>
        ['r', 'm'].includes(relation.kind) &&
        !relation.system &&
        (relation.rows ?? 0) >= wish.minRows &&
        !relation.locked &&
        isScanned(relation) &&
        !scanned.has(`${relation.schema}.${relation.name}`),
    )
    .sort((a, b) => b.seq_tup_read - a.seq_tup_read || a.oid - b.oid)
    .map(({ schema, name, seq_scan, seq_tup_read, rows }) => ({
      schema,
      table: name,
      seq_scans: seq_scan,
      rows_read: seq_tup_read,
      table_rows: rows ?? 0,
    }));
}

/** Building an index reads its table once, and so does whoever looks at what was loaded. */
function isScanned({ seq_tup_read, rows, indexes }: Relation): boolean {
  return seq_tup_read > (indexes.length + 1) * (rows ?? 0);
}
