import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import { displaySetting } from '../../core/setting/value.js';
import { majorOf } from '../../core/version.js';
import type { ApplyData } from './applyData.js';
import { pendingRestarts, placeOf } from './applyPending.js';
import type { ChangeSet } from './changeSet.js';
import { dryRunOf } from './dryRun.js';
import type { Step } from './executeStep.js';
import type { PlannedChange } from './guards/guard.js';
import { readPermissions } from './permission.js';
import type { Sight } from './pipelineHeld.js';
import { wantedLines, type Direction } from './rollbackSteps.js';

/**
 * Makes sure before the first step that the role may take all of them, and reload.
 * @throws PgdbaError `insufficient_privilege`, with the GRANTs that help
 */
export async function requireRights(server: Server, { parameters }: ChangeSet): Promise<void> {
  const permissions = await readPermissions(
    server,
    parameters.map(({ name }) => ({ name, hidden: false })),
  );
  const refused = [...permissions.values()].filter(({ allowed }) => !allowed);
  if (refused.length === 0) return;
  const reasons = [...new Set(refused.map(({ reason }) => reason))].join('; ');
  const grants = [...new Set(refused.flatMap(({ grant_sql }) => grant_sql?.split('\n') ?? []))];
  throw new PgdbaError('insufficient_privilege', reasons, {
    hint: grants.length === 0 ? 'Connect as a superuser.' : grants.join(' '),
  });
}

/** What a rollback, or a resumption, would do; `dry_run_result` is that of the way and not of the plan. */
export function dryRun(
  direction: Direction,
  changeSet: ChangeSet,
  steps: readonly Step[],
  { server, configuration }: Sight,
): ApplyData {
  const changes = wantedLines(changeSet, direction).map(({ name, line }): PlannedChange => {
    const key = name.toLowerCase();
    const step = steps.find(({ id }) => id === name);
    return {
      name,
      key,
      spec: configuration.settings.get(key) ?? null,
      newValue: line,
      oldLine: step === undefined ? line : step.from,
      override: 'not_managed',
      overriddenBy: null,
      masks: [],
    };
  });
  const result = dryRunOf(changes, configuration, majorOf(server.facts.serverVersionNum));
  const waiting = changes
    .filter(({ name }) => result.parameters.some((one) => one.name === name && one.effect === 'restart'))
    .map(({ name, spec, newValue, oldLine }) => ({
      name,
      current: spec === null ? null : displaySetting(spec, spec.setting),
      pending: newValue,
      oldLine,
    }));
  return {
    dry_run: true,
    changed: false,
    changeset: { ...changeSet, dry_run_result: result },
    observation: null,
    restart: null,
    pending_restart: pendingRestarts(placeOf(server, configuration), waiting),
  };
}
