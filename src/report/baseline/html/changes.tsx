import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { Change } from '../../../baseline/diffData.js';
import type { TrendSeries } from '../../../baseline/trendData.js';
import { countText, cut, difference, factorText, metricText, quantity } from '../quantity.js';
import { reasonOf } from '../reason.js';
import { Sparkline } from './charts.js';
import { Name, Table, Tag, Value, type Column } from './parts.js';

const TEXT_SHOWN = 300;

interface ChangeTableProps {
  readonly caption: string;
  /** Whether the table has nothing else, so that it need not be said of each. */
  readonly onlyRegressions?: boolean;
  readonly changes: readonly Change[];
  readonly series: readonly TrendSeries[];
}

/** What changed, from what to what, why that matters, and how the number went before. */
export function ChangeTable({
  caption,
  changes,
  series,
  onlyRegressions = false,
}: ChangeTableProps): JSX.Element {
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
        {
          head: 'What',
          kind: 'wide',
          cell: ({ change }) => <Subject change={change} marked={!onlyRegressions} />,
        },
        { head: 'Measure', cell: ({ change }) => metricText(change.metric) },
        {
          head: 'Before',
          kind: 'number',
          cell: ({ change }) => <Side change={change} value={change.before} />,
        },
        {
          head: 'After',
          kind: 'number',
          cell: ({ change }) => <Side change={change} value={change.after} />,
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
        (one.database === null || database === null || one.database === database),
    ) ?? null
  );
}

function Subject({ change, marked }: { readonly change: Change; readonly marked: boolean }): JSX.Element {
  const { object_type, object, database, text } = change;
  const reason = reasonOf(change);
  const where = database === null ? '' : ` in ${database}`;
  return (
    <>
      {marked ? <Mark change={change} /> : null}
      {object_type.replaceAll('_', ' ')} {object === object_type ? null : <Name>{object}</Name>}
      {where}
      {text === null ? null : <pre>{cut(text, TEXT_SHOWN)}</pre>}
      {reason === null ? null : <p class="why">{reason}</p>}
    </>
  );
}

/** One of the two values; of what is only there or not, a word. */
function Side({ change, value }: { readonly change: Change; readonly value: Change['after'] }): JSX.Element {
  if (change.metric !== 'presence') return <Value of={value} unit={change.unit} />;
  return <span>{isThere(value) ? 'there' : 'not there'}</span>;
}

function isThere(value: Change['after']): boolean {
  return value !== null && value !== false;
}

function Mark({ change: { regression, effect } }: { readonly change: Change }): JSX.Element {
  if (regression) return <Tag level="bad">regression</Tag>;
  return effect === 'better' ? <Tag level="good">better</Tag> : <></>;
}

function sizeOf({ change, factor, unit, before, after }: Change): Child {
  if (change !== null) {
    const { text, exact } = difference(change, unit);
    return <span title={exact}>{factor === null ? text : (factorText(factor) ?? text)}</span>;
  }
  if (isThere(before) === isThere(after)) return '';
  return isThere(after) ? 'new' : 'gone';
}

function Usual({ change: { unusual, usual, unit, change } }: { readonly change: Change }): JSX.Element {
  // Of words and flags there is no spread.
  if (unusual === null && change === null) return <></>;
  if (unusual === null) return <span class="muted">cannot tell yet</span>;
  const of = (value: number): string => quantity(value, unit).text;
  const spread =
    usual === null
      ? ''
      : `median ${of(usual.median)}, usual deviation ${of(usual.mad)}, over ${countText(usual.samples, 'baseline')}`;
  return (
    <>
      {unusual ? <Tag level="warn">unusual</Tag> : <span>usual</span>}
      {spread === '' ? null : <p class="why">{spread}</p>}
    </>
  );
}
