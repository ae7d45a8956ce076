import type { Evidence } from '../../evidence.js';
import type { Chosen, Confidence, Proposal, Rule } from '../../rule.js';
import type { Situation } from '../../situation.js';
import { inForce } from '../inForce.js';
import { effectiveCostLimit } from '../pgdba/autovacuumWorkers.js';

const REFERENCE = 'https://www.postgresql.org/docs/current/routine-vacuuming.html#AUTOVACUUM';
/** One table behind is an accident of the moment. */
const LEAST_BEHIND = 3;
const MOST_COST = 10_000;
/** PostgreSQL's own default lets a fifth be dead; on average over all tables that is bloat. */
const MANY_DEAD_RATIO = 0.2;
const LOW_SCALE = 0.05;
/** A transaction as old keeps dead rows from being removed, whatever autovacuum may do. */
const OLD_TRANSACTION_S = 3600;

/** Every worker is busy and tables wait: the work is too slow, not too late. Builds on the pgdba rules of autovacuum. */
export const measuredAutovacuumSpeed: Rule = {
  id: 'measured.autovacuum_speed',
  title: 'Autovacuum that cannot keep up gets more to spend, and more workers',
  parameters: ['autovacuum_vacuum_cost_limit', 'autovacuum_max_workers'],
  reference: REFERENCE,
  propose: (situation, chosen) => {
    const { evidence } = situation;
    const busy = evidence?.autovacuum_workers_busy ?? null;
    const behind = evidence?.tables_behind_autovacuum ?? 0;
    const workers = inForce(situation, 'autovacuum_max_workers');
    if (evidence === null || busy === null || workers === null) return [];
    if (behind < LEAST_BEHIND || busy < workers) return [];
    return [...moreToSpend(chosen, evidence), ...moreWorkers(situation, chosen, evidence, workers)];
  },
};

function moreToSpend(chosen: Chosen, evidence: Evidence): readonly Proposal[] {
  const limit = effectiveCostLimit(chosen);
  if (limit === null || limit >= MOST_COST) return [];
  const value = String(Math.min(MOST_COST, limit * 2));
  const rationale = 'All workers are busy and tables wait: vacuum is slowed down more than it can afford.';
  return [proposal('autovacuum_vacuum_cost_limit', value, rationale, evidence, { cost_limit: limit })];
}

/** In 18 there are slots to grow into without a restart; before, one worker more, with the next restart. */
function moreWorkers(
  situation: Situation,
  chosen: Chosen,
  evidence: Evidence,
  workers: number,
): readonly Proposal[] {
  const slots = inForce(situation, 'autovacuum_worker_slots') ?? Infinity;
  const target = Math.min(workers + 2, slots);
  if (target <= (chosen.numberOf('autovacuum_max_workers') ?? 0)) return [];
  const rationale =
    'All workers are busy and tables wait. They share one cost limit, which goes up with them.';
  return [proposal('autovacuum_max_workers', String(target), rationale, evidence, { in_force: workers })];
}

/** Many rows are dead though no table is due: the thresholds are too generous. */
export const measuredAutovacuumThreshold: Rule = {
  id: 'measured.autovacuum_threshold',
  title: 'Tables full of dead rows are vacuumed earlier',
  parameters: ['autovacuum_vacuum_scale_factor'],
  reference: REFERENCE,
  propose: ({ evidence }, chosen) => {
    const dead = evidence?.dead_tuple_ratio ?? 0;
    const current = chosen.numberOf('autovacuum_vacuum_scale_factor');
    if (evidence === null || current === null || current <= LOW_SCALE || dead < MANY_DEAD_RATIO) return [];
    if (evidence.tables_behind_autovacuum !== 0) return [];
    const rationale =
      'More than a fifth of all rows are dead, and yet autovacuum has no table to do: it waits for too many.';
    return [
      proposal('autovacuum_vacuum_scale_factor', String(LOW_SCALE), rationale, evidence, {
        in_force: current,
      }),
    ];
  },
};

function proposal(
  parameter: string,
  value: string,
  rationale: string,
  seen: Evidence,
  more: Proposal['evidence'],
): Proposal {
  const held = (seen.longest_transaction_s ?? 0) >= OLD_TRANSACTION_S || (seen.prepared_xacts ?? 0) > 0;
  const confidence: Confidence = held ? 'low' : 'medium';
  const evidence = {
    tables_behind_autovacuum: seen.tables_behind_autovacuum,
    dead_tuple_ratio: seen.dead_tuple_ratio,
    autovacuum_workers_busy: seen.autovacuum_workers_busy,
    longest_transaction_s: seen.longest_transaction_s,
    prepared_xacts: seen.prepared_xacts,
    ...more,
  };
  const because = held
    ? `${rationale} But an old or prepared transaction may be what keeps rows from being removed: look at that first.`
    : rationale;
  return { parameter, value, confidence, rationale: because, source: 'measured', evidence };
}
