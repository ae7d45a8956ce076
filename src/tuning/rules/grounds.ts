import { LEAST_OBSERVED_S, type Evidence } from '../evidence.js';
import { CONFIDENCES, type Confidence, type Proposal } from '../rule.js';
import type { Situation } from '../situation.js';

/** The seconds that a family of counters covers. */
type Window = Extract<keyof Evidence, `${string}_observed_s`>;

/**
 * Why the statistics say nothing yet: there are none, they cannot be seen, or they cover less than LEAST_OBSERVED_S.
 * Null when they do.
 */
export function unobserved({ evidence }: Situation, windows: readonly Window[]): string | null {
  if (evidence === null) return 'no server, so no statistics';
  for (const window of windows) {
    const seconds = evidence[window];
    if (seconds === null) return `${window} cannot be told by this server to this role`;
    if (seconds < LEAST_OBSERVED_S) {
      return `${window} is ${String(Math.floor(seconds))}, of ${String(LEAST_OBSERVED_S)} at least`;
    }
  }
  return null;
}

/**
 * Confidence and evidence of a value that the statistics could speak for or against: one step less sure, and told as
 * `no_evidence`, while they say nothing.
 */
export function withEvidence(
  situation: Situation,
  windows: readonly Window[],
  confidence: Confidence,
  evidence: Proposal['evidence'],
): Pick<Proposal, 'confidence' | 'evidence'> {
  const missing = unobserved(situation, windows);
  if (missing === null) return { confidence, evidence };
  return { confidence: lower(confidence), evidence: { ...evidence, no_evidence: missing } };
}

function lower(confidence: Confidence): Confidence {
  return CONFIDENCES[CONFIDENCES.indexOf(confidence) + 1] ?? 'low';
}
