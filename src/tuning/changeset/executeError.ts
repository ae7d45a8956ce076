import { PgdbaError } from '../../core/errors.js';
import type { ErrorCode } from '../../core/codes.js';
import { isOutOfReach } from './executeOutcome.js';
import type { Execution } from './executeWork.js';

/** What a server says to a step; to the caller it is one thing: the change was not taken. */
const REJECTIONS: readonly ErrorCode[] = [
  'server_error',
  'insufficient_privilege',
  'statement_timeout',
  'lock_timeout',
  'apply_failed',
];

/** Answers whose code tells less, or other things, than it seems to. */
const ADVICE: readonly { readonly isMeant: (error: PgdbaError) => boolean; readonly advice: string }[] = [
  {
    // config_file_error
    isMeant: ({ sqlstate }) => sqlstate === 'F0000',
    advice: 'The server cannot parse postgresql.auto.conf: mend the line by hand; its log names the line.',
  },
  {
    // The name of the file stands in the message in every language; a privilege that is missing does not name it.
    isMeant: ({ code, message }) =>
      code === 'insufficient_privilege' && message.includes('postgresql.auto.conf'),
    advice:
      'It is not this role that lacks the right: the account that the server runs as may not open the file.',
  },
];

function adviceFor(error: PgdbaError): string | null {
  return ADVICE.find(({ isMeant }) => isMeant(error))?.advice ?? null;
}

/** The error to tell of a change that failed: its cause, what became of the steps taken, and how to go on. */
export function errorOfFailed(id: string, execution: Exclude<Execution, { kind: 'done' }>): Error {
  const { failure, begun } = execution;
  const cause = causeOf(failure.cause);
  // A bug is told as one, with where it happened.
  if (!(cause instanceof PgdbaError)) return cause;
  if (execution.kind === 'stuck') return stuck(id, cause, execution.undoError);
  return undone(cause, begun.size === 0 ? 'nothing was changed' : 'every step was taken back');
}

/** A run that a signal ends is stopped without a word; what became of its change must be told all the same. */
function causeOf(cause: Error): Error {
  return cause.name === 'AbortError'
    ? new PgdbaError('interrupted', 'the run was told to stop', { cause })
    : cause;
}

function stuck(id: string, cause: PgdbaError, undoError: Error): PgdbaError {
  const next =
    `Take it back with pgdba config rollback --changeset-id ${id}, ` +
    `or finish it with pgdba config apply --resume --changeset-id ${id}; data.changeset tells each parameter.`;
  return new PgdbaError(
    isOutOfReach(undoError) ? 'partly_applied' : 'rollback_failed',
    `${cause.message}; taking it back failed: ${undoError.message}`,
    {
      hint: [adviceFor(cause), next].filter((text) => text !== null).join(' '),
      ...(cause.sqlstate === undefined ? {} : { sqlstate: cause.sqlstate }),
      details: {
        cause: cause.code,
        undo_error: undoError instanceof PgdbaError ? undoError.code : 'internal',
      },
      cause,
    },
  );
}

function undone(cause: PgdbaError, became: string): PgdbaError {
  const { sqlstate, details } = cause;
  const isRejection = REJECTIONS.includes(cause.code);
  return new PgdbaError(isRejection ? 'apply_failed' : cause.code, `${cause.message}; ${became}`, {
    hint: adviceFor(cause) ?? cause.hint,
    ...(sqlstate === undefined ? {} : { sqlstate }),
    details: { ...details, ...(isRejection ? { cause: cause.code } : {}) },
    cause,
  });
}
