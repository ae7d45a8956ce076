import type { PgdbaError } from '../../core/errors.js';
import type { AdvisoryLock } from './advisoryLock.js';
import type { ChangeSet } from './changeSet.js';
import type { ClusterLock } from './clusterLock.js';
import type { Step } from './executeStep.js';
import type { Journal } from './journal.js';
import type { Verdicts } from './verify.js';
import type { WantedLine } from './verifyParameter.js';

/** A change that is prepared to the last detail, and the locks that it is carried out under. */
export interface Work {
  readonly changeSet: ChangeSet;
  readonly steps: readonly Step[];
  /** What the file should say of every parameter of the changeset afterwards. */
  readonly wanted: readonly WantedLine[];
  readonly major: number;
  readonly journal: Journal;
  readonly lock: ClusterLock;
  readonly writer: AdvisoryLock;
  /** When the server started that it is carried out on (ServerFacts.startedAt). */
  readonly startedAt: string;
  /** Writes down that it begins; before it, nothing is on disk that would have to be closed. */
  readonly begin: () => Promise<void>;
  /** Writes down that it is done: the last step, so that a change that cannot be recorded is taken back. */
  readonly record: () => Promise<void>;
}

/** What a change failed of, and at which parameters; none when it was not the fault of one. */
export interface Failure {
  readonly cause: Error;
  readonly parameters: ReadonlyMap<string, PgdbaError>;
}

/** How far a change came. */
export interface Progress {
  /** Parameters whose steps were sent, perhaps in vain. */
  readonly begun: ReadonlySet<string>;
  /** Those that the server confirmed. */
  readonly confirmed: ReadonlySet<string>;
  /** Whether the server may have loaded the new values. */
  readonly loaded: boolean;
}

/** Every line is as it was before the change. */
export interface Undone {
  readonly kind: 'undone';
}

/** Some lines are not as they were, or nobody knows; `undone` are the parameters whose lines are. */
export interface Stuck {
  readonly kind: 'stuck';
  readonly undoError: Error;
  readonly undone: ReadonlySet<string>;
}

/** How the steps of a change ended. */
export type Execution = Progress &
  (
    | { readonly kind: 'done'; readonly verdicts: Verdicts }
    | ((Undone | Stuck) & { readonly failure: Failure })
  );
