import { alterSystemSet } from '../core/setting/alterSystem.js';
import { CHANGESET_VERSION, type ChangeParameter, type ChangeSet } from './changeset/changeSet.js';
import type { Recommendation } from './recommendation.js';

/** First major in which a GRANT lets others than superusers ALTER SYSTEM. */
const GRANTABLE_SINCE = 15;

/**
 * The recommendations for a planned server as a changeset for any server that is to get them: no fingerprint, no node and
 * no old values, so that `config apply` plans it anew on the server it meets.
 */
export function plannedChangeSet(
  recommendations: readonly Recommendation[],
  major: number,
  { id, now }: { readonly id: string; readonly now: Date },
): ChangeSet {
  return {
    schema: CHANGESET_VERSION,
    id,
    fingerprint: null,
    node: null,
    status: 'planned',
    via: 'alter-system',
    forced: false,
    parameters: recommendations.map((row) => parameterOf(row, major)),
    pre_snapshot: null,
    dry_run_result: dryRunOf(recommendations, major),
    created_at: now.toISOString(),
    applied_at: null,
    rolled_back_at: null,
    confirm_until: null,
  };
}

function parameterOf(row: Recommendation, major: number): ChangeParameter {
  return {
    name: row.parameter,
    old_value: null,
    new_value: row.recommended,
    old_line: null,
    context: row.context,
    needs_restart: row.needs_restart,
    permission: {
      allowed: false,
      reason: 'no server was asked',
      min_role: major >= GRANTABLE_SINCE ? 'grant' : 'superuser',
      grant_sql: null,
    },
    patroni_override: row.override.patroni_override,
    masked_by: [],
    outcome: 'not_executed',
    error: null,
  };
}

type DryRun = NonNullable<ChangeSet['dry_run_result']>;

function dryRunOf(recommendations: readonly Recommendation[], major: number): DryRun {
  return {
    parameters: recommendations.map(({ parameter, recommended, context }) => ({
      name: parameter,
      action: 'set',
      sql: alterSystemSet(parameter, recommended, major),
      effect: effectOf(context),
    })),
    would_reload: recommendations.length > 0,
    would_restart: recommendations.some(({ needs_restart }) => needs_restart),
  };
}

function effectOf(context: Recommendation['context']): DryRun['parameters'][number]['effect'] {
  if (context === 'postmaster') return 'restart';
  return context === 'backend' || context === 'superuser-backend' ? 'new_sessions' : 'reload';
}
