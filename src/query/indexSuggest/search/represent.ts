import { tokensOf } from '../../plan/tokens.js';
import type { Judged } from '../judge/judge.js';

/** Statements that differ in their constants alone: so many of each kind are judged, and stand for the others. */
const OF_EACH_KIND = 5;
/** Statements that are judged at most; those of least cost are left to the plans that they have. */
const MOST_JUDGED = 1000;

/** Statements to judge, and how often each counts: for itself and those that it stands for. */
export interface Representatives {
  readonly statements: readonly Judged[];
  readonly weight: (statement: Judged) => number;
  /** What nothing stands for. */
  readonly left: readonly Judged[];
}

/** Chooses what is judged of a workload of many statements: the first planned of each kind, and kinds by what they cost. */
export function representatives(judged: readonly Judged[]): Representatives {
  const kinds = new Map<string, Judged[]>();
  for (const statement of judged) {
    const kind = kindOf(statement.entry.text);
    kinds.set(kind, [...(kinds.get(kind) ?? []), statement]);
  }
  const weights = new Map<number, number>();
  const costs = [...kinds.values()].map((members) => {
    const chosen = members.filter(({ nodes }) => nodes.length > 0).slice(0, OF_EACH_KIND);
    const all = members.reduce((sum, { entry, cost }) => sum + entry.calls * cost, 0);
    const own = chosen.reduce((sum, { entry, cost }) => sum + entry.calls * cost, 0);
    for (const { at, entry } of chosen) weights.set(at, entry.calls * (own === 0 ? 1 : all / own));
    return { chosen, all };
  });
  const inOrder = [...costs].sort((a, b) => b.all - a.all || (a.chosen[0]?.at ?? 0) - (b.chosen[0]?.at ?? 0));
  const chosen = inOrder.flatMap((kind) => kind.chosen);
  return {
    statements: chosen.slice(0, MOST_JUDGED).sort((a, b) => a.at - b.at),
    weight: ({ at }) => weights.get(at) ?? 0,
    left: chosen.slice(MOST_JUDGED),
  };
}

/** A text without its constants: what statements that differ in these alone have in common. */
export function kindOf(text: string): string {
  return tokensOf(text)
    .map(({ kind, value }) =>
      kind === 'string' || kind === 'number' ? '?' : kind === 'quoted' ? `"${value}"` : value,
    )
    .join(' ');
}
