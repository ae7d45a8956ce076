import { limited } from '../../truncated.js';
import { antiRecommendations } from './antiRecommendations.js';
import { takenNames } from '../candidates/ddl.js';
import { servesKey } from '../candidates/foreignKeys.js';
import type { Advice } from './adviceParts.js';
import type { SuggestData, Suggestion } from '../suggestData.js';
import { costAfter, rounded, totalCost } from './totalCost.js';
import { chosenSuggestion } from './suggestion.js';
import { barelyMissed, nearMisses } from './nearMisses.js';
import { unexplained } from './unexplained.js';
import { unexplainedScans } from './unexplainedScans.js';

/** The answer, from all that was found. */
export function adviceOf(advice: Advice): SuggestData {
  const { wish, workload, judge, choice } = advice;
  const names = takenNames(advice.catalog);
  const chosen = choice.chosen.map((one) => chosenSuggestion(advice, one, names));
  const missed = advice.foreignKeys.filter(
    ({ candidate }) => !choice.chosen.some((one) => servesKey(one, candidate)),
  );
  const suggestions = chosen.sort(bySuggestion);
  const lists = {
    suggestions: limited(suggestions, wish.limit),
    anti_recommendations: limited(antiRecommendations(advice), wish.limit),
    near_misses: limited([...nearMisses(advice), ...missed.map(barelyMissed)], wish.limit),
    unexplained: limited(unexplained(advice), wish.limit),
    unexplained_scans: limited(unexplainedScans(advice), wish.limit),
  };
  return {
    judged_by: judge.method,
    workload: {
      source: workload.source,
      stats_reset: workload.statsReset,
      statements: workload.entries.length,
      judged: advice.judgedCount,
      cost_before: rounded(totalCost(advice, ({ cost }) => cost)),
      cost_after: rounded(totalCost(advice, (statement) => costAfter(advice, statement))),
      planner_calls: advice.plannerCalls,
    },
    suggestions: lists.suggestions.rows,
    anti_recommendations: lists.anti_recommendations.rows,
    near_misses: lists.near_misses.rows,
    unexplained: lists.unexplained.rows,
    unexplained_scans: lists.unexplained_scans.rows,
    truncated: {
      suggestions: lists.suggestions.truncated,
      anti_recommendations: lists.anti_recommendations.truncated,
      near_misses: lists.near_misses.truncated,
      unexplained: lists.unexplained.truncated,
      unexplained_scans: lists.unexplained_scans.truncated,
    },
    limitations: advice.limitations,
  };
}

/** Low confidence comes last; then whatever spares most. */
function bySuggestion(a: Suggestion, b: Suggestion): number {
  const last = (one: Suggestion): number => (one.confidence === 'low' ? 1 : 0);
  return last(a) - last(b) || b.gain_ratio - a.gain_ratio || (a.ddl < b.ddl ? -1 : 1);
}
