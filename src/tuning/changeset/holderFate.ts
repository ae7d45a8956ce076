import type { Clock } from '../../core/clock.js';
import { fateOf, type Fate } from '../../core/processIdentity.js';
import { tokenOf } from './holderFile.js';
import type { LockHolder } from './lockSchema.js';

/** A holder says that it lives once in this time. */
export const HEARTBEAT_MS = 1_000;

/** After so long without a heartbeat a holder elsewhere has lost the lock. */
export const EXPIRES_MS = 30_000;

/** Clocks of two machines differ: a heartbeat that looks old must also stand still for so long before our eyes. */
const OBSERVED_MS = 3 * HEARTBEAT_MS;

/** What became of a holder, as far as it can be proven from here. */
export function fateOfHolder({ pid, process_start, boot_id, host, pid_space }: LockHolder): Promise<Fate> {
  return fateOf({ pid, process_start, boot_id, host, pid_space: pid_space ?? null });
}

/** Whether a heartbeat is older than it may be, by our own clock. */
export function looksExpired({ heartbeat_at }: LockHolder, now: Date): boolean {
  const ageMs = now.getTime() - Date.parse(heartbeat_at);
  return !(ageMs <= EXPIRES_MS);
}

/** `undecided`: it will be known within seconds. */
type Verdict = 'there' | 'undecided' | 'gone';

/** A heartbeat, since when it stands still, and whether it moved before our eyes. */
interface Seen {
  readonly heartbeat: string;
  readonly sinceMs: number;
  readonly moved: boolean;
}

/** Watches holders until it is known whether they are still there. */
export class HolderWatch {
  readonly #seen = new Map<string, Seen>();

  constructor(private readonly clock: Clock) {}

  /**
   * One on this host is gone once it is proven dead, and a stopped one never is. One elsewhere is gone once its
   * heartbeat has stood still for EXPIRES_MS, or looks that old and has stood still for seconds.
   */
  async verdict(holder: LockHolder): Promise<Verdict> {
    const fate = await fateOfHolder(holder);
    if (fate !== 'elsewhere') return fate === 'dead' ? 'gone' : 'there';
    const { sinceMs, moved } = this.#look(holder);
    const stillMs = this.clock.monotonicMs() - sinceMs;
    if (stillMs >= EXPIRES_MS) return 'gone';
    if (moved || !looksExpired(holder, this.clock.now())) return 'there';
    return stillMs >= OBSERVED_MS ? 'gone' : 'undecided';
  }

  #look(holder: LockHolder): Seen {
    const known = this.#seen.get(tokenOf(holder));
    if (known?.heartbeat === holder.heartbeat_at) return known;
    const sinceMs = this.clock.monotonicMs();
    const seen = { heartbeat: holder.heartbeat_at, sinceMs, moved: known !== undefined };
    this.#seen.set(tokenOf(holder), seen);
    return seen;
  }
}
