import type { Server } from '../../cluster/server.js';
import { PgdbaError } from '../../core/errors.js';
import type { Limitation } from '../limitation.js';
import type { BloatData, MeasuredBloat } from './bloatData.js';
import { BTREE_FILLFACTOR, HEAP_FILLFACTOR } from './estimate.js';
import { measure, type Measurable } from './measure.js';
import type { BloatReason } from './reasons.js';
import { fillfactorOf } from './relationRows.js';
import type { Shown } from './shown.js';

/** What measuring told of one relation, or why it was not measured. */
export interface Measured {
  /** Bytes that a rewrite would give back; null where it was not measured. */
  readonly bloat: number | null;
  readonly measured: MeasuredBloat | null;
  /** What is left of the reasons of its estimate. */
  readonly reasons: (estimated: readonly BloatReason[]) => readonly BloatReason[];
}

interface MeasuredShown {
  readonly of: (oid: number) => Measured | null;
  readonly summary: BloatData['exact'];
  readonly limitations: readonly Limitation[];
}

/** What pgstattuple does not see; the estimate does. */
const REMAINING: readonly BloatReason[] = ['dropped_columns'];

/**
 * Measures the relations that are shown, in their order, as long as they fit into the budget: one that does not is left
 * out, and smaller ones behind it are measured all the same.
 */
export async function measureShown(
  { snapshot, facts }: Pick<Server, 'snapshot' | 'facts'>,
  shown: Shown,
  blockSize: number,
  byteBudget: number | null,
): Promise<MeasuredShown> {
  const extension = facts.extensions['pgstattuple'];
  if (byteBudget === null || extension?.usable !== true)
    return { of: () => null, summary: null, limitations: [] };
  const candidates = measurables(shown);
  const { chosen, outcomes } = withinBudget(candidates, byteBudget);
  const gauge = { snapshot, schema: extension.schema, blockSize };
  const results = await Promise.all(chosen.map(async (one) => [one, await measure(gauge, one)] as const));
  const errors: PgdbaError[] = [];
  let bytes = 0;
  for (const [one, result] of results) {
    if (result instanceof PgdbaError) {
      errors.push(result);
      outcomes.set(one.oid, unmeasured('not_measured_error'));
      continue;
    }
    bytes += one.size;
    outcomes.set(one.oid, {
      bloat: Math.max(0, one.size - result.needs, one.unseen ?? 0),
      measured: result.measured,
      reasons: (estimated) => estimated.filter((reason) => REMAINING.includes(reason)),
    });
  }
  const measured = results.length - errors.length;
  const leftOut = shown.tables.length + shown.indexes.length - measured;
  return {
    of: (oid) => outcomes.get(oid) ?? null,
    summary: { byte_budget: byteBudget, measured, measured_bytes: bytes, left_out: leftOut },
    limitations: limitationsOf(outcomes, errors, byteBudget),
  };
}

function unmeasured(because: BloatReason): Measured {
  return { bloat: null, measured: null, reasons: (estimated) => [...estimated, because] };
}

interface Candidate extends Measurable {
  readonly bloat: number | null;
  /** Bytes that the estimate finds where pgstattuple takes the values of dropped columns for live ones. */
  readonly unseen: number | null;
  readonly isLocked: boolean;
}

/** Heaps and valid btree indexes; most bloat first, whichever of the two it is. */
function measurables({ tables, indexes }: Shown): Candidate[] {
  const heaps = tables
    .filter(({ row }) => row.method === 'heap')
    .map(({ row, size, bloat, reasons }): Candidate => {
      const unseen = reasons.includes('dropped_columns') ? bloat : null;
      const fillfactor = row.part === 'toast' ? HEAP_FILLFACTOR : fillfactorOf(row.options, HEAP_FILLFACTOR);
      return { oid: row.oid, part: row.part, size, fillfactor, bloat, unseen, isLocked: row.is_locked };
    });
  const btrees = indexes
    .filter(({ row }) => row.method === 'btree' && row.is_valid)
    .map(({ row, size, bloat }): Candidate => {
      const fillfactor = fillfactorOf(row.options, BTREE_FILLFACTOR);
      return { oid: row.oid, part: 'btree', size, fillfactor, bloat, unseen: null, isLocked: row.is_locked };
    });
  return [...heaps, ...btrees].sort((a, b) => (b.bloat ?? b.size) - (a.bloat ?? a.size) || a.oid - b.oid);
}

function withinBudget(
  candidates: readonly Candidate[],
  byteBudget: number,
): { readonly chosen: Candidate[]; readonly outcomes: Map<number, Measured> } {
  const outcomes = new Map<number, Measured>();
  const chosen: Candidate[] = [];
  let left = byteBudget;
  for (const one of candidates) {
    if (one.isLocked) outcomes.set(one.oid, unmeasured('not_measured_locked'));
    else if (one.size > left) outcomes.set(one.oid, unmeasured('not_measured_budget'));
    else {
      left -= one.size;
      chosen.push(one);
    }
  }
  return { chosen, outcomes };
}

function limitationsOf(
  outcomes: ReadonlyMap<number, Measured>,
  errors: readonly PgdbaError[],
  byteBudget: number,
): Limitation[] {
  const because = (reason: BloatReason): number =>
    [...outcomes.values()].filter(({ reasons }) => reasons([]).includes(reason)).length;
  const spent = because('not_measured_budget');
  const [first] = errors;
  return [
    ...(spent === 0
      ? []
      : [
          {
            subject: 'pgstattuple',
            status: 'partial' as const,
            reason: 'budget_spent' as const,
            message: `${String(spent)} relations did not fit into the ${String(byteBudget)} bytes of --byte-budget: they are estimated`,
          },
        ]),
    ...(first === undefined
      ? []
      : [
          {
            subject: 'pgstattuple',
            status: 'partial' as const,
            reason: 'error' as const,
            message: `${String(errors.length)} relations could not be measured, the first because: ${first.message}`,
          },
        ]),
  ];
}
