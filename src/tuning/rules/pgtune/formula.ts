import type { Machine } from './machine.js';

/** One line of PGTune's answer. */
export interface Formula {
  readonly parameter: string;
  /** First major that the line is printed for; every one when absent. */
  readonly since?: number;
  /** Why PGTune says so, for a DBA. */
  readonly rationale: string;
  /** As PGTune prints it; null when it prints no such line for this machine. */
  readonly value: (machine: Machine) => string | null;
}
