import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { Change } from '../../../baseline/diffData.js';
import type { TrendSeries } from '../../../baseline/trendData.js';
import { cut, difference, factorText, metricText, quantity, timeText } from '../quantity.js';
import { Sparkline } from './charts.js';
import { Name, Table, Tag, Value, type Column } from './parts.js';

const TEXT_SHOWN = 300;

interface ChangeTableProps {
  readonly caption: string;
  readonly changes: readonly Change[];
  readonly series: readonly TrendSeries[];
}

/** What changed, from what to what, why that matters, and how the number went before. */
export function ChangeTable({ caption, changes, series }: ChangeTableProps): JSX.Element {
  const drawn = changes.map((change) => ({ change, series: seriesOf(change, series) }));
  const history: Column<(typeof drawn)[number]> = {
    head: 'History',
    cell: (row) => <Sparkline series={row.series} />,
  };
  return (
    <Table
      caption={caption}
      rows={drawn}
      columns={[
        { head: 'What', kind: 'wide', cell: ({ change }) => <Subject change={change} /> },
        { head: 'Measure', cell: ({ change }) => metricText(change.metric) },
        {
          head: 'Before',
          kind: 'number',
          cell: ({ change }) => <Value of={change.before} unit={change.unit} />,
        },
        {
          head: 'After',
          kind: 'number',
          cell: ({ change }) => <Value of={change.after} unit={change.unit} />,
        },
        { head: 'Change', kind: 'number', cell: ({ change }) => sizeOf(change) },
        { head: 'Usual?', cell: ({ change }) => <Usual change={change} /> },
        ...(drawn.some((row) => row.series !== null) ? [history] : []),
      ]}
    />
  );
}

/** The series of the number that changed; null where none was made. */
export function seriesOf(
  { section, metric, object, database }: Pick<Change, 'section' | 'metric' | 'object' | 'database'>,
  series: readonly TrendSeries[],
): TrendSeries | null {
  return (
    series.find(
      (one) =>
        one.section === section &&
        one.metric === metric &&
        one.object === object &&
        one.database === database,
    ) ?? null
  );
}

function Subject({ change }: { readonly change: Change }): JSX.Element {
  const { object_type, object, database, text, why, by, regression, effect } = change;
  const where = database === null ? '' : ` in ${database}`;
  return (
    <>
      {regression ? (
        <Tag level="bad">regression</Tag>
      ) : effect === 'better' ? (
        <Tag level="good">better</Tag>
      ) : null}{' '}
      {object_type.replaceAll('_', ' ')} <Name>{object}</Name>
      {where}
      {text === null ? null : <pre>{cut(text, TEXT_SHOWN)}</pre>}
      <p class="why">{why}</p>
      {by === null ? null : (
        <p class="why">
          {`By ${by.who ?? 'somebody'} with pgdba ${by.operation}, ${timeText(by.at)}, changeset `}
          <Name>{by.changeset}</Name>
        </p>
      )}
    </>
  );
}

function sizeOf({ change, factor, unit, before, after }: Change): Child {
  if (factor !== null && (factor >= 1.5 || factor <= 1 / 1.5)) {
    const title = change === null ? '' : difference(change, unit).exact;
    return <span title={title}>{factorText(factor)}</span>;
  }
  if (change !== null)
    return <span title={difference(change, unit).exact}>{difference(change, unit).text}</span>;
  if (before === null && after !== null) return 'new';
  return after === null && before !== null ? 'gone' : '';
}

function Usual({ change: { unusual, usual, unit } }: { readonly change: Change }): JSX.Element {
  if (unusual === null) return <span class="muted">cannot tell yet</span>;
  const of = (value: number): string => quantity(value, unit).text;
  const spread =
    usual === null
      ? ''
      : `median ${of(usual.median)}, usual deviation ${of(usual.mad)}, of ${String(usual.samples)}`;
  return (
    <>
      {unusual ? <Tag level="warn">unusual</Tag> : <span>usual</span>}
      {spread === '' ? null : <p class="why">{spread}</p>}
    </>
  );
}
