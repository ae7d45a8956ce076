import { CONFIDENCES, type Confidence, type ReplicaTold } from './indexHealthData.js';
import type { Suspect } from './suspect.js';

/** How an index was used on another server. */
export interface ReplicaUse {
  readonly scans: number;
  readonly lastScan: string | null;
}

/** What is known of the use of indexes beyond this server. */
export interface Use {
  readonly windowMs: number;
  readonly replicas: readonly ReplicaTold[];
  /** Use by oid, of each replica that told it: a physical replica has the oids of its primary. */
  readonly elsewhere: readonly ReadonlyMap<number, ReplicaUse>[];
  /** Replicas that did not tell, and those that are connected and were not asked. */
  readonly unseen: number;
  /** The server's clock, ISO 8601 UTC. */
  readonly now: string;
}

/** Whether a replica used the index: ever, or where the last time is known within the window. */
export function usedElsewhere(oid: number, { elsewhere, windowMs, now }: Use): boolean {
  return elsewhere.some((told) => {
    const use = told.get(oid);
    if (use === undefined || use.scans === 0) return false;
    return use.lastScan === null || Date.parse(now) - Date.parse(use.lastScan) <= windowMs;
  });
}

/** The next lower confidence. */
export function lowered(confidence: Confidence): Confidence {
  return CONFIDENCES[Math.min(CONFIDENCES.indexOf(confidence) + 1, CONFIDENCES.length - 1)] ?? 'low';
}

/** Statistics that are younger than the window are half sure from this share of it on. */
const HALF_SURE = 0.25;

/**
 * How sure it is that nobody uses an index: by the age of the youngest statistics that say so, here or on a replica,
 * and low where a replica was not seen.
 */
export function unusedConfidence(index: Suspect, { windowMs, replicas, unseen, now }: Use): Confidence {
  if (unseen > 0) return 'low';
  const since = [
    index.stats_reset,
    ...replicas.filter(({ reachable }) => reachable).map((told) => told.stats_reset),
  ];
  const ages = since.map((time) => (time === null ? 0 : Date.parse(now) - Date.parse(time)));
  const youngest = Math.min(...ages);
  if (youngest >= windowMs) return 'high';
  return youngest >= windowMs * HALF_SURE ? 'medium' : 'low';
}
