import { assembleBaseline, type Snapshot } from './baseline/assemble.js';
import type { BaselineData } from './baseline/baselineData.js';
import type { Baseline, BaselineMoment } from './baseline/document.js';
import { GROUPS, sectionsOfGroup, type Group } from './baseline/groups.js';
import type { BaselineHead } from './baseline/head.js';
import { withoutOwnSettings } from './baseline/ownSettings.js';
import { jsonPieces, packed } from './baseline/pack.js';
import { pseudonymsOf } from './baseline/pseudonyms.js';
import { redactNames } from './baseline/redactNames.js';
import { isReserved } from './baseline/reference.js';
import { shownData, whereOf } from './baseline/shown.js';
import { BaselineStore } from './baseline/store.js';
import { analyse, checked, type Analysed } from './baselineAnalyses.js';
import { PgdbaError } from './core/errors.js';
import { writeDocument } from './core/stateFile.js';
import { assembleSnapshot } from './inspect/assemble.js';
import { takeSamples, type Sample, type Samples } from './inspect/inspect.js';
import { warnOfSections } from './inspect/warnings.js';
import type { ClusterInfo } from './output/envelope.js';
import type { PatroniFlags } from './patroniAccess.js';
import type { Reach } from './reach.js';
import type { Outcome, Run } from './run.js';

export interface BaselineWish {
  readonly groups: readonly Group[];
  /** Milliseconds between two samples; null takes one. */
  readonly intervalMs: number | null;
  readonly label: string | null;
  /** Where the whole document is written to, beside the store. */
  readonly out: string | null;
  /** Rows of each list that is printed; 0 = all. */
  readonly limit: number;
  /** Whether names are replaced by pseudonyms. */
  readonly redact: boolean;
  /** Whether only is told where it lies. */
  readonly quiet: boolean;
}

/** The groups that --sections names; all unless given. @throws PgdbaError `usage` */
export function groupsOf(words: readonly string[] | undefined): readonly Group[] {
  const unknown = words?.find((word) => !GROUPS.some((group) => group === word));
  if (unknown !== undefined || words?.length === 0) {
    const message = unknown === undefined ? 'no section is left' : `there is no section "${unknown}"`;
    throw new PgdbaError('usage', message, { hint: `Sections: ${GROUPS.join(', ')}.` });
  }
  return words === undefined ? GROUPS : GROUPS.filter((group) => words.includes(group));
}

/** The label, if baselines may be called that. @throws PgdbaError `usage` */
export function labelOf(label: string | undefined): string | null {
  if (label === undefined) return null;
  if (label !== '' && !isReserved(label)) return label;
  throw new PgdbaError('usage', `a baseline cannot be called ${JSON.stringify(label)}`, {
    hint: 'latest and latest~N mean baselines by their place in time.',
  });
}

const NOTHING_ANALYSED: Analysed = { analyses: {}, settings: null };

/** Takes a baseline, stores it, and tells what is in it. */
export async function takeBaseline(
  run: Run,
  reach: Reach,
  flags: PatroniFlags,
  wish: BaselineWish,
): Promise<Outcome> {
  const { groups, intervalMs } = wish;
  const sections = groups.flatMap(sectionsOfGroup);
  const collect = { limit: 0, queryText: true, redactLiterals: true, budget: reach.budget };
  const samples = await takeSamples(
    { sections, intervalMs, allDatabases: false, collect },
    {
      clock: run.clock,
      openSession: (database) => reach.openSession(database === undefined ? {} : { database }),
      met: (server, identity) => reach.met(server, identity),
    },
  ).catch((error: unknown) => {
    throw reach.explain(error);
  });
  warnOfSections(samples, intervalMs !== null, (code, message, subject) => {
    // A reason for people may name what the answer does not.
    run.warn(code, wish.redact ? 'it is not complete' : message, { subject });
  });
  const snapshot = assembleSnapshot(samples, { sections, excluded: [], intervalMs }) as unknown as Snapshot;
  const analysed = samples.error === null ? await analyse(run, reach, flags, groups) : NOTHING_ANALYSED;
  const whole = documentOf(run, samples, snapshot, wish, analysed);
  const baseline = wish.redact ? await redacted(run, whole) : whole;
  if (samples.error !== null) return { data: dataOf(baseline, null, wish), error: samples.error };
  warnOfAnalyses(run, baseline);
  return kept(run, baseline, wish);
}

function documentOf(
  run: Run,
  { first, second }: Samples,
  read: Snapshot,
  wish: BaselineWish,
  { analyses, settings }: Analysed,
): Baseline {
  const { cluster } = run;
  if (cluster === null) throw new Error('a baseline was taken of no server');
  const sections = settings === null ? read.sections : withoutOwnSettings(read.sections, settings);
  const snapshot = { ...read, sections };
  const { collected_at: collectedAt } = snapshot;
  const check = checked({ cluster, collectedAt, sections });
  return assembleBaseline({
    id: run.newId(),
    label: wish.label,
    createdAt: run.clock.now().toISOString(),
    version: run.surroundings.version,
    cluster,
    moment: momentOf(second ?? first),
    groups: wish.groups,
    snapshot,
    analyses: { ...analyses, check },
  });
}

function momentOf({ server, identity }: Sample): BaselineMoment {
  const { facts } = server;
  const extensions = Object.entries(facts.extensions).map(([name, { version }]) => [name, version] as const);
  return {
    started_at: facts.startedAt.replace(/\+00:00$/, 'Z'),
    system_identifier: identity.inputs.system_identifier,
    timeline: identity.timeline,
    in_recovery: facts.inRecovery,
    server_version_num: facts.serverVersionNum,
    extensions: Object.fromEntries(extensions),
  };
}

/** What else the answer tells of the server is redacted with it. */
async function redacted(run: Run, whole: Baseline): Promise<Baseline> {
  const pseudonym = await pseudonymsOf(run.surroundings.home, whole.cluster.fingerprint);
  const baseline = redactNames(whole, pseudonym);
  run.cluster = baseline.cluster as ClusterInfo;
  return baseline;
}

/** What was read is told even when it cannot be kept. */
async function kept(run: Run, baseline: Baseline, wish: BaselineWish): Promise<Outcome> {
  let head: BaselineHead | null = null;
  try {
    head = await new BaselineStore(run.surroundings.home, baseline.cluster.fingerprint).save(baseline);
    if (wish.out !== null) await writeOut(wish.out, baseline);
    return { data: dataOf(baseline, head, wish) };
  } catch (error) {
    if (!(error instanceof PgdbaError)) throw error;
    return { data: dataOf(baseline, head, wish), error };
  }
}

/** As the store keeps it, or as text where the name does not end in .gz. @throws PgdbaError `output_unwritable` */
async function writeOut(path: string, baseline: Baseline): Promise<void> {
  const pieces = jsonPieces(baseline);
  if (path.endsWith('.gz')) {
    await writeDocument(path, await packed(pieces));
    return;
  }
  const bytes = Array.from(pieces, (piece) => Buffer.from(piece));
  await writeDocument(path, Buffer.concat([...bytes, Buffer.from('\n')]));
}

function dataOf(whole: Baseline, head: BaselineHead | null, { limit, quiet }: BaselineWish): BaselineData {
  return quiet ? whereOf(whole, head) : shownData(whole, head, limit);
}

function warnOfAnalyses(run: Run, { analyses }: Baseline): void {
  for (const [name, { status, message }] of Object.entries(analyses)) {
    if (status !== 'ok') run.warn(`analysis_${status}`, message ?? `it is ${status}`, { subject: name });
  }
}
