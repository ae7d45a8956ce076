import { PgdbaError } from '../../core/errors.js';
import type { ChangeParameter, ChangeSet } from './changeSet.js';
import type { Execution } from './executeWork.js';

type Status = ChangeSet['status'];
type Outcome = ChangeParameter['outcome'];

/** What a parameter's step is worth when all went well, and the changeset with it. */
interface Success {
  readonly status: Status;
  readonly outcome: Outcome;
}

/** What each operation makes of a changeset. */
export const SUCCESS = {
  apply: { status: 'applied', outcome: 'applied' },
  resume: { status: 'applied', outcome: 'applied' },
  rollback: { status: 'rolled_back', outcome: 'reverted' },
} as const satisfies Readonly<Record<string, Success>>;

export type Operation = keyof typeof SUCCESS;

/** The changeset after an operation that failed, each parameter with what became of it. Pure. */
export function afterFailure(
  changeSet: ChangeSet,
  operation: Operation,
  execution: Exclude<Execution, { kind: 'done' }>,
): ChangeSet {
  const parameters = changeSet.parameters.map((parameter) => ({
    ...parameter,
    outcome: outcomeOf(parameter, operation, execution),
    error: errorOf(parameter, execution),
  }));
  return { ...changeSet, parameters, status: statusOf(changeSet, operation, execution) };
}

function statusOf(
  { status }: ChangeSet,
  operation: Operation,
  execution: Exclude<Execution, { kind: 'done' }>,
): Status {
  if (execution.kind === 'undone') return operation === 'apply' ? 'reverted' : status;
  return isOutOfReach(execution.undoError) ? 'interrupted' : 'failed';
}

const OUT_OF_REACH = new Set(['patroni_unreachable', 'patroni_failed', 'patroni_answer_lost']);

/** Whether the undo failed because nobody answered, so that nothing is known of what the server holds. */
export function isOutOfReach(error: Error): boolean {
  return error instanceof PgdbaError && (error.exit === 4 || OUT_OF_REACH.has(error.code));
}

function outcomeOf(
  { name, outcome }: ChangeParameter,
  operation: Operation,
  execution: Exclude<Execution, { kind: 'done' }>,
): Outcome {
  if (execution.failure.parameters.has(name)) return 'failed';
  if (!execution.begun.has(name)) return outcome;
  if (execution.kind === 'undone' || execution.undone.has(name)) {
    return operation === 'apply' ? 'reverted' : outcome;
  }
  return execution.confirmed.has(name) ? SUCCESS[operation].outcome : 'failed';
}

function errorOf(
  { name, error }: ChangeParameter,
  execution: Exclude<Execution, { kind: 'done' }>,
): ChangeParameter['error'] {
  const own = execution.failure.parameters.get(name);
  if (own !== undefined) return { code: own.code, message: own.message, sqlstate: own.sqlstate ?? null };
  const isUnknown =
    execution.kind === 'stuck' &&
    execution.begun.has(name) &&
    !execution.confirmed.has(name) &&
    !execution.undone.has(name);
  if (!isUnknown) return error;
  return {
    code: 'connection_lost',
    message: 'the server did not say whether it took the statement',
    sqlstate: null,
  };
}
