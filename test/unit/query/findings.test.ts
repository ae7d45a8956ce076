import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { comparePlans, readComparedPlan } from '../../../src/query/analyze/comparePlans.js';
import { drawTree } from '../../../src/query/analyze/drawTree.js';
import { judgePlan, PLAN_RULES } from '../../../src/query/analyze/findings/registry.js';
import { summarizePlan } from '../../../src/query/analyze/planSummary.js';
import { asPlanDocument, parsePlan, type PlanDocument } from '../../../src/query/plan/planDocument.js';
import { nodesOf } from '../../../src/query/plan/planNode.js';

type Raw = Record<string, unknown>;

/** A node as an executed plan has it: rows are those of one loop. */
function node(type: string, [planned, rows, loops]: readonly [number, number, number], more: Raw = {}): Raw {
  return {
    'Node Type': type,
    'Total Cost': 100,
    'Plan Rows': planned,
    'Plan Width': 8,
    'Actual Rows': rows,
    'Actual Loops': loops,
    'Actual Total Time': 1,
    ...more,
  };
}

function documentOf(plan: Raw, more: Raw = {}): PlanDocument {
  return asPlanDocument([{ Plan: plan, 'Execution Time': 100, ...more }]) ?? [];
}

function found(document: PlanDocument): string[] {
  const nodes = nodesOf(document);
  const [statement] = document;
  if (statement === undefined) return [];
  const executed = nodes[0]?.loops != null;
  const judged = {
    statement,
    nodes,
    executed,
    major: 18,
    factsOf: () => null,
    workMemBytes: 4_194_304,
    hashMemMultiplier: 2,
  };
  return judgePlan(judged).map(({ code, node: at }) => `${code} ${at?.path ?? '-'}`);
}

const outer = { 'Parent Relationship': 'Outer' };
const inner = { 'Parent Relationship': 'Inner' };

describe('row_misestimate', () => {
  test('is told where it starts, and not again above', () => {
    const scan = node('Seq Scan', [10, 5000, 1], outer);
    const join = node('Hash Join', [10, 5000, 1], {
      ...outer,
      Plans: [scan, node('Hash', [10, 10, 1], inner)],
    });
    expect(found(documentOf(node('Sort', [10, 5000, 1], { Plans: [join] })))).toEqual([
      'row_misestimate Plan.Plans[0].Plans[0]',
    ]);
  });

  test('what LIMIT, a semi join or a merge join cut short was not overestimated', () => {
    const scan = node('Seq Scan', [100_000, 5, 1], outer);
    expect(found(documentOf(node('Limit', [5, 5, 1], { Plans: [scan] })))).toEqual([]);
    expect(found(documentOf(node('Sort', [5, 5, 1], { Plans: [scan] })))).toEqual([
      'row_misestimate Plan.Plans[0]',
    ]);
    const semi = node('Nested Loop', [5, 5, 1], {
      'Join Type': 'Semi',
      Plans: [node('Seq Scan', [5, 5, 1], outer), { ...scan, ...inner }],
    });
    expect(found(documentOf(semi))).toEqual([]);
    expect(
      found(documentOf(node('Merge Join', [5, 5, 1], { Plans: [scan, node('Sort', [5, 900, 1], inner)] }))),
    ).toEqual([]);
  });

  test('counts all loops, the processes of a Gather, and no node that never ran', () => {
    const parallel = node('Seq Scan', [41_667, 33_333, 3], { ...outer, 'Parallel Aware': true });
    const gather = (below: Raw): Raw =>
      node('Gather', [100_000, 100_000, 1], { 'Workers Planned': 2, 'Workers Launched': 2, Plans: [below] });
    expect(found(documentOf(gather(parallel)))).toEqual([]);
    const alone = node('Seq Scan', [41_667, 100_000, 1], { ...outer, 'Parallel Aware': true });
    expect(nodesOf(documentOf(gather(alone)))[1]?.expectedRows).toBeCloseTo(41_667 * 2.4);
    expect(
      found(documentOf(node('Append', [1, 1, 1], { Plans: [node('Seq Scan', [100_000, 0, 0], outer)] }))),
    ).toEqual([]);
    expect(nodesOf(documentOf(node('Seq Scan', [1, 0.37, 1000])))[0]?.rows).toBeCloseTo(370);
  });
});

describe('what takes the time of the machine', () => {
  test('compiling', () => {
    const jit = (ms: number): Raw => ({ JIT: { Functions: 9, Timing: { Total: ms } } });
    expect(found(documentOf(node('Result', [1, 1, 1]), jit(60)))).toEqual(['jit_cost -']);
    expect(found(documentOf(node('Result', [1, 1, 1]), jit(20)))).toEqual([]);
    expect(found(documentOf(node('Result', [1, 1, 1]), { ...jit(9), 'Execution Time': 12 }))).toEqual([]);
  });

  test('planning and triggers', () => {
    expect(found(documentOf(node('Result', [1, 1, 1]), { 'Planning Time': 101 }))).toEqual([
      'planning_time -',
    ]);
    expect(found(documentOf(node('Result', [1, 1, 1]), { 'Planning Time': 99 }))).toEqual([]);
    const trigger = (ms: number): Raw => ({
      Triggers: [{ 'Trigger Name': 't', Relation: 'r', Time: ms, Calls: 1 }],
    });
    expect(found(documentOf(node('ModifyTable', [0, 0, 1]), trigger(21)))).toEqual(['trigger_time -']);
    expect(found(documentOf(node('ModifyTable', [0, 0, 1]), trigger(19)))).toEqual([]);
  });

  test('workers that did not come, but not where nothing was to do', () => {
    const gather = (launched: number, loops: number): Raw =>
      node('Gather', [1, 1, loops], { 'Workers Planned': 2, 'Workers Launched': launched });
    expect(found(documentOf(gather(1, 1)))).toEqual(['workers_not_launched Plan']);
    expect(found(documentOf(gather(2, 1)))).toEqual([]);
    expect(found(documentOf(gather(0, 0)))).toEqual([]);
  });
});

