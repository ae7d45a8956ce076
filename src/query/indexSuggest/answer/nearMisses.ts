import { keySql } from '../candidates/candidate.js';
import type { BareForeignKey } from '../candidates/foreignKeys.js';
import type { Advice } from './adviceParts.js';
import type { NearMiss } from '../suggestData.js';
import { rounded } from './totalCost.js';
import { targetOf } from './target.js';

/** A foreign key that got no index, and why. */
export function barelyMissed({ key, candidate, joinedBy }: BareForeignKey): NearMiss {
  const detail =
    key.to_deleted > 0
      ? `it serves the foreign key ${key.name}, but costs writers more than it spares ${String(key.to_deleted)} deletes`
      : `no index serves the foreign key ${key.name}, but nothing was deleted from the referenced table, and ${joinedBy === 0 ? 'no query joins' : 'the queries that join'} along it${joinedBy === 0 ? '' : ' would not get cheaper by it'}`;
  return {
    ...targetOf(candidate),
    reason: key.to_deleted > 0 ? 'write_cost' : 'no_evidence',
    detail,
    cost_before: null,
    cost_after: null,
  };
}

const NEAR: Readonly<Record<string, string>> = {
  small_gain: 'no query would get cheaper by 30 % beside what is suggested',
  write_cost: 'it would cost the writers of the table more than it spares the readers',
  size_budget: 'it does not fit into --size-budget beside what is suggested',
  max_indexes: '--max-indexes was reached',
};

/** What came near; of indexes that differ but in what they hold beside the key only the first is told. */
export function nearMisses({ choice, checks, judged }: Advice): NearMiss[] {
  const told = new Set<string>();
  const failed: NearMiss[] = [...checks].flatMap(([id, results]) => {
    const wrong = results.find(({ result }) => result === 'fails');
    const one = judged.flatMap(({ candidates }) => candidates).find((known) => known.id === id);
    return wrong === undefined || one === undefined || choice.chosen.some((pick) => pick.id === id)
      ? []
      : [
          {
            ...targetOf(one),
            reason: 'gain_not_real' as const,
            detail: wrong.detail,
            cost_before: null,
            cost_after: null,
          },
        ];
  });
  const passed = [...choice.passed]
    .sort((a, b) => b.before - b.after - (a.before - a.after) || (a.candidate.id < b.candidate.id ? -1 : 1))
    .filter(({ candidate: { relation, keys } }) => {
      const key = `${String(relation.oid)} ${keys.map(keySql).join(', ')}`;
      return !told.has(key) && told.add(key).size > 0;
    })
    .map(({ candidate, reason, before, after }): NearMiss => ({
      ...targetOf(candidate),
      reason,
      detail: NEAR[reason] ?? reason,
      cost_before: rounded(before),
      cost_after: rounded(after),
    }));
  return [...failed, ...passed];
}
