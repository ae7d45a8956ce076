import type { ChangeParameter, ChangeSet } from '../../../../src/tuning/changeset/changeSet.js';

export const FINGERPRINT = 'ab'.repeat(32);

/** The nth of a row of ids. */
export function idOf(n: number): string {
  return `01890a5d-ac96-774b-bcce-${String(n).padStart(12, '0')}`;
}

/** One parameter of a changeset, work_mem from its default to 64MB unless told otherwise. */
export function changeParameter(more: Partial<ChangeParameter> = {}): ChangeParameter {
  return {
    name: 'work_mem',
    old_value: '4MB',
    new_value: '64MB',
    old_line: null,
    context: 'user',
    needs_restart: false,
    permission: { allowed: true, reason: null, min_role: 'superuser', grant_sql: null },
    patroni_override: 'not_managed',
    masked_by: [],
    outcome: 'not_executed',
    error: null,
    ...more,
  };
}

/** A changeset as a plan makes it. */
export function changeSet(more: Partial<ChangeSet> = {}): ChangeSet {
  return {
    schema: 'pgdba.changeset/1',
    id: idOf(1),
    fingerprint: FINGERPRINT,
    node: { addr: '127.0.0.1', port: 5432, data_directory: '/data' },
    status: 'planned',
    via: 'alter-system',
    forced: false,
    parameters: [changeParameter()],
    pre_snapshot: null,
    dry_run_result: null,
    created_at: '2026-01-01T00:00:00.000Z',
    applied_at: null,
    rolled_back_at: null,
    confirm_until: null,
    ...more,
  };
}
