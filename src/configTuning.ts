import { changing, surroundingsOfChange, type DcsFlags } from './changing.js';
import { PgdbaError } from './core/errors.js';
import { NEWEST_MAJOR } from './core/version.js';
import { dcsSightOf } from './patroniSight.js';
import type { Reach } from './reach.js';
import type { Outcome, Run } from './run.js';
import type { Settings } from './core/setting/spec.js';
import { catalogueOf } from './tuning/catalogue/catalogue.js';
import type { ChangeSet } from './tuning/changeset/changeSet.js';
import type { ApplyOptions } from './tuning/changeset/pipeline.js';
import { planOutput, plannedSettings, type PlanOutput } from './tuning/formats/output.js';
import { formatFor, type PlanFormatId } from './tuning/formats/registry.js';
import { applyWatched, type WatchOptions } from './tuning/observe/watchedApply.js';
import { planChange } from './tuning/changeset/planChange.js';
import { meetConfigured } from './tuning/configuration.js';
import { plannedChangeSet } from './tuning/plannedChangeSet.js';
import type { TuneWarning } from './tuning/recommend.js';
import { configurationWarnings } from './tuning/showWarnings.js';
import { recommendForPlanned, recommendForServer, TUNE_QUESTIONS, type Tuning } from './tuning/tune.js';
import { findingWarnings, requestOf, tuneAnswer } from './tuning/tuneAnswer.js';
import type { ConfigTuneData } from './tuning/tuneData.js';
import type { TuneWish } from './tuning/tuneWish.js';

/** How to apply, and how the change is watched. */
export interface WatchedOptions extends ApplyOptions {
  readonly watching: WatchOptions;
}

/** Answers `config tune --offline`. */
export async function tunePlanned(
  run: Run,
  wish: TuneWish,
  major: number,
  as: PlanFormatId | undefined,
): Promise<Outcome> {
  const tuning = await recommendForPlanned(major, wish);
  warnAll(run, tuning.warnings);
  if (major > NEWEST_MAJOR) {
    const [asked, newest] = [major, NEWEST_MAJOR].map(String);
    run.warn('server_newer_than_known', `PostgreSQL ${asked ?? ''} is answered for as ${newest ?? ''}`);
  }
  const { recommendations } = tuning;
  const changeset = plannedChangeSet(recommendations, major, { id: run.newId(), now: run.clock.now() });
  const output = await outputOf(as ?? 'changeset', changeset, await catalogueOf(major), major);
  return { data: tuneAnswer(wish, tuning, changeset, output) };
}

/**
 * Answers `config tune` for a server.
 * @param as the shape the plan is wanted in; undefined: what the manager of the server takes
 * @param apply how to apply what is recommended; null to leave the server as it is
 * @param patroni how its REST API is reached
 */
export async function tuneServer(
  run: Run,
  reach: Reach,
  wish: TuneWish,
  as: PlanFormatId | undefined,
  apply: WatchedOptions | null,
  patroni: DcsFlags,
): Promise<Outcome> {
  const { tuning, data } = await planTuning(run, reach, wish, as, apply, patroni);
  if (apply === null) return { data };
  const { dryRun } = apply;
  const untouched = {
    ...data,
    dry_run: dryRun,
    changed: false,
    observation: null,
    restart: null,
    pending_restart: [],
  };
  if (tuning.notToApply.length > 0) return { data: untouched, error: refusal(tuning.notToApply) };
  const request = requestOf(tuning);
  if (request.changes.length === 0) return { data: untouched };
  const around = surroundingsOfChange(run, reach, { ramBytes: wish.host.ramBytes, patroni });
  return changing(run, async () => {
    const answer = await applyWatched(request, apply, apply.watching, around);
    return { ...answer, data: { ...data, ...answer.data } };
  });
}

async function planTuning(
  run: Run,
  reach: Reach,
  wish: TuneWish,
  as: PlanFormatId | undefined,
  apply: ApplyOptions | null,
  patroni: DcsFlags,
): Promise<{ readonly tuning: Tuning; readonly data: ConfigTuneData }> {
  const session = await reach.openSession({ purpose: 'settings' });
  const { server, configuration } = await meetConfigured(session, TUNE_QUESTIONS, true);
  const identity = await server.identity;
  await reach.met(server, identity);
  const dcs = await dcsSightOf(patroni, run, reach, { identity });
  const tuning = await recommendForServer(server, configuration, wish, run.clock, dcs);
  warnAll(run, [...configurationWarnings(configuration, server.managedBy), ...tuning.warnings]);
  const plan = await planChange(server, configuration, requestOf(tuning), {
    force: apply?.force ?? false,
    via: apply?.via ?? 'auto',
    now: run.clock.now(),
    newId: () => run.newId(),
    ramBytes: tuning.host.ram_bytes.value,
    dcs,
  });
  await session.close();
  // The pipeline plans anew, and tells itself what speaks against it.
  if (apply === null) warnAll(run, findingWarnings(plan.findings));
  const format = as ?? formatFor(server.managedBy);
  const output = await outputOf(format, plan.changeSet, configuration.settings, server.facts.major);
  return { tuning, data: tuneAnswer(wish, tuning, plan.changeSet, output) };
}

/** Null for the ChangeSet itself, which data has anyway. */
async function outputOf(
  format: PlanFormatId,
  changeSet: ChangeSet,
  settings: Settings,
  major: number,
): Promise<PlanOutput | null> {
  if (format === 'changeset') return null;
  return planOutput(format, changeSet, plannedSettings(changeSet, settings), major);
}

function refusal(parameters: readonly string[]): PgdbaError {
  return new PgdbaError(
    'recommendation_refused',
    `the plan holds lines that are never applied: ${parameters.join(', ')}`,
    { details: { parameters } },
  );
}

function warnAll(run: Run, warnings: readonly TuneWarning[]): void {
  for (const { code, message, ...more } of warnings) run.warn(code, message, more);
}
