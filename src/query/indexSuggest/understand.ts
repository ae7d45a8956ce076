import { OWN_SAMPLE } from './search/sample.js';
import type { PgdbaError } from '../../core/errors.js';
import { nodesOf } from '../plan/planNode.js';
import type { NotPlanned, Planned } from '../plan/planStatement.js';
import { unplannable } from '../plan/statementKind.js';
import { tokensOf } from '../plan/tokens.js';
import { candidatesOf } from './candidates/candidates.js';
import { MOST_ROWS } from './candidates/mostRows.js';
import { type Catalog, type Relation, pagesOf, rowsOf } from './catalog/catalog.js';
import { type Judged, limitOf } from './judge/judge.js';
import { namesIn } from './statement/namesIn.js';
import type { Parsed } from './statement/parser.js';
import type { Names } from './catalog/readCatalog.js';
import { readStatement } from './statement/readStatement.js';
import { servedBy } from './candidates/served.js';
import type { Unexplained } from './suggestData.js';
import type { Tree } from './statement/tree.js';
import type { StatementUses } from './statement/usage.js';
import type { Entry } from './workload.js';
import { kindOf } from './search/represent.js';

/**
 * What costs less than this share of reading the table from end to end (at the planner’s usual prices) is searched by an
 * index already, and gets no INCLUDE.
 */
const CHEAP = 0.4;

/** Statements that are planned, most time first; the rest is told. A planner call takes about a millisecond. */
const MOST_PLANNED = 5000;

/** Statements of one kind that are planned; the others are taken to cost what these do on average. */
const PLANNED_OF_EACH_KIND = 20;

/** A statement that could be parsed. */
export interface Read {
  readonly entry: Entry;
  readonly tree: Tree;
}

/** A statement that was left out. */
export interface LeftOut {
  readonly entry: Entry;
  readonly reason: Unexplained['reason'];
  readonly detail: string;
}

/** Parses a workload; what is no statement with a plan is left out. */
export function parseAll(
  entries: readonly Entry[],
  parse: (text: string) => Parsed,
): { read: Read[]; left: LeftOut[]; names: Names } {
  const read: Read[] = [];
  const left: LeftOut[] = [];
  for (const entry of entries) {
    const cannot = unplannable(tokensOf(entry.text));
    if (cannot !== null) {
      left.push({
        entry,
        reason: cannot.reason === 'empty' ? 'not_parsed' : 'utility',
        detail: cannot.message,
      });
      continue;
    }
    if (entry.text.startsWith(`WITH ${OWN_SAMPLE} AS MATERIALIZED`)) {
      left.push({ entry, reason: 'own_sample', detail: 'this command read it to check a suggestion' });
      continue;
    }
    const parsed = parse(entry.text);
    if ('refused' in parsed) left.push({ entry, reason: 'not_parsed', detail: parsed.refused });
    else read.push({ entry, tree: parsed.tree });
  }
  const all = read.map(({ tree }) => namesIn(tree));
  const relations = new Map(
    all.flatMap((names) =>
      names.relations.map((pair): [string, typeof pair] => [JSON.stringify(pair), pair]),
    ),
  );
  return {
    read,
    left,
    names: {
      relations: [...relations.values()],
      functions: [...new Set(all.flatMap(({ functions }) => functions))].sort(),
    },
  };
}

export interface UnderstandOptions {
  readonly parse: (text: string) => Parsed;
  readonly plan: (text: string) => Promise<Planned | NotPlanned>;
  readonly minRows: number;
  /** Only statements on this table get candidates, and only on it; null: all. */
  readonly table: Relation | null;
}

/**
 * Resolves and plans what was parsed. A statement on a locked table is not planned: it would wait in the lock's queue;
 * nor are more than some of those that differ in their constants alone.
 */
