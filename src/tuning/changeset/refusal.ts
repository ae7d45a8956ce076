import { ERROR_CODES, type ErrorCode } from '../../core/codes.js';
import { PgdbaError } from '../../core/errors.js';
import type { Plan, PlanFinding } from './plan.js';

/** Which exit code wins when a plan is refused for several reasons: malformed before conflict before precondition. */
const EXITS_IN_ORDER = [2, 7, 5];

/**
 * Why the plan may not be carried out; null when it may. The code is that of the first finding of the gravest exit code
 * (2, then 7, then 5); the message tells every refusal, and `details.findings` lists them.
 */
export function refusalOf({ findings }: Plan): PgdbaError | null {
  const refusals = findings.filter(({ severity }) => severity === 'refuse');
  const gravest = [...refusals].sort((a, b) => rank(a) - rank(b))[0];
  if (gravest === undefined) return null;
  const messages = [...new Set(refusals.map(({ message }) => message))];
  return new PgdbaError(gravest.code as ErrorCode, messages.join('; '), {
    ...(gravest.hint === undefined ? {} : { hint: gravest.hint }),
    details: { findings: refusals },
  });
}

function rank({ code }: PlanFinding): number {
  const at = EXITS_IN_ORDER.indexOf(ERROR_CODES[code as ErrorCode].exit);
  return at < 0 ? EXITS_IN_ORDER.length : at;
}
