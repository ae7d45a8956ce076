import type { Evidence } from '../evidence.js';
import { numberIn, rowOf, secondsSince, type Readings } from './readings.js';

type WriterEvidence = Pick<
  Evidence,
  | 'checkpoints_observed_s'
  | 'checkpoints_timed'
  | 'checkpoints_requested'
  | 'bgwriter_observed_s'
  | 'bgwriter_halts'
>;

/** What the checkpointer and the background writer did; until 16 one view holds both. */
export function writerEvidence(readings: Readings): WriterEvidence {
  const bgwriter = rowOf(readings, 'pg_stat_bgwriter');
  const checkpointer = rowOf(readings, 'pg_stat_checkpointer') ?? bgwriter;
  const checkpoints = readings.inRecovery ? null : checkpointer;
  return {
    checkpoints_observed_s: secondsSince(readings, checkpoints, 'stats_reset'),
    checkpoints_timed: numberIn(checkpoints, 'num_timed') ?? numberIn(checkpoints, 'checkpoints_timed'),
    checkpoints_requested: numberIn(checkpoints, 'num_requested') ?? numberIn(checkpoints, 'checkpoints_req'),
    bgwriter_observed_s: secondsSince(readings, bgwriter, 'stats_reset'),
    bgwriter_halts: numberIn(bgwriter, 'maxwritten_clean'),
  };
}
