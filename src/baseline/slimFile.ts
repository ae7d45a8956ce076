import { growingObject, nullable, oneOf, openList, openObject, Type, type Static } from '../core/schema.js';
import type { Row } from '../inspect/section.js';
import type { Sample } from '../inspect/snapshot.js';
import { momentSchema } from './document.js';
import type { Metric } from './metric.js';
import { sha256 } from './pack.js';
import type { Slim } from './slim.js';
import { columnsOf, sourceId } from './source.js';

export const SLIM_VERSION = 'pgdba.baseline-slim/1';

const packedSampleSchema = growingObject({
  sampled_at: nullable(Type.String()),
  stats_reset: nullable(Type.String()),
  columns: Type.Array(Type.String()),
  rows: Type.Array(openList('a row, in the order of the columns')),
});

/** What metrics look at in one baseline, beside its document; rows are lists, because names would be most of the file. */
export const slimFileSchema = growingObject({
  schema: oneOf([SLIM_VERSION]),
  document_sha256: Type.String({ description: 'of the file that it was made of' }),
  metrics_sha256: Type.String({ description: 'of the columns that metrics looked at when it was made' }),
  slim: growingObject({
    id: Type.String(),
    collectedAt: Type.String(),
    fingerprint: Type.String(),
    database: Type.String(),
    moment: momentSchema,
    samples: openObject('rows of each source', packedSampleSchema),
  }),
});
export type SlimFile = Static<typeof slimFileSchema>;

/** @param documentSha256 of the file that it was made of */
export function slimFileOf(
  { samples, ...rest }: Slim,
  documentSha256: string,
  metrics: readonly Metric[],
): SlimFile {
  const packed = Object.entries(samples).map(([id, sample]) => [id, packedSample(sample)] as const);
  return {
    schema: SLIM_VERSION,
    document_sha256: documentSha256,
    metrics_sha256: metricsSha256(metrics),
    slim: { ...rest, samples: Object.fromEntries(packed) },
  };
}

/** What the file holds; null when it was made of another document, or for other metrics. */
export function slimOfFile(file: SlimFile, documentSha256: string, metrics: readonly Metric[]): Slim | null {
  if (file.document_sha256 !== documentSha256 || file.metrics_sha256 !== metricsSha256(metrics)) return null;
  const { samples, ...rest } = file.slim;
  const open = Object.entries(samples).map(([id, { columns, rows, sampled_at, stats_reset }]) => {
    const sample: Sample = { sampled_at, stats_reset, rows: rows.map((row) => rowOf(columns, row)) };
    return [id, sample] as const;
  });
  return { ...rest, samples: Object.fromEntries(open) };
}

function packedSample({ sampled_at, stats_reset, rows }: Sample): Static<typeof packedSampleSchema> {
  const columns = Object.keys(rows[0] ?? {});
  return {
    sampled_at,
    stats_reset,
    columns,
    rows: rows.map((row) => columns.map((name) => row[name] ?? null)),
  };
}

function rowOf(columns: readonly string[], values: readonly unknown[]): Row {
  const row: Record<string, unknown> = {};
  for (const [i, name] of columns.entries()) row[name] = values[i];
  return row;
}

/** Of another version of pgdba, which follows other numbers, it differs. */
function metricsSha256(metrics: readonly Metric[]): string {
  const sources = new Map(metrics.map(({ source }) => [sourceId(source), source]));
  const columns = [...sources].map(([id, source]) => [id, columnsOf(source, metrics)] as const);
  return sha256(JSON.stringify(columns.sort(([a], [b]) => (a < b ? -1 : 1))));
}
