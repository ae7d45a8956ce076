import type { Chosen, Proposal, Rule } from '../../rule.js';
import type { Situation } from '../../situation.js';
import { unobserved, withEvidence } from '../grounds.js';
import { agreedSource, pgtuneBytes, pgtuneValue } from '../ofPgtune.js';
import { GB, wholeMegabytes } from '../sizes.js';

/** The counters that measured.wal_size goes by; where they say enough, nothing is guessed here. */
const WINDOWS = ['wal_observed_s', 'checkpoints_observed_s'] as const;

/** A host with little memory rarely has a large disk: no more WAL than twice its RAM, but PostgreSQL's default always. */
const OF_RAM_RATIO = 2;
const DEFAULT_MAX_BYTES = GB;
const MIN_OF_MAX_RATIO = 1 / 4;

export const walSize: Rule = {
  id: 'wal.size',
  title: 'Room for WAL, so that checkpoints come by time and not by volume',
  parameters: ['min_wal_size', 'max_wal_size'],
  reference: 'https://www.enterprisedb.com/blog/tuning-maxwalsize-postgresql',
  propose: (situation, chosen) => {
    if (unobserved(situation, WINDOWS) === null) return [];
    const ofPgtune = pgtuneBytes(situation, chosen, 'max_wal_size');
    const leastOfPgtune = pgtuneBytes(situation, chosen, 'min_wal_size');
    const { ramBytes } = situation.host;
    if (ofPgtune === null || leastOfPgtune === null || ramBytes === null) return [];
    const max = Math.min(ofPgtune, Math.max(DEFAULT_MAX_BYTES, OF_RAM_RATIO * ramBytes));
    const min = Math.min(leastOfPgtune, max * MIN_OF_MAX_RATIO);
    return [
      ...raised(
        situation,
        chosen,
        'min_wal_size',
        min,
        'Files that are kept for reuse need not be made anew.',
      ),
      ...raised(
        situation,
        chosen,
        'max_wal_size',
        max,
        'A checkpoint that WAL volume forces writes every page’s full image again soon after; it needs that much room in pg_wal, and recovery takes longer.',
      ),
    ];
  },
};

function raised(
  situation: Situation,
  chosen: Chosen,
  parameter: string,
  bytes: number,
  rationale: string,
): readonly Proposal[] {
  const current = chosen.numberOf(parameter);
  if (current === null || bytes <= current) return [];
  const value = wholeMegabytes(bytes);
  const source = agreedSource(value, pgtuneValue(situation, chosen, parameter));
  const grounds = withEvidence(situation, WINDOWS, 'medium', {
    workload: situation.workload,
    in_force_bytes: current,
  });
  return [{ parameter, value, rationale, source, ...grounds }];
}
