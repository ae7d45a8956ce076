import { createHash } from 'node:crypto';
import type { Baseline } from './baseline/document.js';
import { METRICS } from './baseline/metrics/registry.js';
import { follow, type Followed } from './baseline/trend/follow.js';
import { answerDiff } from './baselineDiff.js';
import { pairOf, type ReportedPair } from './baselinePair.js';
import type { StoreFlags } from './baselineStores.js';
import { serverName } from './checkReport.js';
import { PgdbaError } from './core/errors.js';
import { writeDocument } from './core/stateFile.js';
import { computeRates, type Moment } from './inspect/delta.js';
import { pgStatStatements } from './inspect/sections/pg_stat_statements.js';
import { baselineReport, type BaselineReport, type ReportInput } from './report/baseline/baselineReport.js';
import { reportHtml } from './report/baseline/html/page.js';
import { reportMarkdown } from './report/baseline/markdown.js';
import type { QueryRates } from './report/baseline/queries.js';
import type { BaselineReportData, ReportDocument } from './report/baseline/reportData.js';
import { verdictOf } from './report/baseline/verdict.js';
import type { Outcome, Run } from './run.js';

export interface ReportWish {
  /** As people write baselines; null: the one before `after`. */
  readonly before: string | null;
  /** Null: the latest. */
  readonly after: string | null;
  /** Null: the report is told in the answer. */
  readonly out: string | null;
}

/** Charts go back so many baselines. */
const CHARTED = 30;

const WHOLE_DIFF = { sections: null, metric: null, object: null, limit: 0 } as const;

/**
 * Writes the report of two baselines, or of one where there is no other.
 * @throws PgdbaError `unknown_baseline`, `unknown_cluster`, `usage`, `invalid_input`, `state_unusable`,
 * `output_unwritable`
 */
export async function reportFor(run: Run, flags: StoreFlags, wish: ReportWish): Promise<Outcome> {
  const pair = await pairOf(run, flags, wish);
  const report = baselineReport(await inputOf(run, pair));
  const format = documentOf(wish.out, run.output.format === 'markdown');
  const text = format === 'html' ? await reportHtml(report) : reportMarkdown(report);
  if (wish.out !== null) await writeDocument(wish.out, text);
  const data = dataOf(report, { format, text, path: wish.out });
  return wish.out === null ? { data, document: text } : { data };
}

/** HTML to a file, unless its name or --format says Markdown; Markdown where it stands in the answer. */
export function documentOf(path: string | null, asksForMarkdown: boolean): ReportDocument {
  if (path === null || /\.(?:md|markdown)$/i.test(path)) return 'markdown';
  return asksForMarkdown && !/\.html?$/i.test(path) ? 'markdown' : 'html';
}

async function inputOf(run: Run, pair: ReportedPair): Promise<ReportInput> {
  const { before: earlier, after: later, store, heads } = pair;
  const diff =
    earlier === null
      ? null
      : await answerDiff(run, { before: earlier, after: later, store, heads }, WHOLE_DIFF);
  const after = await later.load();
  const before = earlier === null ? null : await earlier.load();
  const told = { before, after, diff, queryRates: queryRatesOf(before, after) };
  const { cluster, version } = { ...after, version: run.surroundings.version };
  const about = { server: serverName(cluster), version };
  const plain = baselineReport({ ...told, ...about, series: [], notes: [] });
  const series = await follow(historyOf(run, pair), followedBy(plain), METRICS);
  return { ...told, ...about, series, notes: run.warnings.map(({ message }) => message) };
}

/** Every number that a report draws a line of. */
function followedBy({ diff, queries, relations, limits }: BaselineReport): readonly Followed[] {
  return [
    ...(diff?.changes.filter(({ change }) => change !== null) ?? []),
    ...(queries?.top ?? []).flatMap(({ queryid }) =>
      queryid === null ? [] : [{ section: 'queries', metric: 'mean_exec_time_ms', object: queryid }],
    ),
    ...relations.map(({ kind, name }) => ({
      section: kind === 'table' ? 'tables' : 'indexes',
      metric: 'size_bytes',
      object: name,
    })),
    ...limits.map(({ what, object }) => ({ section: sectionOf(what), metric: what, object })),
  ];
}

/** The group of a metric with a limit. */
function sectionOf(metric: string): string {
  return METRICS.find(({ id, limit }) => id === metric && limit !== undefined)?.group ?? '';
}

/** The baselines up to the later one that were taken as it was; one that cannot be read breaks the lines. */
function historyOf(run: Run, { after, store, heads }: ReportedPair): Parameters<typeof follow>[0] {
  const { head } = after;
  const same = heads.filter(
    (one) =>
      Date.parse(one.collected_at) <= Date.parse(head.collected_at) &&
      one.database === head.database &&
      one.role === head.role &&
      one.redacted === head.redacted,
  );
  return {
    heads: same.slice(-CHARTED),
    slim: (one) =>
      store.slim(one).catch((error: unknown) => {
        if (!(error instanceof PgdbaError)) throw error;
        run.warn('baseline_unusable', error.message, { hint: error.hint });
        return null;
      }),
  };
}

/** What statements took between the two baselines, or between the samples of one. */
function queryRatesOf(before: Baseline | null, after: Baseline): QueryRates | null {
  const view = pgStatStatements.id;
  const group = after.sections.queries;
  const computed = group?.computed?.[view];
  if (before === null) {
    return computed === undefined
      ? null
      : { of: 'samples', intervalMs: computed.interval_ms, rows: computed.rows };
  }
  const samples = [before, after].map(
    ({ sections }) => sections.queries?.sample2?.[view] ?? sections.queries?.sample1[view],
  );
  const [first, second] = samples;
  if (first === undefined || second === undefined) return null;
  const { interval_ms: intervalMs, rows } = computeRates(pgStatStatements, first, second, [
    momentOf(before),
    momentOf(after),
  ]);
  return { of: 'between', intervalMs, rows };
}

function momentOf({ moment }: Baseline): Moment {
  return {
    startedAt: moment.started_at,
    systemIdentifier: moment.system_identifier,
    timeline: moment.timeline,
    inRecovery: moment.in_recovery,
    extensionVersion: moment.extensions['pg_stat_statements'] ?? null,
  };
}

interface Written {
  readonly format: ReportDocument;
  readonly text: string;
  readonly path: string | null;
}

function dataOf(report: BaselineReport, { format, text, path }: Written): BaselineReportData {
  const { before, after, diff, findings, unseen } = report;
  return {
    path,
    format,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    text: path === null ? text : null,
    before: before && sideOf(before),
    after: sideOf(after),
    verdict: verdictOf(report).sentence,
    summary: {
      regressions: diff?.summary.regressions ?? 0,
      changes: diff?.summary.changes ?? 0,
      events: diff?.events.length ?? 0,
      findings_new: findings?.new?.length ?? null,
      findings_gone: findings?.gone?.length ?? null,
      not_seen: unseen.length,
    },
  };
}

function sideOf({ id, label, collected_at }: BaselineReport['after']): BaselineReportData['after'] {
  return { id, label, collected_at };
}
