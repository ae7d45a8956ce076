import type { ClusterIdentity } from '../../cluster/identity.js';
import type { PatroniClient } from '../../patroni/client.js';
import type { RestartAnswer } from '../../patroni/restartAnswer.js';
import type { StagedParameter } from '../../patroni/restartWaiting.js';

/** Which restart a change wants. */
export interface RestartAfterWish {
  readonly dryRun: boolean;
  /** Members of which SQL has shown that they wait. */
  readonly awaited: readonly string[];
  /** What the change is about to give the DCS, of a dry run. */
  readonly staged: readonly StagedParameter[];
}

/** The way to a Patroni cluster, and how far a change through it may go. */
export interface PatroniReach {
  /** Its requests end when the run must stop. */
  readonly client: PatroniClient;
  /** How long members are given to prove a change, milliseconds; null = twice loop_wait and three seconds. */
  readonly waitMs: number | null;
  /** Whether a change that some members did not prove stays. */
  readonly keepPartial: boolean;
  /** The cluster that the command’s own connection leads to; null when it has not been asked, or does not answer. */
  readonly expected: ClusterIdentity | null;
  /** Restarts the members on which something waits for it, in a safe order, each proved over SQL; or only plans it. */
  readonly restart: (wish: RestartAfterWish) => Promise<RestartAnswer>;
  /** The same way, whose requests end when `until` is aborted and not with the run: for taking back what was begun. */
  readonly lasting: (until: AbortSignal) => Promise<PatroniReach>;
}