export async function understandAll(
  read: readonly Read[],
  catalog: Catalog,
  options: UnderstandOptions,
): Promise<{ judged: Judged[]; left: LeftOut[] }> {
  const judged: Judged[] = [];
  const left: LeftOut[] = [];
  const locked = new Set(
    [...catalog.relations.values()].filter((relation) => isLocked(relation, catalog)).map(({ oid }) => oid),
  );
  const inOrder = read
    .map((one, at) => ({ ...one, at }))
    .sort((a, b) => (b.entry.totalMs ?? 0) - (a.entry.totalMs ?? 0) || a.at - b.at);
  const kinds = new Map<string, number[]>();
  let planned = 0;
  for (const { entry, tree, at } of inOrder) {
    const uses = readStatement(tree, catalog, options.parse);
    const reason = leftOut(uses, locked);
    if (reason !== null) {
      left.push({ entry, ...reason });
      continue;
    }
    const kind = kindOf(entry.text);
    const costs = kinds.get(kind) ?? [];
    if (costs.length >= PLANNED_OF_EACH_KIND) {
      judged.push({ at, entry, uses, nodes: [], cost: mean(costs), candidates: [] });
      continue;
    }
    if (++planned > MOST_PLANNED) {
      left.push({
        entry,
        reason: 'over_the_limit',
        detail: `only ${String(MOST_PLANNED)} statements are planned, those of most time`,
      });
      continue;
    }
    const plan = await options.plan(entry.text);
    if ('refused' in plan) {
      left.push({ entry, ...notPlanned(plan.refused) });
      if (plan.refused.code === 'lock_timeout') for (const { oid } of uses.relations) locked.add(oid);
      continue;
    }
    const nodes = nodesOf(plan.document);
    const statement = { at, entry, uses, nodes, cost: nodes[0]?.cost ?? 0, candidates: [] };
    kinds.set(kind, [...costs, statement.cost]);
    judged.push({ ...statement, candidates: wanted(statement, catalog, options) });
  }
  return { judged: judged.sort((a, b) => a.at - b.at), left };
}

function mean(costs: readonly number[]): number {
  return costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
}

function isLocked(relation: Relation, catalog: Catalog): boolean {
  if (relation.locked) return true;
  if (relation.kind === 'v' && !relation.system && relation.definition === null) return true;
  const parent = relation.parent === null ? undefined : catalog.relations.get(relation.parent);
  return (
    parent?.locked === true || relation.partitions.some((oid) => catalog.relations.get(oid)?.locked === true)
  );
}

function leftOut(uses: StatementUses, locked: ReadonlySet<number>): Omit<LeftOut, 'entry'> | null {
  const held = uses.relations.filter(({ oid }) => locked.has(oid));
  if (held.length > 0)
    return {
      reason: 'exclusively_locked',
      detail: `somebody holds or awaits an exclusive lock on ${held.map(({ name }) => name).join(', ')}`,
    };
  if (uses.missing.length > 0)
    return { reason: 'relation_missing', detail: `no such relation here: ${uses.missing.join(', ')}` };
  if (uses.relations.every(({ system }) => system))
    return { reason: 'system_only', detail: 'it reads no table of this database' };
  return null;
}

function notPlanned({ code, message }: PgdbaError): Omit<LeftOut, 'entry'> {
  return { reason: code === 'lock_timeout' ? 'lock_timeout' : 'not_planned', detail: message };
}

/** Indexes that might serve a statement, and that nothing serves already. */
function wanted(
  statement: Omit<Judged, 'candidates'>,
  catalog: Catalog,
  { minRows, table }: UnderstandOptions,
): Judged['candidates'] {
  const found = statement.uses.uses.flatMap((use) => {
    const { relation } = use;
    const rows = rowsOf(catalog, relation);
    if (
      !['r', 'p', 'm'].includes(relation.kind) ||
      relation.system ||
      relation.persistence === 't' ||
      rows < minRows
    )
      return [];
    if (table !== null && table.oid !== relation.oid) return [];
    if (bringsMost(statement, rows)) return [];
    const cheap = feltCost(statement) < CHEAP * (pagesOf(catalog, relation) + rows * 0.01);
    return candidatesOf(use, catalog).filter(
      (one) => servedBy(one, use) === null && !(cheap && one.include.length > 0),
    );
  });
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

/**
 * What a statement costs by the rows that its calls brought: for LIMIT $1 the planner reckons with a tenth of all. Where
 * something is sorted or folded first, all of it is read whatever is taken.
 */
function feltCost({ cost, entry, nodes }: Omit<Judged, 'candidates'>): number {
  const [top] = nodes;
  const whole = nodes.some(({ type }) => /Sort|Aggregate|Hash|Group/.test(type));
  if (top?.type !== 'Limit' || whole || entry.rows === null || entry.calls === 0) return cost;
  return (cost * limitOf({ nodes, entry })) / Math.max(1, top.planRows);
}

/** Whether the rows that its calls brought show that it reads much of its only table. */
export function bringsMost({ entry, uses }: Pick<Judged, 'entry' | 'uses'>, rows: number): boolean {
  if (entry.rows === null || entry.calls === 0 || uses.uses.length !== 1) return false;
  const changes = uses.writes.some(({ kind }) => kind !== 'insert');
  return (uses.plain || changes) && entry.rows / entry.calls >= MOST_ROWS * rows;
}
