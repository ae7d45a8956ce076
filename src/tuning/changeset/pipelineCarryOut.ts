import { PgdbaError } from '../../core/errors.js';
import { majorOf } from '../../core/version.js';
import { appendAudit, type AuditFacts } from './audit.js';
import type { ApplyData } from './applyData.js';
import { pendingRestarts, placeOf, type Pending } from './applyPending.js';
import type { ChangeSet } from './changeSet.js';
import { execute } from './execute.js';
import { errorOfFailed } from './executeError.js';
import { afterFailure, type Operation } from './executeOutcome.js';
import type { Step } from './executeStep.js';
import type { Execution } from './executeWork.js';
import type { Journal } from './journal.js';
import type { Held } from './pipelineHeld.js';
import type { ChangeSurroundings } from './pipelineSurroundings.js';
import type { ChangeSetStore } from './store.js';
import type { Verdicts } from './verify.js';
import type { WantedLine } from './verifyParameter.js';

/** What a command answers of a change: `data` is told beside an error, too. */
export interface ChangeAnswer {
  readonly data: ApplyData;
  readonly error: Error | null;
}

/** One operation on a changeset that is on disk, planned to the last statement. */
export interface Undertaking {
  readonly operation: Operation;
  /** As it stands on disk. */
  readonly changeSet: ChangeSet;
  readonly steps: readonly Step[];
  readonly wanted: readonly WantedLine[];
  readonly journal: Journal;
  /** Whether its journal was closed before: a rollback that comes to nothing closes it again. */
  readonly wasClosed: boolean;
  readonly forced: boolean;
  /** The changeset when all went well. */
  readonly done: () => ChangeSet;
}

/**
 * Carries an operation out and writes down what became of it. Never throws for what server, network or disk say.
 * @returns the changeset as it is now, with the parameters that wait for a restart
 */
export async function carryOut(
  undertaking: Undertaking,
  held: Held,
  around: ChangeSurroundings,
): Promise<ChangeAnswer> {
  const { changeSet, steps, journal, operation } = undertaking;
  const { role } = held.server.facts;
  const audit = auditor(undertaking, role, around);
  let saved = changeSet;
  const execution = await execute(
    {
      ...held,
      ...undertaking,
      major: majorOf(held.server.facts.serverVersionNum),
      startedAt: held.server.facts.startedAt,
      begin: async () => {
        await journal.append({ step: 'begin', phase: 'intent', note: around.command });
        await audit('started', changeSet);
      },
      record: async () => {
        saved = undertaking.done();
        await audit(saved.status, saved);
        await held.store.save(saved);
        // What waits for its confirmation is not done with.
        await journal.append({ step: 'end', phase: saved.confirm_until === null ? 'done' : 'intent' });
      },
    },
    around,
  );
  if (execution.kind === 'done') {
    tellMasked(execution.verdicts, undertaking, around);
    const pending = pendingOf(execution.verdicts, undertaking);
    return answer(
      saved,
      steps.length > 0,
      pendingRestarts(placeOf(held.server, held.configuration), pending),
    );
  }
  const failed = afterFailure(changeSet, operation, execution);
  await recordFailure(failed, execution.kind, undertaking, { store: held.store, role }, around);
  const { data } = answer(failed, execution.kind === 'stuck', []);
  return { data, error: errorOfFailed(changeSet.id, execution) };
}

function answer(
  changeset: ChangeSet,
  changed: boolean,
  pending_restart: ApplyData['pending_restart'],
): ChangeAnswer {
  return {
    data: { dry_run: false, changed, changeset, observation: null, restart: null, pending_restart },
    error: null,
  };
}

type Audit = (outcome: AuditFacts['outcome'], changeSet: ChangeSet) => Promise<void>;

/** What writes lines of an operation to the audit log. @param role of the database */
export function auditor(
  { operation, forced }: Pick<Undertaking, 'operation' | 'forced'>,
  role: string,
  around: ChangeSurroundings,
): Audit {
  const { runId, command, home, clock } = around;
  return (outcome, changeSet) =>
    appendAudit(home, { outcome, operation, runId, command, role, changeSet, forced }, clock);
}

/** Writes down what a failure made of a changeset. The server is as it is; that it cannot be written down is told, and the next command finds it out. */
export async function recordFailure(
  failed: ChangeSet,
  kind: Exclude<Execution['kind'], 'done'>,
  undertaking: Pick<Undertaking, 'journal' | 'operation' | 'wasClosed' | 'forced'>,
  { store, role }: { readonly store: ChangeSetStore; readonly role: string },
  around: ChangeSurroundings,
): Promise<void> {
  const { journal, operation, wasClosed } = undertaking;
  try {
    await auditor(undertaking, role, around)(failed.status, failed);
    await store.save(failed);
    const isClosed = kind === 'undone' && (operation === 'apply' || wasClosed);
    if (isClosed) await journal.append({ step: 'end', phase: 'done' });
  } catch (error) {
    if (!(error instanceof PgdbaError)) throw error;
    around.warn(
      'state_not_written',
      `what became of the changeset could not be written down: ${error.message}`,
      {
        hint: 'pgdba config history will show it as unfinished; rolling it back then changes nothing.',
        subject: failed.id,
      },
    );
  }
}

/** Whom the plan already warned of is not told again. */
function tellMasked(verdicts: Verdicts, { changeSet }: Undertaking, around: ChangeSurroundings): void {
  for (const [name, verdict] of verdicts) {
    const isKnown = changeSet.parameters.some((one) => one.name === name && one.masked_by.length > 0);
    if (verdict.kind !== 'masked' || isKnown) continue;
    const { source, current } = verdict;
    around.warn(
      'masked_for',
      `${name} is "${current}" in sessions like this one, which have it from: ${source}`,
      {
        subject: name,
      },
    );
  }
}

/** The parameters that wait for a restart, with the lines that they had before the operation. */
export function pendingOf(
  verdicts: Verdicts,
  { changeSet, operation, steps }: Pick<Undertaking, 'changeSet' | 'operation' | 'steps'>,
): Pending[] {
  return [...verdicts].flatMap(([name, verdict]) => {
    if (verdict.kind !== 'waits_for_restart') return [];
    const step = steps.find(({ id }) => id === name);
    const parameter = changeSet.parameters.find((one) => one.name === name);
    const before = operation === 'rollback' ? parameter?.new_value : parameter?.old_line;
    const oldLine = step === undefined ? (before ?? null) : step.from;
    return [{ name, current: verdict.current, pending: verdict.pending, oldLine }];
  });
}
