import { markdownTable } from 'markdown-table';
import type { Change } from '../../baseline/diffData.js';
import { printableDeep } from '../../output/printable.js';
import type { BaselineReport } from './baselineReport.js';
import { reasonOf } from './reason.js';
import { verdictOf } from './verdict.js';
import {
  countText,
  cut,
  difference,
  factorText,
  metricText,
  quantity,
  settingText,
  timeText,
  versionText,
} from './quantity.js';

/** A comment on GitHub holds 65,536 characters; what is left is for what people put around the report. */
const MOST_CHARACTERS = 60_000;
const MOST_ROWS = 20;
const TEXT_SHOWN = 160;
const REASON_SHOWN = 240;
const QUERIES_SHOWN = 5;

/**
 * The report as Markdown for a comment: the verdict, what got worse and what was changed in full view, the rest folded
 * away. Whatever comes from a server is text: no markup, link, mention or HTML of it takes effect. Pure.
 */
export function reportMarkdown(shown: BaselineReport): string {
  const report = printableDeep(shown) as BaselineReport;
  const head = [`## Baseline report: ${plain(report.server)}`, headOf(report), verdictText(report)];
  const parts = [regressions(report), settings(report), newFindings(report), ...folded(report)];
  return fitting([...head, ...parts.filter((part) => part !== '')]);
}

/** As many of the parts as fit, in order; what is left out is told. */
function fitting(parts: readonly string[]): string {
  const told =
    '_Parts are left out: a comment has no room for them. `pgdba baseline report --out report.html` has all._';
  const kept = parts.reduce<readonly string[]>(
    (all, part) => ([...all, part, told].join('\n\n').length > MOST_CHARACTERS ? all : [...all, part]),
    [],
  );
  return `${[...kept, ...(kept.length < parts.length ? [told] : [])].join('\n\n')}\n`;
}

function headOf({ before, after }: BaselineReport): string {
  const { cluster } = after;
  const server = `PostgreSQL ${versionText(cluster.server_version_num)} ${cluster.role}, database ${plain(cluster.database)}`;
  return before === null
    ? `${server}, as it stood at ${timeText(after.collected_at)}.`
    : `${server}, from ${timeText(before.collected_at)} to ${timeText(after.collected_at)}.`;
}

function verdictText(report: BaselineReport): string {
  const { level, sentence, notes } = verdictOf(report);
  const sign = { bad: '🔴', warn: '🟡', good: '🟢', none: '⚪' }[level];
  const events = (report.diff?.events ?? []).map(({ message }) => `- ${plain(message)}`);
  return [`${sign} **${sentence}**`, ...notes.map((note) => plain(note)), events.join('\n')]
    .filter((part) => part !== '')
    .join('\n\n');
}

function regressions({ regressions: changes }: BaselineReport): string {
  return changes.length === 0 ? '' : `### Regressions\n\n${changeTable(changes)}`;
}

function settings({ diff }: BaselineReport): string {
  const changes = diff?.changes.filter(({ section }) => section === 'config') ?? [];
  if (changes.length === 0) return '';
  const rows = changes.map(({ object, unit, before, after, by }) => [
    code(object),
    code(cut(settingText(before, unit), TEXT_SHOWN)),
    code(cut(settingText(after, unit), TEXT_SHOWN)),
    by === null ? '' : plain(`${by.who ?? 'somebody'}, pgdba ${by.operation}, ${timeText(by.at)}`),
  ]);
  return `### Settings changed\n\n${tableOf(['Setting', 'Before', 'After', 'By whom'], rows)}`;
}

function newFindings({ findings }: BaselineReport): string {
  const shown = findings === null ? [] : (findings.new ?? findings.still);
  if (shown.length === 0) return '';
  const rows = shown.map(({ severity, title, object, advice }) => [
    severity,
    plain(title),
    code(object),
    plain(cut(advice, REASON_SHOWN)),
  ]);
  const title = findings?.new === null ? 'Findings' : 'New findings';
  return `### ${title}\n\n${tableOf(['Severity', 'What', 'Where', 'What to do'], rows)}`;
}

function folded(report: BaselineReport): readonly string[] {
  const others =
    report.diff?.changes.filter(({ regression, section }) => !regression && section !== 'config') ?? [];
  return [
    details(`Top ${String(QUERIES_SHOWN)} queries by time`, queries(report)),
    details(`Other changes (${String(others.length)})`, others.length === 0 ? '' : changeTable(others)),
    details('Growth of tables and indexes', growth(report)),
    details('Distances to limits', limits(report)),
    details(`What was not seen (${String(report.unseen.length)})`, unseen(report)),
  ];
}

