import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PgdbaError } from '../../../../src/core/errors.js';
import { alterSystemReset, alterSystemSet } from '../../../../src/core/setting/alterSystem.js';
import { parseRequest } from '../../../../src/tuning/changeset/request.js';
import { fuzzedRequests } from '../../../support/fuzzedRequests.js';

test(
  '10,000 documents: each is refused with exit 2, or names only what ALTER SYSTEM may be given',
  { timeout: 120_000 },
  () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(fuzzedRequests, (text) => {
        try {
          const { changes } = parseRequest(text);
          seen.taken++;
          expect(changes.length).toBeGreaterThan(0);
          for (const { name, new_value } of changes) {
            const sql = statementOf(name, new_value);
            expect(sql).not.toMatch(/[\n\r\0]/);
          }
        } catch (error) {
          if (!(error instanceof PgdbaError)) throw error;
          seen.refused++;
          expect([error.code, error.exit]).toEqual(['invalid_input', 2]);
          expect(error.message.length).toBeLessThan(1000);
        }
      }),
      { numRuns: 10_000, seed: 17 },
    );
    expect(seen.taken).toBeGreaterThan(1000);
    expect(seen.refused).toBeGreaterThan(1000);
  },
);

/** A list that cannot be split has no statement. */
function statementOf(name: string, value: string | null): string {
  try {
    return value === null ? alterSystemReset(name) : alterSystemSet(name, value, 18);
  } catch (error) {
    if (error instanceof PgdbaError && error.code === 'parameter_value_invalid') return '';
    throw error;
  }
}
