import type { Baseline } from '../../baseline/document.js';
import { qualified } from '../../check/sqlName.js';
import { numberIn, rowsIn, textIn, textsIn, type Stored } from './field.js';
import { analysisOf } from './view.js';

/** A table that VACUUM or ANALYZE owes something. */
export interface VacuumDebt {
  readonly table: string;
  readonly issues: readonly string[];
  readonly deadTuples: number | null;
  /** Null where the earlier baseline does not tell. */
  readonly deadTuplesBefore: number | null;
  readonly deadRatio: number | null;
  readonly lastVacuum: string | null;
}

/** Bytes that a rewrite would give back. */
export interface BloatDebt {
  readonly kind: 'table' | 'index';
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly bloatBytes: number;
  readonly bloatBytesBefore: number | null;
  readonly reliability: string;
}

/** Who keeps VACUUM from removing dead rows. */
export interface HorizonHolder {
  readonly kind: string;
  readonly name: string;
  readonly xidAge: number | null;
  readonly advice: string;
}

export interface Debt {
  /** Null where the baseline did not look. */
  readonly vacuum: readonly VacuumDebt[] | null;
  readonly holders: readonly HorizonHolder[];
  /** Null where the baseline did not look. */
  readonly bloat: readonly BloatDebt[] | null;
}

const SHOWN = 10;
/** Less is no debt worth a line: a rewrite costs more. */
const LEAST_BLOAT_BYTES = 1024 ** 2;

/** What vacuum owes at the time of a baseline, and what it owed before. Pure. */
export function debtOf(before: Baseline | null, after: Baseline): Debt {
  return { vacuum: vacuumOf(before, after), holders: holdersOf(after), bloat: bloatOf(before, after) };
}

function vacuumOf(before: Baseline | null, after: Baseline): readonly VacuumDebt[] | null {
  const health = analysisOf(after, 'vacuum_health');
  if (health === null) return null;
  const rows = rowsIn(analysisOf(before, 'vacuum_health'), 'tables');
  const earlier = new Map(rows.map((row) => [partName(row), row]));
  return rowsIn(health, 'tables')
    .filter((row) => textsIn(row, 'issues').length > 0)
    .slice(0, SHOWN)
    .map((row) => ({
      table: partName(row),
      issues: textsIn(row, 'issues'),
      deadTuples: numberIn(row, 'dead_tuples'),
      deadTuplesBefore: numberIn(earlier.get(partName(row)), 'dead_tuples'),
      deadRatio: numberIn(row, 'dead_ratio'),
      lastVacuum: latest(textIn(row, 'last_vacuum'), textIn(row, 'last_autovacuum')),
    }));
}

function holdersOf(after: Baseline): readonly HorizonHolder[] {
  return rowsIn(analysisOf(after, 'vacuum_health'), 'horizon_holders')
    .slice(0, SHOWN)
    .map((row) => ({
      kind: (textIn(row, 'kind') ?? '').replaceAll('_', ' '),
      name: textIn(row, 'name') ?? `pid ${String(numberIn(row, 'pid') ?? '?')}`,
      xidAge: numberIn(row, 'xid_age'),
      advice: textIn(row, 'advice') ?? '',
    }));
}

const LISTS = [
  { kind: 'table', list: 'tables' },
  { kind: 'index', list: 'indexes' },
] as const;

function bloatOf(before: Baseline | null, after: Baseline): readonly BloatDebt[] | null {
  const bloat = analysisOf(after, 'bloat');
  if (bloat === null) return null;
  const all = LISTS.flatMap(({ kind, list }) => {
    const rows = rowsIn(analysisOf(before, 'bloat'), list);
    const earlier = new Map(rows.map((row) => [partName(row), row]));
    return rowsIn(bloat, list).map((row) => ({
      kind,
      name: partName(row),
      sizeBytes: numberIn(row, 'size_bytes'),
      bloatBytes: numberIn(row, 'bloat_bytes') ?? 0,
      bloatBytesBefore: numberIn(earlier.get(partName(row)), 'bloat_bytes'),
      reliability: textIn(row, 'reliability') ?? '',
    }));
  });
  return all
    .filter(({ bloatBytes }) => bloatBytes >= LEAST_BLOAT_BYTES)
    .sort((a, b) => b.bloatBytes - a.bloatBytes)
    .slice(0, SHOWN);
}

function partName(row: Stored): string {
  const name = qualified(textIn(row, 'schema'), textIn(row, 'name'));
  return textIn(row, 'part') === 'toast' ? `${name} (TOAST)` : name;
}

function latest(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
