import type { JSX } from 'hono/jsx/jsx-runtime';
import type { BaselineReport } from '../baselineReport.js';
import type { RelationSize } from '../relations.js';
import { difference, quantity } from '../quantity.js';
import { seriesOf } from './changes.js';
import { BeforeAfterBars, Sparkline } from './charts.js';
import { Name, None, Section, Shown, Table, Value, type Column } from './parts.js';

const GROUP = { table: 'tables', index: 'indexes' } as const;

/** The tables and indexes that grew most. */
export function Growth({ report }: { readonly report: BaselineReport }): JSX.Element {
  const { relations, before, series } = report;
  const grew = before === null ? relations : relations.filter(hasGrown);
  const most = Math.max(0, ...grew.map(({ bytes, bytesBefore }) => Math.max(bytes, bytesBefore ?? 0)));
  const history: Column<RelationSize> = {
    head: 'Size over time',
    cell: (relation) => <Sparkline series={sizeSeries(relation, series)} />,
  };
  const drawn = grew.some((relation) => sizeSeries(relation, series) !== null);
  return (
    <Section
      id="growth"
      title={before === null ? 'Largest tables and indexes' : 'Growth of tables and indexes'}
    >
      {grew.length === 0 ? (
        <None>No table or index whose size is known in both baselines grew.</None>
      ) : (
        <Table
          caption={before === null ? 'The largest' : 'Those that grew most; grey: before, blue: after'}
          rows={grew}
          columns={[
            { head: 'Relation', cell: (relation) => <Relation relation={relation} /> },
            ...(before === null ? [] : BEFORE),
            {
              head: before === null ? 'Size' : 'After',
              kind: 'number',
              cell: ({ bytes }) => <Value of={bytes} unit="bytes" />,
            },
            { head: '', cell: (relation) => <Bars relation={relation} most={most} /> },
            ...(drawn ? [history] : []),
          ]}
        />
      )}
    </Section>
  );
}

const BEFORE: readonly Column<RelationSize>[] = [
  {
    head: 'Grew by',
    kind: 'number',
    cell: ({ bytes, bytesBefore }) => (
      <Shown quantity={difference(bytes - (bytesBefore ?? bytes), 'bytes')} />
    ),
  },
  { head: 'Before', kind: 'number', cell: ({ bytesBefore }) => <Value of={bytesBefore} unit="bytes" /> },
];

function hasGrown({ bytes, bytesBefore }: RelationSize): boolean {
  return bytesBefore !== null && bytes > bytesBefore;
}

function sizeSeries({ kind, name, database }: RelationSize, series: BaselineReport['series']) {
  return seriesOf({ section: GROUP[kind], metric: 'size_bytes', object: name, database }, series);
}

function Relation({ relation: { kind, name, database } }: { readonly relation: RelationSize }): JSX.Element {
  return (
    <>
      {kind} <Name>{name}</Name>
      {database === null ? '' : ` in ${database}`}
    </>
  );
}

function Bars({ relation, most }: { readonly relation: RelationSize; readonly most: number }): JSX.Element {
  const { bytes, bytesBefore } = relation;
  const was = bytesBefore === null ? '' : `before ${quantity(bytesBefore, 'bytes').text}, `;
  const title = `${was}after ${quantity(bytes, 'bytes').text}`;
  return <BeforeAfterBars before={bytesBefore} after={bytes} most={most} title={title} />;
}
