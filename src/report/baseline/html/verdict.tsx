import type { JSX } from 'hono/jsx/jsx-runtime';
import type { BaselineReport, ReportSide } from '../baselineReport.js';
import { countText, quantity, timeText, versionText } from '../quantity.js';
import { verdictOf } from '../verdict.js';
import { Name, Section, Tag } from './parts.js';

/** What the report is about: the cluster, and the two times. */
export function Head({ report }: { readonly report: BaselineReport }): JSX.Element {
  const { before, after, server } = report;
  const { cluster } = after;
  return (
    <header>
      <div class="over">pgdba baseline report</div>
      <h1>
        <bdi>{server}</bdi>
      </h1>
      <p class="muted">{spanOf(report)}</p>
      <dl class="facts">
        <Fact term="Database">
          <bdi>{cluster.database}</bdi>
        </Fact>
        <Fact term="Server">{serverOf(before, after)}</Fact>
        <Fact term="Address">
          <bdi>{addressOf(after)}</bdi>
        </Fact>
        <Fact term="Cluster">
          <Name>{cluster.fingerprint.slice(0, 12)}</Name>
          {cluster.managed_by === 'standalone' ? '' : `, managed by ${cluster.managed_by}`}
        </Fact>
        {before === null ? null : <SideFact term="Before" side={before} />}
        <SideFact term={before === null ? 'Taken' : 'After'} side={after} />
      </dl>
    </header>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children?: unknown }): JSX.Element {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function SideFact({ term, side }: { readonly term: string; readonly side: ReportSide }): JSX.Element {
  return (
    <Fact term={term}>
      <time datetime={side.collected_at}>{timeText(side.collected_at, 'second')}</time>
      <br />
      {side.label === null ? null : (
        <>
          <bdi>{side.label}</bdi>{' '}
        </>
      )}
      <span class="muted small">
        <Name>{side.id}</Name>
      </span>
    </Fact>
  );
}

function spanOf({ before, after, diff }: BaselineReport): string {
  if (before === null) return `As it stood at ${timeText(after.collected_at)}.`;
  const span = diff === null ? '' : `, ${quantity(diff.interval_ms, 'ms').text} apart`;
  const precision = diff !== null && diff.interval_ms < 3_600_000 ? 'second' : 'minute';
  const [from, to] = [before, after].map(({ collected_at }) => timeText(collected_at, precision));
  return `What changed from ${from ?? ''} to ${to ?? ''}${span}.`;
}

function serverOf(before: ReportSide | null, after: ReportSide): string {
  const [was, is] = [before ?? after, after].map(({ cluster }) => versionText(cluster.server_version_num));
  return `PostgreSQL ${was === is ? '' : `${was ?? ''} → `}${is ?? ''}, ${after.cluster.role}`;
}

function addressOf({ cluster: { identity } }: ReportSide): string {
  return `${identity.config_host ?? 'local'}:${String(identity.config_port ?? 5432)}`;
}

/** What came of it, in one sentence and a few numbers. */
export function Verdict({ report }: { readonly report: BaselineReport }): JSX.Element {
  const { level, sentence, tiles, notes } = verdictOf(report);
  return (
    <>
      <div class={`verdict ${level}`} role="note" aria-label="Verdict">
        <p>{sentence}</p>
        {notes.map((note) => (
          <p>{note}</p>
        ))}
      </div>
      <ul class="tiles">
        {tiles.map(({ count, what, level: colour }) => (
          <li class={count > 0 ? colour : undefined}>
            <b>{String(count)}</b>
            <span>{what}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** What happened to the server in between: nothing else explains numbers so often. */
export function Events({ report: { diff } }: { readonly report: BaselineReport }): JSX.Element {
  const events = diff?.events ?? [];
  if (events.length === 0) return <></>;
  return (
    <Section id="events" title="What happened in between">
      <ul class="plain">
        {events.map(({ kind, message, subject, before, after }) => (
          <li>
            <Tag level="warn">{kind.replaceAll('_', ' ')}</Tag> <bdi>{message}</bdi>
            {before === null && after === null ? null : (
              <span class="muted">{` (${subject ?? 'server'}: ${timeOrWord(before)} → ${timeOrWord(after)})`}</span>
            )}
          </li>
        ))}
      </ul>
      <p class="muted small">{`${countText(events.length, 'event')}; numbers that they make meaningless are empty, see the appendix.`}</p>
    </Section>
  );
}

/** What told an event: a time, or a version, timeline or name. */
function timeOrWord(told: string | null): string {
  if (told === null) return '–';
  return /^\d{4}-\d\d-\d\dT/.test(told) ? timeText(told) : told;
}
