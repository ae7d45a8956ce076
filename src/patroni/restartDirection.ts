import { PgdbaError } from '../core/errors.js';
import type { RestartMember } from './restartSight.js';
import type { Waiting, WaitingParameter } from './restartWaiting.js';

/**
 * `raise`, `lower`: one of the five parameters that a standby must have at least as high as its primary, by what the
 * leader has now; `follow`: one of them that the leader already has as wanted; `other`: any other parameter.
 */
export type Direction = 'raise' | 'lower' | 'follow' | 'other';

/**
 * Parameters with which a standby must start at least as high as its primary, for they size what it needs to replay.
 * Source: CheckRequiredParameterValues() in PostgreSQL's xlogrecovery.c (xlog.c before 15).
 */
const STANDBY_SENSITIVE = new Set([
  'max_connections',
  'max_locks_per_transaction',
  'max_prepared_transactions',
  'max_wal_senders',
  'max_worker_processes',
]);

/** The direction of each parameter that waits somewhere, by its name in lower case. */
export function directionsOf(
  leader: RestartMember | null,
  waiting: ReadonlyMap<string, Waiting | null>,
): ReadonlyMap<string, Direction> {
  const all = [...waiting.values()].flatMap((one) => one?.parameters ?? []);
  return new Map(all.map((one) => [one.name.toLowerCase(), directionOf(one, leader)]));
}

function directionOf({ name, wanted }: WaitingParameter, leader: RestartMember | null): Direction {
  const key = name.toLowerCase();
  if (!STANDBY_SENSITIVE.has(key)) return 'other';
  const sql = leader === null || leader.sql instanceof PgdbaError ? null : leader.sql;
  const now = sql?.configuration.settings.get(key)?.setting;
  // Who must not be lowered too early is treated as raised: the replicas first, which harms nobody.
  if (wanted === null || now === undefined) return 'raise';
  if (Number(wanted) === Number(now)) return 'follow';
  return Number(wanted) > Number(now) ? 'raise' : 'lower';
}
