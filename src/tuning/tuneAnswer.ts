import type { ChangeSet, Request } from './changeset/changeSet.js';
import type { PlanFinding } from './changeset/plan.js';
import type { PlanOutput } from './formats/output.js';
import type { TuneWarning } from './recommend.js';
import type { Tuning } from './tune.js';
import type { ConfigTuneData } from './tuneData.js';
import type { TuneWish } from './tuneWish.js';

/** `data` of config tune where nothing is applied. */
export function tuneAnswer(
  wish: TuneWish,
  tuning: Tuning,
  changeset: ChangeSet,
  output: PlanOutput | null,
): ConfigTuneData {
  const { profile, major, host, recommendations, refused, memory } = tuning;
  return {
    workload: wish.workload,
    profile,
    rules: wish.rules,
    db_size: wish.dbSize,
    server_version: major,
    host,
    recommendations: [...recommendations],
    refused: [...refused],
    memory,
    changeset,
    output,
    dry_run: null,
    changed: null,
    observation: null,
    restart: null,
    pending_restart: null,
  };
}

/** The recommendations as a change for the pipeline; what is in force already is left out. */
export function requestOf({ recommendations, unchanged }: Tuning): Request {
  return {
    id: null,
    fingerprint: null,
    node: null,
    changes: recommendations
      .filter(({ parameter }) => !unchanged.includes(parameter))
      .map(({ parameter, recommended }) => ({ name: parameter, new_value: recommended })),
  };
}

/** What the guards of the pipeline say of the plan: with --apply some of it would be an error. */
export function findingWarnings(findings: readonly PlanFinding[]): TuneWarning[] {
  return findings.map(({ code, message, parameter, hint }) => ({
    code,
    message,
    ...(parameter === null ? {} : { subject: parameter }),
    ...(hint === undefined ? {} : { hint }),
  }));
}
