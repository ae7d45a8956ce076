import { describe, expect, it } from 'vitest';
import { sectionsOfGroup } from '../../../src/baseline/groups.js';
import { ANALYSES } from '../../../src/baseline/analyses.js';
import type { Metric } from '../../../src/baseline/metric.js';
import { METRICS } from '../../../src/baseline/metrics/registry.js';
import { columnsOf, keysOf, sourceId } from '../../../src/baseline/source.js';
import { shownRow } from '../../../src/inspect/section.js';
import { queryBloatData } from '../../../src/query/bloat/bloatData.js';
import { queryIndexHealthData } from '../../../src/query/indexHealth/indexHealthData.js';
import { queryVacuumHealthData } from '../../../src/query/vacuumHealth/vacuumData.js';

const ANSWERS: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>> = {
  bloat: queryBloatData,
  index_health: queryIndexHealthData,
  vacuum_health: queryVacuumHealthData,
};

type Kinds = Readonly<Record<string, string | undefined>>;

/** Kind of each column of a metric’s rows. */
function kindsOf({ source }: Metric): Kinds {
  if (source.kind === 'analysis') {
    const list = ANSWERS[source.analysis]?.properties[source.list] as { items: { properties: object } };
    return Object.fromEntries(Object.keys(list.items.properties).map((name) => [name, 'any']));
  }
  const row = source.kind === 'view' ? shownRow(source.section) : source.row;
  return Object.fromEntries(
    Object.entries(row.properties).map(([name, schema]) => [
      name,
      (schema as { 'x-kind': string })['x-kind'],
    ]),
  );
}

const named = METRICS.map(
  (metric) => [`${metric.group}.${metric.object.type}.${metric.id}`, metric] as const,
);

describe('the metrics', () => {
  it('each have a name of their own', () => {
    const names = named.map(([name]) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  it.each(named)('%s reads what its group has', (_name, { group, source }) => {
    if (source.kind === 'analysis') {
      expect(ANALYSES[source.analysis]).toBe(group);
      return;
    }
    const needed = source.kind === 'view' ? [source.section] : source.from;
    const had = sectionsOfGroup(group);
    expect(needed.filter((section) => !had.includes(section))).toEqual([]);
  });

  it.each(named)('%s reads columns that there are', (_name, metric) => {
    const kinds = kindsOf(metric);
    const own = columnsOf(metric.source, [metric]);
    expect(own.filter((name) => kinds[name] === undefined)).toEqual([]);
    expect(
      metric.source.kind === 'analysis' || keysOf(metric.source).every((name) => kinds[name] === 'key'),
    ).toBe(true);
  });

  it.each(named)('%s takes growth of counters, and of nothing else', (_name, metric) => {
    const kinds = kindsOf(metric);
    const { value, enough = [] } = metric;
    const grown = [
      ...(value.kind === 'rate' ? value.counters : []),
      ...(value.kind === 'per' ? [...value.counters, ...[value.per].flat()] : []),
      ...enough.flatMap((one) => ('counter' in one ? [one.counter] : [])),
    ];
    expect(grown.filter((name) => kinds[name] !== 'counter')).toEqual([]);
    const still = [
      ...(value.kind === 'gauge' ? [value.column] : []),
      ...(value.kind === 'share' ? [value.column, ...value.of] : []),
      ...enough.flatMap((one) => ('gauge' in one ? [one.gauge] : [])),
    ];
    expect(still.filter((name) => !['gauge', 'any'].includes(kinds[name] ?? ''))).toEqual([]);
  });

  it('of one source are of one group', () => {
    const groups = new Map<string, Set<string>>();
    for (const { source, group } of METRICS) {
      const id = sourceId(source);
      groups.set(id, (groups.get(id) ?? new Set()).add(group));
    }
    expect([...groups].filter(([, of]) => of.size > 1)).toEqual([]);
  });

  it('need no change to be listed twice as large as nothing', () => {
    expect(METRICS.filter(({ least }) => least.factor < 1 || least.absolute < 0)).toEqual([]);
  });
});
