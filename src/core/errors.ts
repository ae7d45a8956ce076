import { ERROR_CODES, type ErrorCode } from './codes.js';

interface ErrorContext {
  readonly hint?: string;
  readonly sqlstate?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * Every failure that pgdba can name. The code decides exit code, retryability and the default hint
 * (src/core/codes.ts); message and details must hold no secret, because both reach stdout.
 */
export class PgdbaError extends Error {
  override readonly name = 'PgdbaError';
  readonly code: ErrorCode;
  readonly exit: number;
  readonly retryable: boolean;
  readonly hint: string;
  readonly sqlstate: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, context: ErrorContext = {}) {
    super(message, context.cause === undefined ? undefined : { cause: context.cause });
    const entry = ERROR_CODES[code];
    this.code = code;
    this.exit = entry.exit;
    this.retryable = entry.retryable;
    this.hint = context.hint ?? entry.hint;
    this.sqlstate = context.sqlstate;
    this.details = context.details;
  }
}

/** What `catch` caught, as an Error: JavaScript lets anything be thrown. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
