import type { Clock } from '../core/clock.js';
import { PgdbaError } from '../core/errors.js';
import { maskSetting } from '../core/mask.js';
import { displaySetting, sameSetting } from '../core/setting/value.js';
import type { RestartStep } from './restartPlan.js';
import type { RestartMember, RestartSql } from './restartSight.js';

/** A parameter before and after; as SHOW prints it, secrets masked. */
export interface ProvedValue {
  readonly name: string;
  readonly before: string;
  /** Null where nobody tells what it was to be. */
  readonly expected: string | null;
  /** Null while it is not known. */
  readonly after: string | null;
  readonly inForce: boolean | null;
}

/** What SQL shows of a member that was told to restart. */
export type Proof =
  | { readonly kind: 'restarted'; readonly sql: RestartSql; readonly values: readonly ProvedValue[] }
  /** It runs with the postmaster that it had before. */
  | { readonly kind: 'same_postmaster'; readonly sql: RestartSql; readonly values: readonly ProvedValue[] }
  | { readonly kind: 'away'; readonly why: string };

export interface ProofDeps {
  readonly lookAt: (member: string) => Promise<Pick<RestartMember, 'sql'>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const LOOK_EVERY_MS = 500;

/**
 * Looks at the member over SQL until another postmaster answers than before, or the time is over.
 * @param before its pg_postmaster_start_time()
 * @param deadlineMs by the clock's monotonicMs()
 */
export async function proveRestart(
  step: RestartStep,
  before: string,
  deadlineMs: number,
  { lookAt, clock, signal }: ProofDeps,
): Promise<Proof> {
  for (;;) {
    const { sql } = await lookAt(step.member);
    const proof = proofOf(step, before, sql);
    if (proof.kind === 'restarted' || clock.monotonicMs() >= deadlineMs || signal.aborted) return proof;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

function proofOf(step: RestartStep, before: string, sql: RestartMember['sql']): Proof {
  if (sql instanceof PgdbaError) return { kind: 'away', why: sql.message };
  const values = valuesOf(step, sql);
  return { kind: sql.startedAt === before ? 'same_postmaster' : 'restarted', sql, values };
}

/** @param sql null before the restart */
export function valuesOf({ expects }: RestartStep, sql: RestartSql | null): readonly ProvedValue[] {
  return expects.map(({ name, setting, wanted }) => {
    const after = sql?.configuration.settings.get(name.toLowerCase());
    const shown = (value: string): string => maskSetting(name, displaySetting(setting, value));
    return {
      name,
      before: shown(setting.setting),
      expected: wanted === null ? null : shown(wanted),
      after: after === undefined ? null : shown(after.setting),
      inForce: wanted === null || after === undefined ? null : sameSetting(setting, after.setting, wanted),
    };
  });
}
