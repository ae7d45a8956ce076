import type { Told } from '../../patroni/client.js';
import type { DcsConfig } from '../../patroni/answers.js';
import type { ClusterLock } from '../changeset/clusterLock.js';
import type { DcsKey, ProvenMember } from '../changeset/dcsChange.js';
import type { Journal } from '../changeset/journal.js';
import type { WantedValue } from './memberVerdict.js';

/** A change of the DCS that is prepared to the last detail. */
export interface DcsWork {
  readonly keys: readonly DcsKey[];
  /** What every member shall have afterwards, in the order of the changeset's parameters, and how to go back. */
  readonly wanted: readonly WantedValue[];
  readonly wantedBack: readonly WantedValue[];
  readonly members: readonly ProvenMember[];
  readonly isForetold: (member: string, parameter: string) => boolean;
  /** Whether there is anything to send. */
  readonly sends: boolean;
  /** What the DCS itself said just now, and through which node; null = it is to be asked again. */
  readonly seen: Told<DcsConfig> | null;
  /** Whether the change stays although a member did not prove it. */
  readonly keepsUnproven: (member: ProvenMember) => boolean;
  readonly journal: Journal;
  readonly lock: ClusterLock;
  /** Writes down that it begins. */
  readonly begin: () => Promise<void>;
  /** Writes down that it is done: the last step, so that a change that cannot be recorded is taken back. */
  readonly record: (members: readonly ProvenMember[]) => Promise<void>;
}
