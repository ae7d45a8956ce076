import { join } from 'node:path';
import { diffAnswer } from './baseline/diff/answer.js';
import type { Earlier } from './baseline/diff/basis.js';
import type { AuditLine } from './baseline/diff/changedBy.js';
import { diffBaselines } from './baseline/diff/diff.js';
import { checkFilter, type DiffFilter } from './baseline/diff/filter.js';
import { diffForPeople } from './baseline/diff/forPeople.js';
import { isOtherCluster } from './baseline/diff/otherCluster.js';
import type { BaselineDiff } from './baseline/diffData.js';
import type { BaselineHead } from './baseline/head.js';
import { METRICS } from './baseline/metrics/registry.js';
import { baselineBefore, isFile } from './baseline/reference.js';
import { BaselineStore } from './baseline/store.js';
import {
  baselineStoreOf,
  findBaseline,
  usableBaselines,
  type FoundBaseline,
  type StoreFlags,
} from './baselineStores.js';
import { CHECK_RULES } from './check/registry.js';
import { PgdbaError } from './core/errors.js';
import { readJsonLines } from './core/jsonLines.js';
import type { Outcome, Run } from './run.js';

/** What is to be compared, and what of it is to be told. */
export interface DiffWish extends DiffFilter {
  readonly before: string | null;
  readonly after: string;
  /** In place of `before`: the newest that is at least so much older than `after`. */
  readonly sinceMs: number | null;
  /** Changes; 0 = all. */
  readonly limit: number;
  readonly failOnRegression: boolean;
}

/**
 * Compares two baselines, wherever they lie, with the history of their cluster, if pgdba keeps one.
 * @throws PgdbaError `usage`, `unknown_baseline`, `unknown_cluster`, `invalid_input`, `state_unusable`
 */
export async function diffFor(run: Run, flags: StoreFlags, wish: DiffWish): Promise<Outcome> {
  checkFilter(
    wish,
    METRICS,
    CHECK_RULES.map(({ id }) => id),
  );
  const found = await foundBaselines(run, flags, wish);
  const data = await answerDiff(run, found, wish);
  return {
    data,
    forPeople: diffForPeople(data),
    exit: wish.failOnRegression && data.summary.regressions > 0 ? 3 : 0,
  };
}

/** Two baselines, and those that the cluster of the later one has, oldest first. */
export interface FoundPair {
  readonly before: FoundBaseline;
  readonly after: FoundBaseline;
  readonly store: BaselineStore | null;
  readonly heads: readonly BaselineHead[];
}

/** data of `baseline diff`, of baselines that were found. @throws PgdbaError `usage`, `state_unusable` */
export async function answerDiff(
  run: Run,
  { before, after, store, heads }: FoundPair,
  wish: DiffFilter & { readonly limit: number },
): Promise<BaselineDiff> {
  const pair = { before: before.head, after: after.head };
  checkPair(pair.before, pair.after);
  const [was, is] = await Promise.all([before.load(), after.load()]);
  const differences = await diffBaselines({
    before: was,
    after: is,
    earlier: historyOf(run, pair.after, store, heads),
    audit: await auditLines(run),
    metrics: METRICS,
  });
  return diffAnswer(pair, differences, wish, wish.limit);
}

async function foundBaselines(run: Run, flags: StoreFlags, wish: DiffWish): Promise<FoundPair> {
  const onlyFiles = isFile(wish.after) && wish.before !== null && isFile(wish.before);
  const asked = onlyFiles ? null : await baselineStoreOf(run, flags);
  const kept = await usableBaselines(run, asked);
  const after = await findBaseline(wish.after, asked, kept.heads);
  const store = asked ?? new BaselineStore(run.surroundings.home, after.head.fingerprint);
  const { heads } = asked === null ? await usableBaselines(run, store) : kept;
  return { before: await earlierOf(wish, after, store, heads), after, store, heads };
}

