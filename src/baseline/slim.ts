import type { Row } from '../inspect/section.js';
import type { Sample } from '../inspect/snapshot.js';
import type { Baseline, BaselineMoment } from './document.js';
import type { Metric } from './metric.js';
import { columnsOf, sampleOf, sourceId, type WhichSample } from './source.js';

/** Of a baseline only what metrics look at: small enough to read hundreds of them. */
export interface Slim {
  readonly id: string;
  readonly collectedAt: string;
  readonly fingerprint: string;
  /** The database it was taken from. */
  readonly database: string;
  readonly moment: BaselineMoment;
  /** Rows by source, with the columns that metrics look at; a source that the baseline has not is absent. */
  readonly samples: Readonly<Record<string, Sample>>;
}

/**
 * Pure; the same baseline and metrics give the same.
 * @param which the newest sample; `first`: with --delta the first of the two
 */
export function slimOf(baseline: Baseline, metrics: readonly Metric[], which: WhichSample = 'newest'): Slim {
  const sources = new Map(metrics.map((metric) => [sourceId(metric.source), metric]));
  const samples = [...sources].flatMap(([id, metric]): [string, Sample][] => {
    const sample = sampleOf(baseline, metric, which);
    if (sample === null) return [];
    const columns = columnsOf(metric.source, metrics);
    return [[id, { ...sample, rows: sample.rows.map((row) => picked(row, columns)) }]];
  });
  const { id, collected_at: collectedAt, moment, cluster } = baseline;
  const { fingerprint, database } = cluster;
  return { id, collectedAt, fingerprint, database, moment, samples: Object.fromEntries(samples) };
}

function picked(row: Row, columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));
}
