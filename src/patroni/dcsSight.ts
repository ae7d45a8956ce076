import type { PgdbaError } from '../core/errors.js';
import type { ClusterView, DcsConfig } from './answers.js';
import type { Told } from './client.js';
import type { ConfiguredMember } from './config.js';

/** The configuration of a Patroni cluster as one look showed it: what the DCS holds, and what each member made of it. */
export interface DcsSight {
  readonly told: Told<DcsConfig>;
  readonly view: ClusterView;
  readonly members: readonly ConfiguredMember[];
}

/**
 * What a run knows of the DCS: null when nobody gave or registered a URL of Patroni, so that nobody was asked; the error
 * when somebody was, and nothing came of it.
 */
export type DcsKnown = DcsSight | PgdbaError | null;

/** Whether the DCS was seen. */
export function isSeen(dcs: DcsKnown): dcs is DcsSight {
  return dcs !== null && 'told' in dcs;
}