async function earlierOf(
  { before, sinceMs }: DiffWish,
  after: FoundBaseline,
  store: BaselineStore,
  heads: readonly BaselineHead[],
): Promise<FoundBaseline> {
  if (before !== null) return findBaseline(before, store, heads);
  const head = sinceMs === null ? previousOf(after.head, heads) : baselineBefore(after.head, sinceMs, heads);
  if (head !== null) return findBaseline(head.id, store, heads);
  const old = sinceMs === null ? 'older than' : `at least ${String(sinceMs / 3_600_000)} h older than`;
  throw new PgdbaError(
    'unknown_baseline',
    `no baseline of this cluster is ${old} that of ${after.head.collected_at}`,
    {
      hint: 'pgdba baseline list shows what there is; --before takes a file, too.',
    },
  );
}

/** The one before it that looked at the same database. */
function previousOf(after: BaselineHead, heads: readonly BaselineHead[]): BaselineHead | null {
  const older = olderThan(after, heads);
  return older.findLast(({ database }) => database === after.database) ?? older.at(-1) ?? null;
}

function olderThan(
  { id, collected_at }: BaselineHead,
  heads: readonly BaselineHead[],
): readonly BaselineHead[] {
  return heads.filter((head) => head.id !== id && Date.parse(head.collected_at) < Date.parse(collected_at));
}

/** @throws PgdbaError `usage` for two that cannot be compared at all */
function checkPair(before: BaselineHead, after: BaselineHead): void {
  if (before.id === after.id) throw new PgdbaError('usage', '--before and --after are the same baseline');
  if (before.redacted !== after.redacted) {
    throw new PgdbaError(
      'usage',
      'one of the two has pseudonyms in place of names (--redact), the other has names',
      {
        hint: 'Compare two that were taken in the same way.',
      },
    );
  }
  const isOlder = Date.parse(before.collected_at) < Date.parse(after.collected_at);
  if (!isOlder && !isOtherCluster(before, after)) {
    throw new PgdbaError('usage', '--before is not older than --after', {
      hint: `Theirs are ${before.collected_at} and ${after.collected_at}.`,
    });
  }
}

/** What is older than the later baseline and was taken in the same way of a server in the same role. */
function historyOf(
  run: Run,
  after: BaselineHead,
  store: BaselineStore | null,
  heads: readonly BaselineHead[],
): Earlier {
  const told = new Set<string>();
  return {
    heads: olderThan(after, heads).filter(
      (head) =>
        head.fingerprint === after.fingerprint &&
        head.role === after.role &&
        head.redacted === after.redacted,
    ),
    slim: async (head) => {
      try {
        return store === null ? null : await store.slim(head);
      } catch (error) {
        if (!(error instanceof PgdbaError) || error.code !== 'state_unusable') throw error;
        if (!told.has(head.id)) run.warn('baseline_unusable', error.message, { hint: error.hint });
        told.add(head.id);
        return null;
      }
    },
  };
}

/** What pgdba changed on any cluster; without it nobody is named, which is told. */
async function auditLines(run: Run): Promise<readonly AuditLine[]> {
  try {
    const lines = await readJsonLines(join(run.surroundings.home, 'audit.jsonl'));
    return (lines?.documents ?? []).flatMap((document) => auditLine(document) ?? []);
  } catch (error) {
    if (!(error instanceof PgdbaError) || error.code !== 'state_unusable') throw error;
    run.warn('audit_unusable', `who changed settings is not told: ${error.message}`, { hint: error.hint });
    return [];
  }
}

interface Written {
  readonly at: string;
  readonly fingerprint: string;
  readonly changeset_id: string;
  readonly operation: string;
  readonly outcome: string;
  readonly who?: { readonly user?: string | null; readonly uid?: number | null };
  readonly host?: string;
  readonly parameters: readonly { readonly name: string; readonly outcome: string }[];
}

function auditLine(document: unknown): AuditLine | null {
  const line = document as Partial<Written> | null;
  const { at, fingerprint, changeset_id, operation, outcome, parameters, who, host } = line ?? {};
  if (at === undefined || fingerprint === undefined || changeset_id === undefined) return null;
  if (operation === undefined || outcome === undefined || !Array.isArray(parameters)) return null;
  const user = who?.user ?? (who?.uid === undefined || who.uid === null ? null : `uid ${String(who.uid)}`);
  const touched = (parameters as Written['parameters']).filter((one) => one.outcome !== 'not_executed');
  return {
    at,
    fingerprint,
    changeset_id,
    operation,
    outcome,
    who: user === null ? null : host === undefined ? user : `${user}@${host}`,
    parameters: touched.map(({ name }) => name),
  };
}
