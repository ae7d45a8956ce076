import type { ClusterView, DcsConfig } from './answers.js';
import type { Told } from './client.js';
import type { ConfiguredMember } from './config.js';

/** The configuration of a Patroni cluster as one look showed it: what the DCS holds, and what each member made of it. */
export interface DcsSight {
  readonly told: Told<DcsConfig>;
  readonly view: ClusterView;
  readonly members: readonly ConfiguredMember[];
}
