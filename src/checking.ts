import { snapshotOf } from './baseline/assemble.js';
import { baselineIn, looksLikeBaseline, textIn } from './baseline/baselineFile.js';
import { checkSnapshot, sectionsOf } from './check/answer.js';
import type { CheckData, Finding } from './check/checkData.js';
import { rank } from './check/findings.js';
import { readKnown, writeKnown, type Known } from './check/knownFile.js';
import type { RuleOptions } from './check/options.js';
import { CHECK_RULES } from './check/registry.js';
import type { CheckedHost, Severity } from './check/rule.js';
import { parseSnapshot, type SavedSnapshot } from './check/snapshotFile.js';
import { PgdbaError } from './core/errors.js';
import { adviceFor } from './checkAdvice.js';
import { serverName, writeReport, type ReportWish } from './checkReport.js';
import { readInputBytes } from './inputFile.js';
import { assembleSnapshot } from './inspect/assemble.js';
import { takeSamples } from './inspect/inspect.js';
import type { SectionResults } from './inspect/snapshot.js';
import type { ClusterInfo } from './output/envelope.js';
import type { Reach } from './reach.js';
import type { Outcome, Run } from './run.js';

type Answered = Pick<CheckData, 'passed' | 'findings' | 'not_evaluated'>;

/** Where the snapshot comes from. */
export type SnapshotSource = { readonly file: string } | { readonly reach: Reach };

export interface CheckWish {
  readonly options: RuleOptions;
  readonly host: CheckedHost;
  readonly known: { readonly path: string; readonly update: boolean } | null;
  /** What a finding that is not known must be at least for exit 3; `new`: anything; null: nothing. */
  readonly failOn: Exclude<Severity, 'info'> | 'new' | null;
  readonly report: ReportWish | null;
}

/** Runs the rules over a live server or a saved snapshot. */
export async function checkWith(run: Run, source: SnapshotSource, wish: CheckWish): Promise<Outcome> {
  const { known } = wish;
  const before: Known = known === null ? new Map() : await readKnown(known.path, known.update);
  const { snapshot, error } =
    'file' in source ? await savedSnapshot(run, source.file) : await liveSnapshot(run, source.reach, wish);
  const answer = checkSnapshot(
    snapshot,
    wish.options,
    { host: wish.host, advice: adviceFor(snapshot, wish.host) },
    new Set(before.keys()),
  );
  const updates = known?.update === true && error === null;
  if (updates) await writeKnown(known.path, answer.findings, unseen(before, answer));
  const told = {
    ...answer,
    from: 'file' in source ? source.file : null,
    known_file: known === null ? null : { path: known.path, updated: updates, gone: gone(before, answer) },
  };
  const { report } = wish;
  const unwritten = report === null ? null : await reported(report, told, wish, snapshot);
  const data: CheckData = { ...told, report: unwritten === null ? report : null };
  const failure = error ?? unwritten;
  if (failure !== null) return { data, error: failure };
  return { data, exit: isOver(wish, answer.findings) ? 3 : 0 };
}

/** The findings are told even when the report cannot be written. */
async function reported(
  report: ReportWish,
  told: Omit<CheckData, 'report'>,
  { options }: CheckWish,
  { cluster }: SavedSnapshot,
): Promise<PgdbaError | null> {
  try {
    await writeReport(report, told, options.rules, serverName(cluster));
    return null;
  } catch (error) {
    if (error instanceof PgdbaError) return error;
    throw error;
  }
}

async function savedSnapshot(run: Run, file: string): Promise<{ snapshot: SavedSnapshot; error: null }> {
  const text = await textIn(file, await readInputBytes(file, process.stdin));
  const snapshot = parseSnapshot(text, sectionsOf(CHECK_RULES), (document) => {
    if (!looksLikeBaseline(document)) return null;
    const baseline = baselineIn(file, document);
    if (baseline.redacted) warnOfRedacted(run, file);
    const { collected_at: collectedAt, sections } = snapshotOf(baseline);
    return { cluster: baseline.cluster, collectedAt, sections };
  });
  return { snapshot, error: null };
}

function warnOfRedacted(run: Run, file: string): void {
  run.warn('baseline_redacted', 'names and texts are pseudonyms: rules that go by them may be wrong', {
    subject: file,
  });
}

/** As inspect takes one, of the sections that the rules look at, and of all their rows. */
async function liveSnapshot(
  run: Run,
  reach: Reach,
  { options }: CheckWish,
): Promise<{ snapshot: SavedSnapshot; error: Error | null }> {
  const sections = sectionsOf(options.rules);
  const collect = { limit: 0, queryText: true, redactLiterals: false, budget: reach.budget };
  const samples = await takeSamples(
    { sections, intervalMs: null, allDatabases: false, collect },
    {
      clock: run.clock,
      openSession: (database) => reach.openSession(database === undefined ? {} : { database }),
      met: (server, identity) => reach.met(server, identity),
    },
  ).catch((error: unknown) => {
    throw reach.explain(error);
  });
  const data = assembleSnapshot(samples, { sections, excluded: [], intervalMs: null });
  const snapshot = {
    cluster: clusterOf(run),
    collectedAt: data['collected_at'] as string,
    sections: data['sections'] as SectionResults,
  };
  return { snapshot, error: samples.error };
}

function clusterOf({ cluster }: Run): ClusterInfo {
  if (cluster === null) throw new Error('a snapshot was taken of no server');
  return cluster;
}

/** What was known and is no more: of rules that saw everything, or found something else. */
function gone(before: Known, answer: Answered): string[] {
  const kept = unseen(before, answer);
  const found = new Set(answer.findings.map(({ id }) => id));
  return [...before.keys()].filter((id) => !found.has(id) && !kept.has(id)).sort();
}

/** What was known of rules that were not asked now, or could not see everything. */
function unseen(before: Known, { passed, findings, not_evaluated }: Answered): Known {
  const gaps = new Set(not_evaluated.map(({ rule }) => rule));
  const seen = new Set([...passed, ...findings.map(({ rule }) => rule)].filter((rule) => !gaps.has(rule)));
  return new Map([...before].filter(([id]) => !seen.has(id.slice(0, id.indexOf(':')))));
}

function isOver({ failOn, known }: CheckWish, findings: readonly Finding[]): boolean {
  if (failOn === null || known?.update === true) return false;
  const least = failOn === 'new' ? 0 : rank(failOn);
  return findings.some((finding) => !finding.known && rank(finding.severity) >= least);
}
