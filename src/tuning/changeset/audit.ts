import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.js';
import { appendJsonLine } from '../../core/jsonLines.js';
import { maskSetting } from '../../core/mask.js';
import type { ChangeParameter, ChangeSet } from './changeSet.js';

/** What each line of the audit log says in `schema`. */
const AUDIT_VERSION = 'pgdba.audit/1';

/** What happened, for the audit log. */
export interface AuditFacts {
  /** `started` before the first step, so that a killed run has left its name; then what became of it. */
  readonly outcome: 'started' | 'refused' | ChangeSet['status'];
  readonly operation: 'apply' | 'rollback' | 'resume' | 'confirm' | 'observe_rollback';
  readonly runId: string;
  /** e.g. `config apply` */
  readonly command: string;
  /** Database role (ServerFacts.role); null where no server was needed. */
  readonly role: string | null;
  readonly changeSet: ChangeSet;
  /** Whether --force was given for this operation. */
  readonly forced: boolean;
}

/**
 * Appends a line to $PGDBA_HOME/audit.jsonl and fsyncs it. Values are masked.
 * @throws PgdbaError `state_unusable`
 */
export async function appendAudit(home: string, facts: AuditFacts, clock: Clock): Promise<void> {
  const { changeSet } = facts;
  await appendJsonLine(join(home, 'audit.jsonl'), {
    schema: AUDIT_VERSION,
    at: clock.now().toISOString(),
    who: systemUser(),
    host: hostname(),
    pid: process.pid,
    run_id: facts.runId,
    command: facts.command,
    fingerprint: changeSet.fingerprint,
    node: changeSet.node,
    role: facts.role,
    changeset_id: changeSet.id,
    operation: facts.operation,
    outcome: facts.outcome,
    forced: facts.forced,
    parameters: changeSet.parameters.map(auditedParameter),
  });
}

function auditedParameter({ name, old_value, new_value, outcome }: ChangeParameter): object {
  const masked = (value: string | null): string | null => (value === null ? null : maskSetting(name, value));
  return { name, old: masked(old_value), new: masked(new_value), outcome };
}

/** The user of the operating system; in a container its uid may have no name. */
function systemUser(): { readonly user: string | null; readonly uid: number | null } {
  const uid = process.getuid?.() ?? null;
  try {
    return { user: userInfo().username, uid };
  } catch {
    return { user: null, uid };
  }
}
