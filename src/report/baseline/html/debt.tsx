import type { JSX } from 'hono/jsx/jsx-runtime';
import type { BaselineReport } from '../baselineReport.js';
import type { BloatDebt, HorizonHolder, VacuumDebt } from '../debt.js';
import { timeText } from '../quantity.js';
import { Name, None, Section, Table, Tag, Value } from './parts.js';

/** What VACUUM owes, who holds it up, and what a rewrite would give back. */
export function VacuumAndBloat({ report: { debt } }: { readonly report: BaselineReport }): JSX.Element {
  return (
    <Section id="vacuum" title="Vacuum and bloat">
      {debt.vacuum === null ? (
        <None>The baseline was taken without vacuum.</None>
      ) : (
        <Vacuum debt={debt.vacuum} />
      )}
      {debt.holders.length === 0 ? null : <Holders holders={debt.holders} />}
      {debt.bloat === null ? <None>The baseline was taken without bloat.</None> : <Bloat debt={debt.bloat} />}
    </Section>
  );
}

function Vacuum({ debt }: { readonly debt: readonly VacuumDebt[] }): JSX.Element {
  if (debt.length === 0) return <None>Tables that need VACUUM or ANALYZE: none.</None>;
  return (
    <Table
      caption="Tables that need VACUUM or ANALYZE"
      rows={debt}
      columns={[
        { head: 'Table', cell: ({ table }) => <Name>{table}</Name> },
        {
          head: 'Why',
          cell: ({ issues }) => issues.map((issue) => <Tag level="warn">{issue.replaceAll('_', ' ')}</Tag>),
        },
        {
          head: 'Dead rows before',
          kind: 'number',
          cell: (row) => <Value of={row.deadTuplesBefore} unit={null} />,
        },
        {
          head: 'Dead rows',
          kind: 'number',
          cell: ({ deadTuples }) => <Value of={deadTuples} unit={null} />,
        },
        {
          head: 'Of all rows',
          kind: 'number',
          cell: ({ deadRatio }) => <Value of={deadRatio} unit="ratio" />,
        },
        {
          head: 'Last VACUUM',
          cell: ({ lastVacuum }) => (lastVacuum === null ? 'never' : timeText(lastVacuum)),
        },
      ]}
    />
  );
}

function Holders({ holders }: { readonly holders: readonly HorizonHolder[] }): JSX.Element {
  return (
    <Table
      caption="Who keeps VACUUM from removing dead rows"
      rows={holders}
      columns={[
        { head: 'Who', cell: ({ kind, name }) => [`${kind} `, <Name>{name}</Name>] },
        {
          head: 'Transactions held back',
          kind: 'number',
          cell: ({ xidAge }) => <Value of={xidAge} unit={null} />,
        },
        { head: 'What to do', kind: 'wide', cell: ({ advice }) => advice },
      ]}
    />
  );
}

function Bloat({ debt }: { readonly debt: readonly BloatDebt[] }): JSX.Element {
  if (debt.length === 0) return <None>Tables and indexes with more than 1 MB of bloat: none.</None>;
  return (
    <Table
      caption="What a rewrite would give back"
      rows={debt}
      columns={[
        { head: 'Relation', cell: ({ kind, name }) => [`${kind} `, <Name>{name}</Name>] },
        { head: 'Size', kind: 'number', cell: ({ sizeBytes }) => <Value of={sizeBytes} unit="bytes" /> },
        {
          head: 'Bloat before',
          kind: 'number',
          cell: (row) => <Value of={row.bloatBytesBefore} unit="bytes" />,
        },
        { head: 'Bloat', kind: 'number', cell: ({ bloatBytes }) => <Value of={bloatBytes} unit="bytes" /> },
        { head: 'Estimate is', cell: ({ reliability }) => reliability },
      ]}
    />
  );
}
