import type { ColumnKind } from '../inspect/column.js';
import { shownRow, type Row } from '../inspect/section.js';
import type { Sample } from '../inspect/snapshot.js';
import type { Baseline } from './document.js';
import type { Metric, MetricValue, Source } from './metric.js';

/** Its name in a slim baseline: the section’s id, or the analysis and its list. */
export function sourceId(source: Source): string {
  return source.kind === 'view' ? source.section.id : source.id;
}

/** Columns that tell its rows apart. */
export function keysOf(source: Source): readonly string[] {
  if (source.kind === 'analysis') return source.keys;
  return Object.entries(shownRow(source.section).properties)
    .filter(([, schema]) => (schema as { 'x-kind'?: ColumnKind })['x-kind'] === 'key')
    .map(([name]) => name);
}

/** The newest sample of a source in a baseline; null when the baseline does not have it. */
export function sampleOf(baseline: Baseline, metric: Metric): Sample | null {
  const { source, group } = metric;
  if (source.kind === 'view') {
    const found = baseline.sections[group];
    return found?.sample2?.[source.section.id] ?? found?.sample1[source.section.id] ?? null;
  }
  const list = baseline.analyses[source.analysis]?.data?.[source.list];
  if (!Array.isArray(list)) return null;
  return { sampled_at: baseline.collected_at, stats_reset: null, rows: list as Row[] };
}

/** Every column that the metrics of a source look at, those that tell rows apart and resets included. */
export function columnsOf(source: Source, metrics: readonly Metric[]): readonly string[] {
  const own = metrics.filter((metric) => sourceId(metric.source) === sourceId(source));
  const began = source.kind === 'view' ? [source.section.resetAt, source.section.bornAt] : [];
  return [
    ...new Set([
      ...keysOf(source),
      ...began.filter((name) => name !== undefined),
      ...own.flatMap(({ object, value, enough, limit }) => [
        ...object.columns,
        ...columnsOfValue(value),
        ...(enough === undefined ? [] : [enough.counter]),
        ...(limit?.of.kind === 'column' ? [limit.of.column] : []),
      ]),
    ]),
  ];
}

function columnsOfValue(value: MetricValue): readonly string[] {
  switch (value.kind) {
    case 'gauge':
    case 'state':
      return [value.column];
    case 'share':
      return [value.column, ...value.of];
    case 'rate':
      return value.counters;
    case 'per':
      return [...value.counters, ...(typeof value.per === 'string' ? [value.per] : value.per)];
    case 'presence':
      return [];
  }
}