test('a plan that was not executed shows nothing that only an execution can show', () => {
  const planned = {
    'Node Type': 'Sort',
    'Plan Rows': 1,
    'Sort Space Type': 'Disk',
    'Sort Space Used': 9999,
    'Hash Batches': 4,
  };
  expect(found(documentOf(planned, { 'Planning Time': 5000, 'Execution Time': 1 }))).toEqual([]);
});

test('an unknown plan is judged, drawn, summed up and compared without an error', () => {
  let seed = 11;
  const next = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
  const types: readonly unknown[] = [
    'Sort',
    'Hash',
    'Nested Loop',
    'Append',
    'Gather',
    'Limit',
    'Aggregate',
    'Bitmap Heap Scan',
    'New in 19',
    7,
    null,
  ];
  const keys = [
    'Plan Rows',
    'Actual Rows',
    'Actual Loops',
    'Filter',
    'Workers',
    'Sort Space Used',
    'Full-sort Groups',
    'Parent Relationship',
    'Relation Name',
    'Schema',
    'Plans',
  ];
  const values = [
    0,
    -1,
    1e300,
    '',
    "('",
    null,
    [],
    {},
    [null, 3],
    { 'Sort Space Disk': [] },
    true,
    'Inner',
    'x',
  ];
  const any = (depth: number): Raw => ({
    'Node Type': types[next(types.length)],
    ...Object.fromEntries(
      Array.from(
        { length: next(6) },
        () => [keys[next(keys.length)] ?? '', values[next(values.length)]] as const,
      ),
    ),
    ...(depth > 0 ? { Plans: Array.from({ length: next(3) }, () => any(depth - 1)) } : {}),
  });
  for (let run = 0; run < 300; run++) {
    const [one, other] = [documentOf(any(3)), documentOf(any(3))];
    found(one);
    expect(drawTree(nodesOf(one), new Map())).not.toBe('');
    summarizePlan(one);
    expect(comparePlans(one, one, 8192)).toMatchObject({ same_shape: true });
    const { nodes } = comparePlans(one, other, 8192);
    const paths = (side: 'before_path' | 'after_path'): unknown[] =>
      nodes
        .map((pair) => pair[side])
        .filter((path) => path !== null)
        .sort();
    expect(paths('before_path')).toEqual(
      nodesOf(one)
        .map(({ path }) => path)
        .sort(),
    );
    expect(paths('after_path')).toEqual(
      nodesOf(other)
        .map(({ path }) => path)
        .sort(),
    );
  }
});

describe('two plans', () => {
  const scan = (type: string): Raw =>
    node(type, [10, 10, 1], { ...outer, 'Relation Name': 't', Schema: 's', Alias: 't' });

  test('a node that came between is added, and a scan done another way is changed', () => {
    const before = documentOf(node('Aggregate', [1, 1, 1], { Plans: [scan('Seq Scan')] }));
    const sorted = node('Sort', [10, 10, 1], { ...outer, Plans: [scan('Index Scan')] });
    const after = documentOf(node('Aggregate', [1, 1, 1], { 'Total Cost': 50, Plans: [sorted] }), {
      'Execution Time': 25,
    });
    const compared = comparePlans(before, after, 8192);
    expect(compared).toMatchObject({ cost_ratio: 0.5, time_ratio: 0.25, same_shape: false });
    expect(
      compared.nodes.map(({ change, before_node, after_node }) => [change, before_node, after_node]),
    ).toEqual([
      ['same', 'Aggregate', 'Aggregate'],
      ['added', null, 'Sort'],
      ['changed', 'Seq Scan on s.t', 'Index Scan on s.t'],
    ]);
  });

  test('are read from an envelope, or as EXPLAIN writes them', () => {
    const plan = [{ Plan: { 'Node Type': 'Result' } }];
    for (const text of [plan, plan[0], { data: { plan } }])
      expect(readComparedPlan(JSON.stringify(text))).toEqual(plan);
    for (const text of ['', '[]', '{"data": null}', '{"Plan": 3}'])
      expect(() => readComparedPlan(text)).toThrow(/--compare/);
  });

  test('a queryid keeps all its digits', () => {
    const [statement] = parsePlan(
      '[{"Plan": {"Node Type": "Result", "Filter": "\\"Query Identifier\\": 1"}, "Query Identifier": -3688696628780506601}]',
    );
    expect(statement?.['Query Identifier']).toBe('-3688696628780506601');
  });
});

test('the page of the command lists every rule', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../../docs/query-analyze.md'), 'utf8');
  expect(PLAN_RULES.filter(({ code }) => !page.includes(`\`${code}\``)).map(({ code }) => code)).toEqual([]);
});
