import { PgdbaError } from '../core/errors.js';
import type { BaselineHead } from './head.js';

const LATEST = /^latest(?:~(\d{1,9}))?$/;
const ID_PREFIX = /^[0-9a-f][0-9a-f-]{3,35}$/i;

/** Words that mean baselines by their place in time, so that no label may be one of them. */
export function isReserved(label: string): boolean {
  return LATEST.test(label);
}

/** Whether the words can only mean a file: a path, or a name as --out is given one. */
export function isFile(reference: string): boolean {
  return reference === '-' || reference.includes('/') || /\.json(?:\.gz)?$/.test(reference);
}

/**
 * The baseline that the words mean: `latest`, `latest~N` (N before it), a whole id, a label (the newest that has it), or
 * the beginning of one id.
 * @param heads oldest first
 * @throws PgdbaError `unknown_baseline`
 */
export function chooseBaseline(reference: string, heads: readonly BaselineHead[]): BaselineHead {
  const latest = LATEST.exec(reference);
  if (latest !== null) return nthLatest(Number(latest[1] ?? 0), reference, heads);
  const id = reference.toLowerCase();
  const exact =
    heads.find((head) => head.id === id) ??
    heads.findLast(({ label }) => label !== null && label === reference);
  if (exact !== undefined) return exact;
  const begun = ID_PREFIX.test(id) ? heads.filter((head) => head.id.startsWith(id)) : [];
  const [only, another] = begun;
  if (only !== undefined && another === undefined) return only;
  throw another === undefined
    ? unknown(`there is no baseline ${JSON.stringify(reference)} of this cluster`)
    : unknown(`the ids of ${String(begun.length)} baselines begin with ${reference}`);
}

/**
 * The newest baseline that is at least so much older than `from`, by the server’s clock; null when none is so old.
 * @param heads oldest first
 */
export function baselineBefore(
  from: Pick<BaselineHead, 'collected_at'>,
  ageMs: number,
  heads: readonly BaselineHead[],
): BaselineHead | null {
  const latest = Date.parse(from.collected_at) - ageMs;
  return heads.findLast((head) => Date.parse(head.collected_at) <= latest) ?? null;
}

function nthLatest(back: number, reference: string, heads: readonly BaselineHead[]): BaselineHead {
  const head = heads.at(-1 - back);
  if (head !== undefined) return head;
  const count = String(heads.length);
  throw unknown(
    heads.length === 0
      ? 'there is no baseline of this cluster yet'
      : `there is no ${reference}: the cluster has ${count} ${heads.length === 1 ? 'baseline' : 'baselines'}`,
  );
}

function unknown(message: string): PgdbaError {
  return new PgdbaError('unknown_baseline', message);
}
