import type { Server } from '../../cluster/server.js';
import { ERROR_CODES } from '../../core/codes.js';
import { PgdbaError } from '../../core/errors.js';
import { maskSecrets } from '../../core/mask.js';
import { alterSystemSet } from '../../core/setting/alterSystem.js';
import { parseSetting } from '../../core/setting/value.js';
import type { GuardFinding, PlannedChange } from './guards/guard.js';
import { holdsSecret } from './guards/secrets.js';

/**
 * Why PostgreSQL would not take a value, for each that it would not. What the server can try without effect on anybody, it
 * tries itself: a parameter that a session may set is set, and set back, within one statement of the snapshot. Those of
 * the whole server cannot be tried: whether their values please the server's own checks (synchronous_standby_names,
 * log_destination …) shows when ALTER SYSTEM is sent, which refuses them before it writes.
 * @throws PgdbaError what the network said
 */
export async function checkValues(
  server: Server,
  changes: readonly PlannedChange[],
): Promise<readonly GuardFinding[]> {
  const findings = await Promise.all(changes.map((change) => checkValue(server, change)));
  return findings.filter((finding) => finding !== null);
}

async function checkValue(server: Server, change: PlannedChange): Promise<GuardFinding | null> {
  const { name, newValue, spec } = change;
  // A secret is refused anyhow, and an error would quote it.
  if (newValue === null || holdsSecret(name, newValue)) return null;
  const parsed = spec === null ? null : parseSetting(spec, newValue);
  if (parsed?.ok === false) return invalid(name, parsed.message, parsed.hint);
  try {
    alterSystemSet(name, newValue, server.facts.major);
  } catch (error) {
    if (error instanceof PgdbaError) return invalid(name, error.message, error.hint);
    throw error;
  }
  return isTriable(change) ? tryInSession(server, name, newValue) : null;
}

/** Contexts that a session may set, when its role may. */
const OF_SESSION = new Set(['user', 'superuser']);

/** What would act on our own session as soon as it is set, and has no check beyond type and range. */
const ACTS_AT_ONCE = new Set(['transaction_timeout', 'exit_on_error']);

function isTriable({ key, spec }: PlannedChange): boolean {
  return spec !== null && OF_SESSION.has(spec.context) && !ACTS_AT_ONCE.has(key);
}

/** The inner SELECT is done before the outer: a volatile function in its list keeps the two apart. */
const TRY = /* sql */ `
SELECT t.tried, pg_catalog.set_config($1, t.before, true) AS restored
  FROM (SELECT pg_catalog.current_setting($1) AS before,
               pg_catalog.set_config($1, $2, true) AS tried
        OFFSET 0) AS t`;

/** Class 22 is about data, invalid_parameter_value among it; 42601 is a list that cannot be split. */
const SAYS_INVALID = /^(?:22|42601$)/;

async function tryInSession({ snapshot }: Server, name: string, value: string): Promise<GuardFinding | null> {
  const { result } = await snapshot.read({ sql: TRY, params: [name, value] });
  if (!(result instanceof PgdbaError)) return null;
  if (SAYS_INVALID.test(result.sqlstate ?? '')) return invalid(name, saidBy(result), ownHint(result));
  // A right that the role lacks, or a parameter that is fixed for a session: ALTER SYSTEM may take it all the same.
  if (result.code === 'server_error' || result.code === 'insufficient_privilege') return null;
  throw result;
}

/** The DETAIL of such an error says what is wrong with the value, and holds no row of anybody's. */
function saidBy({ message, cause }: PgdbaError): string {
  const detail = (cause as { readonly detail?: unknown } | undefined)?.detail;
  return typeof detail === 'string' && detail !== '' ? `${message} (${detail})` : message;
}

function ownHint({ code, hint }: PgdbaError): string | null {
  return hint === ERROR_CODES[code].hint ? null : hint;
}

function invalid(name: string, message: string, hint: string | null): GuardFinding {
  return {
    severity: 'refuse',
    code: 'parameter_value_invalid',
    parameter: name,
    message: `${name}: ${maskSecrets(message)}`,
    ...(hint === null ? {} : { hint }),
  };
}
