import { createHash } from 'node:crypto';
import { raw } from 'hono/html';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { Change } from '../../../baseline/diffData.js';
import { printableDeep } from '../../../output/printable.js';
import type { BaselineReport } from '../baselineReport.js';
import { Appendix, HowToRead } from './appendix.js';
import { ChangeTable } from './changes.js';
import { VacuumAndBloat } from './debt.js';
import { Findings, Recommendations } from './findings.js';
import { Growth } from './growth.js';
import { Indexes } from './indexes.js';
import { Limits } from './limits.js';
import { Locks } from './locks.js';
import { None, Section } from './parts.js';
import { Queries } from './queries.js';
import { Settings } from './settings.js';
import { STYLE } from './style.js';
import { Events, Head, Verdict } from './verdict.js';

/**
 * The report as one HTML document that stands alone: no script, and a policy that forbids scripts and every request.
 * Whatever comes from a server is escaped by the templates, and shown without characters that reorder text.
 */
export async function reportHtml(report: BaselineReport): Promise<string> {
  const page = <Page report={printableDeep(report) as BaselineReport} />;
  return `<!doctype html>\n${String(await page)}\n`;
}

const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

function Page({ report }: { readonly report: BaselineReport }): JSX.Element {
  const { server, after, version } = report;
  const { cluster, collected_at: at } = after;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={POLICY} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <meta name="generator" content={`pgdba ${version}`} />
        <title>{`Baseline report: ${server}, ${at.slice(0, 10)}`}</title>
        <style>{raw(STYLE)}</style>
      </head>
      <body>
        <div class="page">
          <Head report={report} />
          <main>
            <Verdict report={report} />
            <Body report={report} />
          </main>
          <footer>
            {`Made by pgdba ${version} from `}
            {report.before === null ? 'one baseline' : 'two baselines'}
            {` of cluster ${cluster.fingerprint.slice(0, 12)}. This file loads nothing and runs nothing.`}
          </footer>
        </div>
      </body>
    </html>
  );
}

function Body({ report }: { readonly report: BaselineReport }): JSX.Element {
  const { diff } = report;
  return (
    <>
      <Contents report={report} />
      <Events report={report} />
      {diff === null ? null : <Compared report={report} changes={diff.changes} />}
      <Findings report={report} />
      <Queries report={report} />
      <Growth report={report} />
      {diff === null ? null : <Activity report={report} changes={diff.changes} />}
      <Limits report={report} />
      <VacuumAndBloat report={report} />
      <Indexes report={report} />
      <Locks report={report} />
      <Recommendations report={report} />
      <Appendix report={report} />
      <HowToRead report={report} />
    </>
  );
}

interface ChangesProps {
  readonly report: BaselineReport;
  readonly changes: readonly Change[];
}

/** What got worse, and which settings changed: mostly one explains the other. */
function Compared({ report: { regressions, series }, changes }: ChangesProps): JSX.Element {
  const settings = changes.filter(({ section }) => section === 'config');
  return (
    <>
      <Section id="regressions" title="Regressions">
        {regressions.length === 0 ? (
          <None>Nothing got worse by enough to matter.</None>
        ) : (
          <ChangeTable
            onlyRegressions
            caption={`What got worse (${String(regressions.length)})`}
            changes={regressions}
            series={series}
          />
        )}
      </Section>
      <Settings changes={settings} />
    </>
  );
}

/** Groups of changes that have no part of their own; with its title. */
const ACTIVITY = [
  ['queries', 'Queries'],
  ['tables', 'Tables'],
  ['io', 'WAL, checkpoints and I/O'],
  ['replication', 'Replication'],
  ['system', 'Server and databases'],
  ['vacuum', 'Vacuum'],
  ['locks', 'Locks and sessions'],
] as const;

/** All other changes, those that are no regressions, by group. */
function Activity({ report: { series }, changes }: ChangesProps): JSX.Element {
  const groups = ACTIVITY.map(([group, title]) => ({
    title,
    changes: changes.filter(({ section, regression }) => section === group && !regression),
  })).filter((group) => group.changes.length > 0);
  return (
    <Section id="changes" title="Other changes">
      {groups.length === 0 ? <None>Nothing else changed by enough to matter.</None> : null}
      {groups.map((group) => (
        <ChangeTable
          caption={`${group.title} (${String(group.changes.length)})`}
          changes={group.changes}
          series={series}
        />
      ))}
    </Section>
  );
}

/** Where things stand, for who reads on a screen. */
function Contents({ report }: { readonly report: BaselineReport }): JSX.Element {
  const { diff, regressions } = report;
  const settings = diff?.changes.filter(({ section }) => section === 'config').length ?? 0;
  const compared = [
    ...(diff !== null && diff.events.length > 0
      ? [entry('events', 'What happened in between', diff.events.length)]
      : []),
    entry('regressions', 'Regressions', regressions.length),
    entry('settings', 'Settings changed', settings),
  ];
  const all = [
    ...(diff === null ? [] : compared),
    entry('findings', 'Findings'),
    entry('queries', 'Top queries'),
    entry('growth', 'Tables and indexes'),
    ...(diff === null ? [] : [entry('changes', 'Other changes')]),
    entry('limits', 'Distances to limits'),
    entry('vacuum', 'Vacuum and bloat'),
    entry('indexes', 'Indexes'),
    entry('locks', 'Locks'),
    entry('recommendations', 'Recommended settings'),
    entry('not-seen', 'What was not seen', report.unseen.length),
    entry('reading', 'How to read this report'),
  ];
  return (
    <nav aria-label="Contents">
      <ul class="contents">
        {all.map(({ id, title, count }) => (
          <li>
            <a href={`#${id}`}>{title}</a>
            {count === undefined ? null : <span>{` ${String(count)}`}</span>}
          </li>
        ))}
      </ul>
    </nav>
  );
}

function entry(id: string, title: string, count?: number) {
  return { id, title, count };
}
