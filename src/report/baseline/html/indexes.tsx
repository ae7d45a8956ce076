import type { JSX } from 'hono/jsx/jsx-runtime';
import type { BaselineReport } from '../baselineReport.js';
import type { ReportIndexIssue } from '../findings.js';
import { ChangeTable } from './changes.js';
import { parts } from './findings.js';
import { Name, None, Section, Table, Value } from './parts.js';

/** Indexes that came, went or are used otherwise, and what is wrong with those there are. */
export function Indexes({ report }: { readonly report: BaselineReport }): JSX.Element {
  const { indexIssues, diff, series } = report;
  const changes =
    diff?.changes.filter(({ section, metric }) => section === 'indexes' && metric !== 'size_bytes') ?? [];
  return (
    <Section id="indexes" title="Indexes">
      {changes.length === 0 ? null : <ChangeTable caption="What changed" changes={changes} series={series} />}
      {indexIssues === null ? (
        <None>The baseline was taken without index health.</None>
      ) : (
        parts(indexIssues, ['New issues', 'Gone issues', 'Issues still there', 'Issues']).map(
          ({ title, things }) => <Issues title={title} issues={things} />,
        )
      )}
    </Section>
  );
}

function Issues({
  title,
  issues,
}: {
  readonly title: string;
  readonly issues: readonly ReportIndexIssue[];
}): JSX.Element {
  if (issues.length === 0) return <None>{`${title}: none.`}</None>;
  return (
    <Table
      caption={`${title} (${String(issues.length)})`}
      rows={issues}
      columns={[
        { head: 'Index', cell: ({ index }) => <Name>{index}</Name> },
        { head: 'Issue', cell: ({ issue }) => issue.replaceAll('_', ' ') },
        { head: 'Size', kind: 'number', cell: ({ sizeBytes }) => <Value of={sizeBytes} unit="bytes" /> },
        { head: 'Confidence', cell: ({ confidence }) => confidence },
        { head: 'What would help', kind: 'wide', cell: remedyOf },
      ]}
    />
  );
}

function remedyOf({ ddl, blockedBy }: ReportIndexIssue): JSX.Element {
  if (ddl !== null) return <pre>{ddl}</pre>;
  if (blockedBy.length === 0) return <span class="muted">–</span>;
  return <span class="muted">{`kept by ${blockedBy.join(', ').replaceAll('_', ' ')}`}</span>;
}
