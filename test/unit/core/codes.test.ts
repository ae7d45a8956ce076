import { describe, expect, it } from 'vitest';
import { ERROR_CODES, EXIT_CODES, type ErrorCode } from '../../../src/core/codes.js';
import { asError, PgdbaError } from '../../../src/core/errors.js';

/** The contract's exit codes, written again: this is what callers rely on. */
const CONTRACT_EXITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 129, 130, 143];

const codes = Object.entries(ERROR_CODES);

describe('the table of error codes', () => {
  it('documents the exit codes of the contract and no others', () => {
    expect(Object.keys(EXIT_CODES).map(Number)).toEqual(CONTRACT_EXITS);
    expect(Object.values(EXIT_CODES).every((meaning) => meaning !== '')).toBe(true);
  });

  it.each(codes)('%s is snake_case, has a failing exit code, a meaning and a hint', (code, entry) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(CONTRACT_EXITS).toContain(entry.exit);
    expect([0, 3]).not.toContain(entry.exit);
    expect(entry.meaning).toMatch(/^\S.*[^.\s]$/);
    expect(entry.hint).toMatch(/^\S.*\.$/);
  });

  it('says each thing once', () => {
    const meanings = codes.map(([, { meaning }]) => meaning);
    expect(new Set(meanings).size).toBe(meanings.length);
  });

  it.each<[ErrorCode, number, boolean]>([
    ['internal', 1, false],
    ['output_failed', 1, false],
    ['usage', 2, false],
    ['unknown_command', 2, false],
    ['invalid_input', 2, false],
    ['connection_refused', 4, true],
    ['connection_lost', 4, true],
    ['auth_failed', 4, false],
    ['auth_method_unsupported', 4, false],
    ['password_required', 4, false],
    ['server_too_old', 5, false],
    ['insufficient_privilege', 5, false],
    ['extension_missing', 5, false],
    ['unknown_cluster', 5, false],
    ['state_unusable', 5, false],
    ['transaction_pooler', 5, false],
    ['statement_timeout', 6, true],
    ['run_timeout', 6, true],
    ['lock_held', 7, true],
    ['fingerprint_mismatch', 7, false],
    ['hung_up', 129, true],
    ['interrupted', 130, true],
    ['terminated', 143, true],
  ])('%s exits %i, retryable %s', (code, exit, retryable) => {
    expect(ERROR_CODES[code]).toMatchObject({ exit, retryable });
  });
});

describe('PgdbaError', () => {
  it('takes exit code, retryability and hint from the table', () => {
    const error = new PgdbaError('lock_held', 'somebody has it');
    expect(error).toMatchObject({ exit: 7, retryable: true, hint: ERROR_CODES.lock_held.hint });
  });

  it('keeps what the place that failed knows better', () => {
    const cause = new Error('below');
    const error = new PgdbaError('server_error', 'no', {
      hint: 'Try.',
      sqlstate: '42P01',
      details: { a: 1 },
      cause,
    });
    expect(error).toMatchObject({ hint: 'Try.', sqlstate: '42P01', details: { a: 1 }, cause });
  });
});

describe('asError', () => {
  it.each(['word', 7, null, undefined])('makes an Error of %j', (thrown) => {
    expect(asError(thrown).message).toBe(String(thrown));
  });

  it('leaves an Error as it is', () => {
    const error = new TypeError('x');
    expect(asError(error)).toBe(error);
  });
});