function queries({ queries: ranking }: BaselineReport): string {
  const rows = (ranking?.top ?? [])
    .slice(0, QUERIES_SHOWN)
    .map(({ text, share, calls, meanMs, totalMs }) => [
      code(cut((text ?? 'text not known').replace(/\s+/g, ' '), TEXT_SHOWN)),
      `${(share * 100).toFixed(1)} %`,
      quantity(totalMs, 'ms').text,
      quantity(calls, null).text,
      quantity(meanMs, 'ms').text,
    ]);
  return rows.length === 0 ? '' : tableOf(['Statement', 'Share', 'Time', 'Calls', 'Mean'], rows);
}

function growth({ relations, before }: BaselineReport): string {
  const rows = relations
    .filter(({ bytes, bytesBefore }) => before === null || (bytesBefore !== null && bytes > bytesBefore))
    .map(({ kind, name, bytes, bytesBefore }) => [
      kind,
      code(name),
      bytesBefore === null ? '' : difference(bytes - bytesBefore, 'bytes').text,
      quantity(bytes, 'bytes').text,
    ]);
  return rows.length === 0 ? '' : tableOf(['', 'Relation', 'Grew by', 'Size'], rows);
}

function limits({ limits: distances }: BaselineReport): string {
  const rows = distances.map(({ type, object, what, value, limit, meaning, at }) => [
    subject(type, object),
    metricText(what),
    quantity(value / limit, 'ratio').text,
    plain(meaning),
    at === null ? '' : timeText(at),
  ]);
  return rows.length === 0
    ? ''
    : tableOf(['What', 'Measure', 'Used', 'What happens there', 'At the present rate'], rows);
}

function unseen({ unseen: all, notes }: BaselineReport): string {
  return [
    ...all.map(({ what, why }) => `- ${plain(what)}: ${plain(why)}`),
    ...notes.map((note) => `- ${plain(note)}`),
  ]
    .slice(0, MOST_ROWS)
    .join('\n');
}

function changeTable(changes: readonly Change[]): string {
  const rows = changes.map((row) => {
    const { object_type, object, text, metric, unit, before, after, change, factor, unusual } = row;
    return [
      text === null
        ? subject(object_type, object)
        : `query ${code(cut(text.replace(/\s+/g, ' '), TEXT_SHOWN))}`,
      metricText(metric),
      plain(`${sideText(metric, before, unit)} → ${sideText(metric, after, unit)}`),
      change === null ? '' : ((factor === null ? null : factorText(factor)) ?? difference(change, unit).text),
      unusual === null ? '?' : unusual ? 'no' : 'yes',
      plain(cut(reasonOf(row) ?? '', REASON_SHOWN)),
    ];
  });
  return tableOf(['What', 'Measure', 'Before → after', 'Change', 'Usual', 'Why'], rows);
}

/** The whole server has no name of its own. */
function subject(type: string, object: string): string {
  const kind = type.replaceAll('_', ' ');
  return object === '' || object === type ? kind : `${kind} ${code(cut(object, TEXT_SHOWN))}`;
}

function sideText(metric: string, value: Change['after'], unit: string | null): string {
  if (metric !== 'presence') return quantity(value, unit).text;
  return value === null || value === false ? 'not there' : 'there';
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = markdownTable([[...head], ...rows.slice(0, MOST_ROWS).map((row) => [...row])], {
    alignDelimiters: false,
  });
  const left = rows.length - MOST_ROWS;
  return left > 0 ? `${table}\n\n_${countText(left, 'more row')} not shown._` : table;
}

/** What GitHub shows folded; the empty lines let Markdown in. */
function details(summary: string, body: string): string {
  return body === '' ? '' : `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** What means something to Markdown, HTML, or GitHub’s own links, anywhere in a line; _ does not within a word. */
const MEANINGFUL = /(?<!\w)_|_(?!\w)|[\\`*{}[\]<>~|&$@#]|:(?=\S)|(?<=\bwww)\./gi;

/** Text as text: each meaningful character as its character reference, which no Markdown looks into. */
function encoded(text: string): string {
  return text
    .replace(MEANINGFUL, (char) => `&#${String(char.charCodeAt(0))};`)
    .replace(/\s*[\r\n]+\s*/g, ' ');
}

/**
 * Text in a sentence. GitHub looks for names and numbers behind @ and # in the finished page: a space without width
 * stands between.
 */
function plain(text: string): string {
  return encoded(text).replace(/&#(?:64|35);/g, '$&&#8203;');
}

/** A name or statement as code: in HTML’s element, which can stand in a table whatever the text holds. */
function code(text: string): string {
  return `<code>${encoded(text)}</code>`;
}
