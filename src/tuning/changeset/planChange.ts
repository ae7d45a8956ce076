import type { Server } from '../../cluster/server.js';
import { maskSetting } from '../../core/mask.js';
import { displaySetting } from '../../core/setting/value.js';
import { autoConfOf, type Configuration } from '../configuration.js';
import { masksOf } from '../masks.js';
import { overrideOf } from '../override.js';
import { CHANGESET_VERSION, type ChangeParameter, type ChangeSet, type Request } from './changeSet.js';
import { dryRunOf } from './dryRun.js';
import type { GuardFinding, PlannedChange } from './guards/guard.js';
import { judgeChange, type Judgement } from './judgeChange.js';
import type { Permission } from './permission.js';
import type { Plan, PlanFinding, PlanOptions } from './plan.js';
import { nodeOf, requireTarget } from './target.js';

export { refusalOf } from './refusal.js';

/**
 * Thinks a change through to the end, and writes nothing: what would be sent, what it would do, and every reason against
 * it as a finding. Only a plan for another server ends at once. The changeset has the request's id, when that has one: the
 * caller sees to it that no executed changeset is overwritten.
 * @param server met with CONFIGURATION_FUNCTIONS asked (meetConfigured)
 * @throws PgdbaError `fingerprint_mismatch`, `node_mismatch`; what the server or the network said
 */
export async function planChange(
  server: Server,
  configuration: Configuration,
  request: Request,
  options: PlanOptions,
): Promise<Plan> {
  const { fingerprint } = await requireTarget(server, request);
  const changes = plannedChanges(server, configuration, request, options);
  const judgement = await judgeChange({ server, configuration, request, changes, options });
  const changeSet: ChangeSet = {
    schema: CHANGESET_VERSION,
    id: request.id ?? options.newId(),
    fingerprint,
    node: nodeOf(server),
    status: 'planned',
    via: 'alter-system',
    forced: options.force,
    ...outcomeOf(changes, configuration, server.facts.major, judgement),
    pre_snapshot: null,
    created_at: options.now.toISOString(),
    applied_at: null,
    rolled_back_at: null,
    confirm_until: null,
  };
  return { changeSet, findings: judgement.findings.map((finding) => settled(finding, options.force)) };
}

function plannedChanges(
  server: Server,
  configuration: Configuration,
  request: Request,
  { dcs }: PlanOptions,
): PlannedChange[] {
  const lines = autoConfOf(configuration);
  return request.changes.map(({ name, new_value }) => {
    const key = name.toLowerCase();
    const spec = configuration.settings.get(key) ?? null;
    return {
      name: spec?.name ?? name,
      key,
      spec,
      newValue: new_value,
      oldLine: lines?.get(key) ?? null,
      ...overrideOf(server, configuration, name, dcs),
      masks: masksOf(configuration, name),
    };
  });
}

function outcomeOf(
  changes: readonly PlannedChange[],
  configuration: Configuration,
  major: number,
  { permissions }: Judgement,
): Pick<ChangeSet, 'parameters' | 'dry_run_result'> {
  const dryRun = dryRunOf(changes, configuration, major);
  const parameters = changes.map((change, i) => {
    const permission = permissions.get(change.key);
    if (permission === undefined) throw new Error(`nobody asked for the permission to set ${change.name}`);
    return parameterOf(change, permission, dryRun.parameters[i]?.effect === 'restart');
  });
  return { parameters, dry_run_result: dryRun };
}

/** No secret gets into a plan: one that holds any is refused, and shows it masked. */
function parameterOf(change: PlannedChange, permission: Permission, needsRestart: boolean): ChangeParameter {
  const { name, spec, newValue, oldLine, override, masks } = change;
  const shown = (text: string | null): string | null => (text === null ? null : maskSetting(name, text));
  return {
    name,
    old_value: shown(spec === null ? null : displaySetting(spec, spec.setting)),
    new_value: shown(newValue),
    old_line: shown(oldLine),
    context: spec?.context ?? null,
    needs_restart: needsRestart,
    permission,
    patroni_override: override,
    masked_by: [...masks],
    outcome: 'not_executed',
    error: null,
  };
}

/** --force overrules what somebody may take upon himself; the record then says `forced`. */
export function settled({ severity, ...finding }: GuardFinding, force: boolean): PlanFinding {
  if (severity !== 'unless_forced') return { ...finding, severity };
  if (force) return { ...finding, severity: 'warn' };
  const hint = finding.hint ?? 'Nothing was written; --force sets it all the same.';
  return { ...finding, severity: 'refuse', hint };
}
