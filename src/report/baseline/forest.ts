import type { Baseline } from '../../baseline/document.js';
import { numberIn, objectIn, rowsIn, textIn, type Stored } from './field.js';
import { analysisOf } from './view.js';

/** A session in the picture of who waits for whom. */
export interface LockNode {
  /** `pid 4711`, or the name of a prepared transaction. */
  readonly title: string;
  readonly who: string;
  readonly state: string;
  readonly waitsFor: string | null;
  readonly ageMs: number | null;
  readonly query: string | null;
  readonly advice: string | null;
  readonly blocks: readonly LockNode[];
  /** How many wait below it, all steps down. */
  readonly victims: number;
}

/** Who waited for whom at the moment of a baseline, and which transactions were old. */
export interface LockPicture {
  readonly roots: readonly LockNode[];
  readonly waiting: number;
  readonly longTransactions: readonly LockNode[];
}

const DEEPEST = 8;
const WIDEST = 12;

/** The picture; null where the baseline did not look. Pure. */
export function lockPictureOf(after: Baseline): LockPicture | null {
  const locks = analysisOf(after, 'locks');
  if (locks === null) return null;
  const roots = rowsIn(locks, 'roots').slice(0, WIDEST);
  return {
    roots: roots.map((root) => nodeOf(root, DEEPEST)),
    waiting: numberIn(objectIn(locks, 'totals'), 'waiting') ?? rowsIn(locks, 'waiting').length,
    longTransactions: rowsIn(locks, 'long_transactions')
      .slice(0, WIDEST)
      .map((row) => nodeOf(row, 0)),
  };
}

function nodeOf(row: Stored, deeper: number): LockNode {
  const blocks = deeper === 0 ? [] : rowsIn(row, 'blocks').slice(0, WIDEST);
  const mode = textIn(row, 'mode');
  const who = [textIn(row, 'user'), textIn(row, 'application_name'), textIn(row, 'database')];
  return {
    title: textIn(row, 'gid') ?? `pid ${String(numberIn(row, 'pid') ?? '?')}`,
    who: who.filter((part) => part !== null && part !== '').join(' · '),
    state: textIn(row, 'state') ?? textIn(row, 'backend_type') ?? '',
    waitsFor: mode === null ? null : `${mode} on ${textIn(row, 'object') ?? textIn(row, 'locktype') ?? '?'}`,
    ageMs: numberIn(row, mode === null ? 'xact_age_ms' : 'wait_ms'),
    query: textIn(row, 'query'),
    advice: textIn(row, 'advice'),
    blocks: blocks.map((below) => nodeOf(below, deeper - 1)),
    victims: numberIn(row, 'victims') ?? blocks.length,
  };
}
