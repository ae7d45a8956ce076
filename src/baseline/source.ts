import type { TObject } from '../core/schema.js';
import type { ColumnKind } from '../inspect/column.js';
import { shownRow, type Row, type Section } from '../inspect/section.js';
import type { Sample } from '../inspect/snapshot.js';
import type { Baseline } from './document.js';
import type { DerivedSource, Enough, Metric, MetricValue, Source } from './metric.js';

/** Its name in a slim baseline: the section’s id, or its own. */
export function sourceId(source: Source): string {
  return source.kind === 'view' ? source.section.id : source.id;
}

/** Columns that tell its rows apart. */
export function keysOf(source: Source): readonly string[] {
  if (source.kind === 'analysis') return source.keys;
  return columnsOfKind(source.kind === 'view' ? shownRow(source.section) : source.row, 'key');
}

function columnsOfKind({ properties }: TObject, kind: ColumnKind): string[] {
  return Object.entries(properties)
    .filter(([, schema]) => (schema as { 'x-kind'?: ColumnKind })['x-kind'] === kind)
    .map(([name]) => name);
}

/** Which of the samples of a baseline: with --delta there are two. */
export type WhichSample = 'first' | 'newest';

/** A sample of a source in a baseline; null when the baseline does not have it. */
export function sampleOf(baseline: Baseline, metric: Metric, which: WhichSample): Sample | null {
  const { source, group } = metric;
  const found = baseline.sections[group];
  const of = ({ id }: Section): Sample | null =>
    (which === 'newest' ? found?.sample2?.[id] : undefined) ?? found?.sample1[id] ?? null;
  if (source.kind === 'view') return of(source.section);
  return source.kind === 'derived' ? derivedSample(source, of) : analysisSample(baseline, source);
}

function derivedSample(source: DerivedSource, of: (section: Section) => Sample | null): Sample | null {
  const samples = source.from.map(of).filter((sample) => sample !== null);
  const first = samples[0];
  if (first === undefined) return null;
  const rows = [...source.make((section) => of(section)?.rows ?? null)];
  return { sampled_at: first.sampled_at, stats_reset: first.stats_reset, rows };
}

function analysisSample(
  baseline: Baseline,
  { analysis, list }: Extract<Source, { kind: 'analysis' }>,
): Sample | null {
  const told = baseline.analyses[analysis]?.data?.[list];
  if (told === undefined || told === null) return null;
  const rows = (Array.isArray(told) ? told : [told]) as Row[];
  return { sampled_at: baseline.collected_at, stats_reset: null, rows };
}

/** Every column that the metrics of a source look at, those that tell rows apart and resets included. */
export function columnsOf(source: Source, metrics: readonly Metric[]): readonly string[] {
  const id = sourceId(source);
  const own = metrics.filter((metric) => sourceId(metric.source) === id);
  const owned = metrics.flatMap(({ value }) =>
    value.kind === 'presence' && value.owner?.section.id === id ? [value.owner.column] : [],
  );
  return [
    ...new Set([...keysOf(source), ...beganColumns(source), ...owned, ...own.flatMap(columnsOfMetric)]),
  ];
}

function beganColumns(source: Source): string[] {
  const { resetAt, bornAt }: Pick<Section, 'resetAt' | 'bornAt'> =
    source.kind === 'view' ? source.section : source.kind === 'derived' ? source : {};
  return [resetAt, bornAt].filter((name) => name !== undefined);
}

function columnsOfMetric({ object, value, enough, limit, where }: Metric): readonly string[] {
  return [
    ...object.columns,
    ...(typeof object.database === 'object' ? [object.database.column] : []),
    ...columnsOfValue(value),
    ...(enough ?? []).map(columnOfEnough),
    ...(limit?.of.kind === 'column' ? [limit.of.column, ...(limit.of.less ?? [])] : []),
    ...(where === undefined ? [] : [where.column]),
  ];
}

function columnOfEnough(enough: Enough): string {
  return 'gauge' in enough ? enough.gauge : enough.counter;
}

function columnsOfValue(value: MetricValue): readonly string[] {
  switch (value.kind) {
    case 'gauge':
      return [value.column];
    case 'state':
      return value.unit === undefined ? [value.column] : [value.column, value.unit];
    case 'share':
      return [value.column, ...value.of];
    case 'rate':
      return value.counters;
    case 'per':
      return [...value.counters, ...(typeof value.per === 'string' ? [value.per] : value.per)];
    case 'presence':
      return [value.alive, value.served, value.owner?.column].filter((name) => name !== undefined);
  }
}
