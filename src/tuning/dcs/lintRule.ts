import type { Setting } from '../../core/setting/spec.js';
import type { DcsConfig } from '../../patroni/answers.js';
import type { DcsKey } from '../changeset/dcsChange.js';
import type { GuardFinding } from '../changeset/guards/guard.js';
import type { MemberLook } from './clusterLook.js';

/** One key that is to be changed. */
export interface DcsPlanned {
  /** The parameter, as PostgreSQL writes it. */
  readonly name: string;
  /** The name in lower case. */
  readonly key: string;
  /** As the leader has it; null for what it does not show. */
  readonly spec: Setting | null;
  /** As it was asked for; null = the key goes. */
  readonly newValue: string | null;
  readonly dcs: DcsKey;
}

/** All that a rule decides by. */
export interface LintContext {
  readonly config: DcsConfig;
  readonly members: readonly MemberLook[];
  readonly changes: readonly DcsPlanned[];
  readonly isPaused: boolean;
  /** Parameters, in lower case, that Patroni 3 has heard of; it drops others. */
  readonly knownToPatroni3: ReadonlySet<string>;
}

/** One way in which Patroni answers 200 to a PATCH and ignores or changes it. */
export interface LintRule {
  /** Stable, e.g. `own.minimum`. */
  readonly id: string;
  /** What Patroni does with such a PATCH. */
  readonly silently: string;
  /** Pure. */
  readonly check: (context: LintContext) => readonly GuardFinding[];
}
