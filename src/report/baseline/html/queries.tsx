import type { JSX } from 'hono/jsx/jsx-runtime';
import type { BaselineReport } from '../baselineReport.js';
import type { QueryRanking, ReportQuery } from '../queries.js';
import { countText, cut, quantity, timeText } from '../quantity.js';
import { seriesOf } from './changes.js';
import { ShareBar, Sparkline } from './charts.js';
import { None, Section, Shown, Table, Value, type Column } from './parts.js';

const TEXT_SHOWN = 240;
const MEAN = 'mean_exec_time_ms';

/** The statements that took the most time, what of it each took, and how long one execution took over time. */
export function Queries({ report }: { readonly report: BaselineReport }): JSX.Element {
  const { queries } = report;
  return (
    <Section id="queries" title="Top queries by time">
      {queries === null || queries.top.length === 0 ? (
        <None>The baseline has no statement that was executed: see the appendix for pg_stat_statements.</None>
      ) : (
        <>
          <p class="muted small">{`${basisOf(queries)} Literals in the texts are masked.`}</p>
          <Table
            caption={`Top ${String(queries.top.length)} of ${countText(queries.statements, 'statement')}`}
            rows={queries.top}
            columns={columnsOf(report)}
          />
        </>
      )}
    </Section>
  );
}

function columnsOf({ diff, series }: BaselineReport): readonly Column<ReportQuery>[] {
  const place = ({ queryid, database }: ReportQuery) =>
    ({ section: 'queries', metric: MEAN, object: queryid ?? '', database }) as const;
  const meanBefore = (query: ReportQuery): unknown =>
    diff?.changes.find(
      ({ metric, object, section }) => section === 'queries' && metric === MEAN && object === query.queryid,
    )?.before ?? null;
  const drawn = series.some(({ metric }) => metric === MEAN);
  const history: Column<ReportQuery> = {
    head: 'Mean over time',
    cell: (query) => <Sparkline series={seriesOf(place(query), series)} />,
  };
  return [
    { head: 'Statement', kind: 'wide', cell: (query) => <Statement query={query} /> },
    { head: 'Share of time', cell: ({ share, totalMs }) => <Share share={share} totalMs={totalMs} /> },
    { head: 'Calls', kind: 'number', cell: ({ calls }) => <Value of={calls} unit={null} /> },
    { head: 'Mean', kind: 'number', cell: (query) => <Mean query={query} before={meanBefore(query)} /> },
    ...(drawn ? [history] : []),
  ];
}

function basisOf({ of, spanMs, since, leftOut }: QueryRanking): string {
  const span = spanMs === null ? '' : quantity(spanMs, 'ms').text;
  const left =
    leftOut === 0 ? '' : ` ${countText(leftOut, 'statement')} could not be compared and are left out.`;
  switch (of) {
    case 'between':
      return `Of the ${span} between the two baselines.${left}`;
    case 'samples':
      return `Of the ${span} between the two samples of the baseline.${left}`;
    case 'since_reset':
      return since === null
        ? 'All that was counted since the statistics were last reset, whenever that was.'
        : `All that was counted in the ${span} since the statistics were last reset (${timeText(since)}).`;
  }
}

function Statement({
  query: { text, queryid, database, user },
}: {
  readonly query: ReportQuery;
}): JSX.Element {
  const where = [database, user].filter((part) => part !== null).join(' · ');
  return (
    <>
      <pre>{text === null ? 'text not known' : cut(text, TEXT_SHOWN)}</pre>
      <p class="why">
        <bdi>{where}</bdi>
        {queryid === null ? null : ` · queryid ${queryid}`}
      </p>
    </>
  );
}

function Share({ share, totalMs }: { readonly share: number; readonly totalMs: number }): JSX.Element {
  const text = `${(share * 100).toFixed(1)} %`;
  return (
    <>
      <ShareBar share={share} title={`${text} of the time of all statements`} />
      <span class="small">
        {text}, <Value of={totalMs} unit="ms" />
      </span>
    </>
  );
}

function Mean({ query, before }: { readonly query: ReportQuery; readonly before: unknown }): JSX.Element {
  return (
    <>
      <Shown quantity={quantity(query.meanMs, 'ms')} />
      {before === null ? null : (
        <p class="why">
          before: <Value of={before} unit="ms" />
        </p>
      )}
    </>
  );
}
