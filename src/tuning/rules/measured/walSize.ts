import type { Evidence } from '../../evidence.js';
import type { Chosen, Confidence, Rule } from '../../rule.js';
import type { Situation } from '../../situation.js';
import { unobserved } from '../grounds.js';
import { inForce } from '../inForce.js';
import { fullGigabytes, GB } from '../sizes.js';

/** Above what the average needs: the busy hour writes more than the quiet night. */
const HEADROOM = 1.5;
/** So many checkpoints forced by volume, and such a share of all, are a habit and no accident. */
const LEAST_FORCED = 3;
const LEAST_FORCED_RATIO = 0.1;
const MOST_BYTES = 64 * GB;
/** Where the disk is not known: hardly any that holds a database lacks this much. */
const MOST_CONSERVATIVE_BYTES = 4 * GB;
const WORTH_IT_RATIO = 1.05;
const A_DAY_S = 86_400;
/** 12 and 13 tell WAL since the last checkpoint only: a minute of it at least. */
const LEAST_RECENT_S = 60;

/**
 * max_wal_size for WAL that is written between two checkpoints by time. The server begins one when max_wal_size / (1 +
 * checkpoint_completion_target) was written since the last began (CalculateCheckpointSegments in xlog.c), so that the
 * least that is enough is rate × checkpoint_timeout × (1 + target). Never lowers. Builds on checkpoint_timeout,
 * checkpoint_completion_target and max_wal_size.
 */
export const measuredWalSize: Rule = {
  id: 'measured.wal_size',
  title: 'Room for the WAL that is really written between checkpoints',
  parameters: ['max_wal_size', 'min_wal_size'],
  reference: 'https://www.postgresql.org/docs/current/wal-configuration.html',
  propose: (situation, chosen) => {
    const need = needOf(situation, chosen);
    const current = chosen.numberOf('max_wal_size');
    if (need === null || current === null || need.bytes <= current * WORTH_IT_RATIO) return [];
    const { bytes, confidence, evidence } = need;
    const min = chosen.numberOf('min_wal_size') ?? bytes;
    const common = { confidence, source: 'measured', evidence } as const;
    return [
      {
        ...common,
        parameter: 'max_wal_size',
        value: fullGigabytes(bytes),
        rationale:
          'WAL volume, and not time, begins checkpoints here, or will; each makes the next change of every page write its full image. pg_wal needs that much room.',
      },
      ...(min * 4 < bytes
        ? [
            {
              ...common,
              parameter: 'min_wal_size',
              value: fullGigabytes(bytes / 4),
              rationale:
                'A quarter of max_wal_size is kept for reuse, so that the next busy hour makes no new files.',
            },
          ]
        : []),
    ];
  },
};

interface Need {
  readonly bytes: number;
  readonly confidence: Confidence;
  readonly evidence: Readonly<Record<string, number | null>>;
}

function needOf(situation: Situation, chosen: Chosen): Need | null {
  const { evidence, profile } = situation;
  const timeout = chosen.numberOf('checkpoint_timeout');
  const spread = chosen.numberOf('checkpoint_completion_target');
  const before = inForce(situation, 'max_wal_size');
  const rate = evidence?.wal_bytes_per_s ?? null;
  if (evidence === null || timeout === null || spread === null || before === null || rate === null)
    return null;
  if (unobserved(situation, ['checkpoints_observed_s']) !== null) return null;
  const isForced = forcedByVolume(evidence, before, spread);
  if (!isTrustworthy(situation, evidence, isForced)) return null;
  const byRate = rate * timeout * (1 + spread) * HEADROOM;
  const most = profile === 'remote-conservative' ? MOST_CONSERVATIVE_BYTES : MOST_BYTES;
  const isLong = (evidence.wal_observed_s ?? 0) >= A_DAY_S;
  return {
    bytes: Math.min(most, Math.max(byRate, isForced ? 2 * before : 0)),
    confidence: isForced && isLong ? 'high' : isForced || isLong ? 'medium' : 'low',
    evidence: {
      wal_bytes_per_s: Math.round(rate),
      wal_observed_s: Math.round(evidence.wal_observed_s ?? 0),
      checkpoints_timed: evidence.checkpoints_timed,
      checkpoints_requested: evidence.checkpoints_requested,
      checkpoint_timeout_s: timeout,
      in_force_bytes: before,
      wal_directory_bytes: evidence.wal_directory_bytes,
    },
  };
}

/**
 * Whether WAL volume forces checkpoints. CHECKPOINT, backups and some commands count as requested too; as many as were
 * forced by volume can have been only if so much WAL was written.
 */
function forcedByVolume(evidence: Evidence, maxWalSize: number, spread: number): boolean {
  const { checkpoints_requested: requested, checkpoints_timed: timed, wal_bytes: written } = evidence;
  if (requested === null || timed === null) return false;
  const possible = written === null ? requested : Math.floor(written / (maxWalSize / (1 + spread)));
  const forced = Math.min(requested, possible);
  return forced >= LEAST_FORCED && forced / (requested + timed) >= LEAST_FORCED_RATIO;
}

/** A rate of minutes, as on 12 and 13, counts only beside checkpoints that speak for it. */
function isTrustworthy(situation: Situation, evidence: Evidence, isForced: boolean): boolean {
  if (evidence.wal_bytes === null) return isForced && (evidence.wal_observed_s ?? 0) >= LEAST_RECENT_S;
  return unobserved(situation, ['wal_observed_s']) === null;
}
