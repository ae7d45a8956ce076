import type { Severity } from '../../../src/check/rule.js';

/**
 * Where a fault is planted. `planted`: a server that has as many faults at once as can be. `switched`: the same server
 * after another reload, with what would have hidden the others. `standby`: a standby whose replay is paused, and `cut`:
 * the same without its primary. `primary`: what that standby's primary says.
 */
export type Scene = 'planted' | 'switched' | 'standby' | 'cut' | 'primary';

/** How it was seen that a rule finds its fault, and nothing beside it. */
export interface Proof {
  readonly rule: string;
  readonly scene: Scene;
  /** Majors on which the fault can exist; all of them when absent. */
  readonly since?: number;
  readonly until?: number;
  /** Settings that the server starts with, its lines of pg_hba.conf, and settings that are loaded in the end. */
  readonly start?: Readonly<Record<string, string>>;
  readonly hba?: readonly string[];
  readonly reload?: Readonly<Record<string, string>>;
  /** Statements in the database `planted`, one at a time, the decoys among them. */
  readonly sql?: readonly string[];
  /** What stands in the thresholds file: time and volume are not waited for. At the defaults the rule is silent then. */
  readonly thresholds?: Readonly<Record<string, number>>;
  /** Everything that the rule may find, by `type:name`; `$NAME` is the pid of a session of the scene. */
  readonly finds: Readonly<Record<string, Severity>>;
  /** The near miss that is there at the same time and is not found. */
  readonly decoy: string;
}

/** Whether the fault can exist on that major. */
export function existsOn({ since = 0, until = Infinity }: Proof, major: number): boolean {
  return major >= since && major <= until;
}
