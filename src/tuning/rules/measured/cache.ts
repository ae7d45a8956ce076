import type { Proposal, Rule } from '../../rule.js';
import { unobserved } from '../grounds.js';
import { inForce } from '../inForce.js';
import { wholeMegabytes } from '../sizes.js';

/** The connected database must do most of the work, or its size says nothing. */
const MOST_OF_THE_WORK_RATIO = 0.8;
/** postgres-mcp warns below it; PgHero at 0.99. */
const LOW_HIT_RATIO = 0.95;
const HIGH_HIT_RATIO = 0.99;
/** Before so much was read, misses are those of a cold start. */
const LEAST_READ = 10;

/**
 * Says how much a larger shared_buffers would help where one was chosen: the value stays, the confidence follows the hit
 * ratio and the database's size. Builds on shared_buffers.
 */
export const measuredCache: Rule = {
  id: 'measured.cache',
  title: 'Whether a larger cache would help',
  parameters: ['shared_buffers'],
  reference: 'https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW',
  propose: (situation, chosen) => {
    const { evidence } = situation;
    const before = inForce(situation, 'shared_buffers');
    const target = chosen.numberOf('shared_buffers');
    const hits = evidence?.cache_hit_ratio ?? null;
    const size = evidence?.database_bytes ?? null;
    if (evidence === null || before === null || target === null || hits === null || size === null) return [];
    if (target <= before || (evidence.database_access_ratio ?? 0) < MOST_OF_THE_WORK_RATIO) return [];
    if (unobserved(situation, ['databases_observed_s']) !== null) return [];
    const verdict = verdictOf(hits, size, before, evidence.block_read_bytes ?? 0);
    if (verdict === null) return [];
    return [
      {
        parameter: 'shared_buffers',
        value: wholeMegabytes(target),
        ...verdict,
        source: 'measured',
        evidence: {
          ram_bytes: situation.host.ramBytes,
          cache_hit_ratio: hits,
          database_bytes: size,
          block_read_bytes: evidence.block_read_bytes,
          databases_observed_s: Math.round(evidence.databases_observed_s ?? 0),
          in_force_bytes: before,
        },
      },
    ];
  },
};

function verdictOf(
  hits: number,
  size: number,
  before: number,
  read: number,
): Pick<Proposal, 'confidence' | 'rationale'> | null {
  if (hits >= HIGH_HIT_RATIO && size <= before) {
    return {
      confidence: 'low',
      rationale:
        'The usual share of RAM. The whole database fits into shared_buffers as it is, and hardly anything is read: more pays once the data has grown.',
    };
  }
  if (hits < LOW_HIT_RATIO && size > before && read >= LEAST_READ * before) {
    return {
      confidence: 'high',
      rationale:
        'The usual share of RAM. Blocks are read again and again that a larger cache would have kept.',
    };
  }
  return null;
}
