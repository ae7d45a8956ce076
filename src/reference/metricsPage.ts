import type { Metric, MetricValue } from '../baseline/metric.js';
import { grid, page } from './markdown.js';

const INTRO =
  'What `pgdba baseline diff` compares and `pgdba baseline trend` follows. A metric is a line in ' +
  '`src/baseline/metrics`.';

const COLUMNS = [
  '`object` is what it is a number of; `made of` says how: a gauge or state is the column as it stands, a `rate` is what ' +
    'a counter grew by per second of the time between two baselines, `per` is growth over growth.',
  '`worse`: the direction that is worse; in brackets when that is a regression only where the value is known to be outside the ' +
    'usual spread. `listed from`: the least change that is told, as a factor and in the metric’s unit; both must be passed. ' +
    '`only where`: what a row must have for the number to mean something.',
];

/** docs/metrics.md: what baselines are compared by. */
export function metricsPage(metrics: readonly Metric[]): string {
  const groups = [...new Set(metrics.map(({ group }) => group))];
  const tables = groups.map((group) => {
    const rows = metrics.filter((metric) => metric.group === group).map(rowOf);
    return `## ${group}\n\n${grid(['metric', 'object', 'is', 'unit', 'made of', 'worse', 'listed from', 'only where'], rows)}`;
  });
  return page('Metrics of baselines', INTRO, ...COLUMNS, ...tables);
}

function rowOf(metric: Metric): string[] {
  const { id, object, meaning, unit, value, limit } = metric;
  const end = limit === undefined ? '' : `; a forecast ends where ${limit.meaning}`;
  return [
    `\`${id}\``,
    object.type,
    `${meaning}${end}`,
    unit ?? '',
    madeOf(value),
    worseOf(metric),
    leastOf(metric),
    conditions(metric).join('; '),
  ];
}

function madeOf(value: MetricValue): string {
  switch (value.kind) {
    case 'gauge':
    case 'state':
      return `${value.kind} \`${value.column}\``;
    case 'share':
      return `\`${value.column}\` / (\`${value.of.join('` + `')}\`)`;
    case 'rate':
      return `rate of \`${value.counters.join('` + `')}\``;
    case 'per':
      return `growth of \`${value.counters.join('` + `')}\` per growth of \`${[value.per].flat().join('` + `')}\``;
    case 'presence':
      return value.alive === undefined ? 'the row' : `growth of \`${value.alive}\``;
  }
}

function worseOf({ value, worse, regression }: Metric): string {
  if (value.kind === 'state') return (value.bad ?? []).map((word) => `\`${word}\``).join(', ');
  const words =
    value.kind === 'presence' ? { lower: 'gone', higher: 'new' } : { lower: 'lower', higher: 'higher' };
  if (worse === null) return '';
  return regression === undefined ? words[worse] : `(${words[worse]})`;
}

function leastOf({ value, least }: Metric): string {
  if (value.kind === 'state' || value.kind === 'presence') return 'any';
  return `× ${String(least.factor)} and ${least.absolute.toLocaleString('en-US', { maximumFractionDigits: 5 })}`;
}

function conditions({ enough, where, value }: Metric): string[] {
  const needed = (enough ?? []).map((one) => {
    if ('gauge' in one) return `\`${one.gauge}\` ≥ ${one.least.toLocaleString('en-US')}`;
    return 'grown' in one
      ? `\`${one.counter}\` grew by ≥ ${String(one.grown)}`
      : `\`${one.counter}\` grew by ≥ ${String(one.share * 100)} % of what it grew by in all`;
  });
  const served =
    value.kind === 'presence' && value.served !== undefined
      ? [`worse only with \`${value.served}\` > 0`]
      : [];
  if (where === undefined) return [...needed, ...served];
  const rows =
    'in' in where
      ? `\`${where.column}\` is ${where.in.map(String).join(' or ')}`
      : `\`${where.column}\` is not ${where.notIn.map(String).join(' or ')}`;
  return [...needed, ...served, rows];
}
