import type { JSX } from 'hono/jsx/jsx-runtime';
import type { BaselineReport } from '../baselineReport.js';
import type { Compared } from '../compared.js';
import type { ReportFinding, ReportRecommendation } from '../findings.js';
import { Name, None, Section, Table, Tag, type Level } from './parts.js';

/** What the check found: what is new and gone first, then what was there before. */
export function Findings({ report: { findings } }: { readonly report: BaselineReport }): JSX.Element {
  return (
    <Section id="findings" title="Findings">
      {findings === null ? (
        <None>The baseline holds no findings: the check was not run.</None>
      ) : (
        parts(findings, [
          'New findings',
          'Gone since the earlier baseline',
          'Still there',
          'All findings',
        ]).map(({ title, things, gone }) => <FindingTable title={title} findings={things} gone={gone} />)
      )}
    </Section>
  );
}

interface Part<T> {
  readonly title: string;
  readonly things: readonly T[];
  readonly gone: boolean;
}

/** New, gone and still, or all of them where there is nothing to compare with. */
export function parts<T>(
  { new: added, gone, still }: Compared<T>,
  [newTitle, goneTitle, stillTitle, allTitle]: readonly [string, string, string, string],
): readonly Part<T>[] {
  if (added === null) return [{ title: allTitle, things: still, gone: false }];
  return [
    { title: newTitle, things: added, gone: false },
    { title: goneTitle, things: gone ?? [], gone: true },
    { title: stillTitle, things: still, gone: false },
  ];
}

const LEVELS: Readonly<Partial<Record<string, Level>>> = { critical: 'bad', warning: 'warn' };

interface FindingTableProps {
  readonly title: string;
  readonly findings: readonly ReportFinding[];
  readonly gone: boolean;
}

function FindingTable({ title, findings, gone }: FindingTableProps): JSX.Element {
  if (findings.length === 0) return <None>{`${title}: none.`}</None>;
  return (
    <Table
      caption={`${title} (${String(findings.length)})`}
      rows={findings}
      columns={[
        { head: 'What', kind: 'wide', cell: ({ title: what }) => what },
        { head: 'Severity', cell: ({ severity }) => severityTag(severity, gone) },
        { head: 'Where', kind: 'place', cell: ({ object }) => <Name>{object}</Name> },
        {
          head: gone ? 'What was to be done' : 'What to do',
          kind: 'wide',
          cell: ({ advice, sql }) => (
            <>
              {advice}
              {sql === null || gone ? null : <pre>{sql}</pre>}
            </>
          ),
        },
      ]}
    />
  );
}

function severityTag(severity: string, gone: boolean): JSX.Element {
  const level = gone ? undefined : LEVELS[severity];
  return level === undefined ? <Tag>{severity}</Tag> : <Tag level={level}>{severity}</Tag>;
}

/** What config tune would set. */
export function Recommendations({ report }: { readonly report: BaselineReport }): JSX.Element {
  const { recommendations } = report;
  return (
    <Section id="recommendations" title="Recommended settings">
      {recommendations === null ? (
        <None>The baseline holds no recommendations.</None>
      ) : (
        parts(recommendations, [
          'New',
          'No longer recommended',
          'Recommended before, too',
          'Recommended',
        ]).map(({ title, things }) => <RecommendationTable title={title} recommendations={things} />)
      )}
    </Section>
  );
}

interface RecommendationTableProps {
  readonly title: string;
  readonly recommendations: readonly ReportRecommendation[];
}

function RecommendationTable({ title, recommendations }: RecommendationTableProps): JSX.Element {
  if (recommendations.length === 0) return <None>{`${title}: none.`}</None>;
  return (
    <Table
      caption={`${title} (${String(recommendations.length)})`}
      rows={recommendations}
      columns={[
        { head: 'Setting', cell: ({ parameter }) => <Name>{parameter}</Name> },
        { head: 'In force', kind: 'number', cell: ({ current }) => current },
        { head: 'Recommended', kind: 'number', cell: ({ recommended }) => recommended },
        { head: 'Confidence', cell: ({ confidence }) => confidence },
        {
          head: 'Why',
          kind: 'wide',
          cell: ({ why, needsRestart }) => (
            <>
              {why} {needsRestart ? <Tag>needs a restart</Tag> : null}
            </>
          ),
        },
      ]}
    />
  );
}
