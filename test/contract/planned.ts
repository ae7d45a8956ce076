import { connect } from '../../src/db/connect.js';
import { resolveConnection } from '../../src/db/libpq/resolve.js';
import { processSurroundings } from '../../src/db/libpq/surroundings.js';
import { Session } from '../../src/db/session.js';
import type { PgdbaError } from '../../src/core/errors.js';
import type { Request } from '../../src/tuning/changeset/changeSet.js';
import type { Plan, PlanOptions } from '../../src/tuning/changeset/plan.js';
import { planChange, refusalOf } from '../../src/tuning/changeset/planChange.js';
import { parseRequest } from '../../src/tuning/changeset/request.js';
import { meetConfigured } from '../../src/tuning/configuration.js';

const LIMITS = { statementTimeoutMs: 20_000, lockTimeoutMs: 2_000 };

const GB = 1024 ** 3;

const NEW_ID = '01890000-0000-7000-8000-000000000001';

const OPTIONS: PlanOptions = {
  force: false,
  now: new Date('2026-01-01T00:00:00Z'),
  newId: () => NEW_ID,
  via: 'auto',
  ramBytes: 64 * GB,
  dcs: null,
};

/** Parameters and their new values; null = RESET. */
export type Wanted = Readonly<Record<string, string | number | boolean | null>>;

/** A changeset file with the parameters. */
export function documentOf(wanted: Wanted): string {
  const parameters = Object.entries(wanted).map(([name, new_value]) => ({ name, new_value }));
  return JSON.stringify({ parameters });
}

export interface Planned {
  readonly plan: Plan;
  readonly refusal: PgdbaError | null;
  /** `severity code parameter` of each finding. */
  readonly told: readonly string[];
}

/** Plans for the role of `dsn`, and tells what became of it. */
export async function plan(
  dsn: string,
  wanted: Wanted | Request,
  options: Partial<PlanOptions> = {},
): Promise<Planned> {
  const request = isRequest(wanted) ? wanted : parseRequest(documentOf(wanted));
  const planner = await openPlanner(dsn);
  try {
    return await planner.plan(request, options);
  } finally {
    await planner.close();
  }
}

function isRequest(wanted: Wanted | Request): wanted is Request {
  return 'changes' in wanted;
}

export interface Planner {
  plan(request: Request, options?: Partial<PlanOptions>): Promise<Planned>;
  close(): Promise<void>;
}

/** One look at a server, for many plans. */
export async function openPlanner(dsn: string): Promise<Planner> {
  const connection = await connect(resolveConnection({ dsn }, processSurroundings({})), {
    applicationName: 'pgdba/test',
    guards: {},
    signal: new AbortController().signal,
  });
  const session = new Session(connection, LIMITS);
  const { server, configuration } = await meetConfigured(session);
  return {
    async plan(request, options = {}) {
      const made = await planChange(server, configuration, request, { ...OPTIONS, ...options });
      const told = made.findings.map(({ severity, code, parameter }) =>
        [severity, code, parameter ?? '-'].join(' '),
      );
      return { plan: made, refusal: refusalOf(made), told };
    },
    close: () => session.close(),
  };
}
