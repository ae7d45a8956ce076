import type { Rule } from '../../rule.js';

const SPREAD = 0.9;

/** The default since 14; it was 0.5 before. */
export const checkpointSpread: Rule = {
  id: 'checkpoint.completion_target',
  title: 'Checkpoint writes are spread over nine tenths of the interval',
  parameters: ['checkpoint_completion_target'],
  reference: 'https://www.postgresql.org/docs/release/14.0/: the default went from 0.5 to 0.9',
  propose: (_situation, chosen) => {
    const current = chosen.numberOf('checkpoint_completion_target');
    if (current === null || current >= SPREAD) return [];
    return [
      {
        parameter: 'checkpoint_completion_target',
        value: String(SPREAD),
        confidence: 'high',
        rationale:
          'The same pages are written, over a longer time: fewer bursts. It is the default since 14.',
        source: 'pgtune',
        evidence: { in_force: current },
      },
    ];
  },
};

const TIMEOUT_S = 900;

/** Not longer: after a crash all WAL since the last checkpoint is replayed. Before the rules that size WAL by it. */
export const checkpointTimeout: Rule = {
  id: 'checkpoint.timeout',
  title: 'A checkpoint every quarter of an hour',
  parameters: ['checkpoint_timeout'],
  reference: 'https://www.enterprisedb.com/blog/tuning-maxwalsize-postgresql; Pigsty’s templates: 15min',
  propose: ({ workload }, chosen) => {
    const current = chosen.numberOf('checkpoint_timeout');
    if (workload === 'desktop' || current === null || current >= TIMEOUT_S) return [];
    return [
      {
        parameter: 'checkpoint_timeout',
        value: '15min',
        confidence: 'medium',
        rationale:
          'After each checkpoint the first change of a page writes its full image to WAL: fewer checkpoints, less WAL. A crash recovery replays up to this much time’s WAL.',
        source: 'pgdba',
        evidence: { in_force_s: current },
      },
    ];
  },
};
