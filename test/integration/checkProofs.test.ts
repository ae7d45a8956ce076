import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  expected,
  foundBy,
  judge,
  proofsOf,
  snapshotOf,
  thresholdsOf,
} from '../support/checkProofs/judged.js';
import { plantedServer, type PlantedServer } from '../support/checkProofs/plantedServer.js';
import type { Proof } from '../support/checkProofs/proof.js';
import { standbySnapshots, type StandbySnapshots } from '../support/checkProofs/standbyScenes.js';
import type { Finding } from '../../src/check/checkData.js';
import { CHECK_RULES } from '../../src/check/registry.js';
import { MAJORS } from '../support/cluster.js';
import { runCli } from '../support/runCli.js';

const GB = 1024 ** 3;
const THRESHOLDS = thresholdsOf('planted');
/** It compares with a host, and has a test of its own. */
const WITHOUT_HOST = (proof: Proof): boolean => proof.rule !== 'setting_far_off';

/** What the rules of the proofs found, and what they were to find. */
function compared(
  proofs: readonly Proof[],
  findings: readonly Finding[],
  names: Readonly<Record<string, string>> = {},
): { found: unknown; wanted: unknown } {
  const found = proofs.map(({ rule }) => [rule, foundBy(rule, findings)]);
  const wanted = proofs.map((proof) => [proof.rule, expected(proof, names)]);
  return { found: Object.fromEntries(found), wanted: Object.fromEntries(wanted) };
}

describe.each(MAJORS)('every rule on PostgreSQL %i', (major) => {
  let planted: PlantedServer | undefined;
  const saved: Record<string, string> = {};
  const snapshot = (name: string): string => saved[name] ?? '';

  beforeAll(async () => {
    planted = await plantedServer(major);
    for (const user of ['postgres', 'monitor', 'bare'])
      saved[user] = await snapshotOf(planted.server.dsn({ user, dbname: 'planted' }));
    const live = ['check', '--config', '-', '--dsn', planted.server.dsn({ dbname: 'planted' })];
    saved['live'] = (await runCli(live, { input: THRESHOLDS })).stdout;
    await planted.switchOver();
    saved['switched'] = await snapshotOf(planted.server.dsn({ dbname: 'planted' }));
  });
  afterAll(() => planted?.stop());

  it.each([
    ['planted', 'postgres', THRESHOLDS],
    ['switched', 'switched', null],
  ] as const)('finds its fault and not the decoy beside it: %s', (scene, name, thresholds) => {
    const { findings } = judge(snapshot(name), thresholds);
    const proofs = proofsOf(scene, major).filter(WITHOUT_HOST);
    const { found, wanted } = compared(proofs, findings, planted?.names);
    expect(found).toEqual(wanted);
  });

  it('is silent where the threshold of the proof alone made it speak', () => {
    const lowered = proofsOf('planted', major).filter(({ thresholds }) => thresholds !== undefined);
    const { findings, passed } = judge(snapshot('postgres'), null);
    for (const { rule } of lowered) {
      expect.soft(foundBy(rule, findings), rule).toEqual({});
      expect.soft(passed, rule).toContain(rule);
    }
  });

  it('is silent once the fault is mended', () => {
    const { findings } = judge(snapshot('switched'), null);
    const mended = [
      'synchronous_commit_off',
      'effective_cache_size_small',
      'wal_size_settings_swapped',
      'autovacuum_workers_unreachable',
      'idle_in_transaction',
      'lock_wait_long',
      'slot_retention_unlimited',
    ];
    expect(findings.filter(({ rule }) => mended.includes(rule))).toEqual([]);
  });

  it.each(['monitor', 'bare'])('tells %s what it could not see, and never that it passed', (user) => {
    const whole = judge(snapshot('postgres'), THRESHOLDS);
    const { findings, not_evaluated, passed } = judge(snapshot(user), THRESHOLDS);
    const unseen = new Set(not_evaluated.map(({ rule }) => rule));
    const sessions = (object: string): boolean => !object.startsWith('session:');
    for (const { rule } of proofsOf('planted', major)) {
      const all = Object.entries(foundBy(rule, whole.findings)).filter(([object]) => sessions(object));
      const seen = Object.entries(foundBy(rule, findings)).filter(([object]) => sessions(object));
      if (!unseen.has(rule)) expect.soft(seen, `${rule} as ${user}`).toEqual(all);
      else expect.soft(passed, rule).not.toContain(rule);
    }
    const lost = [...unseen].filter((rule) => !whole.not_evaluated.some((one) => one.rule === rule));
    expect(lost).toContain('password_md5');
  });

  it('says the same of a saved snapshot as live', () => {
    const live = (JSON.parse(snapshot('live')) as { data: ReturnType<typeof judge> }).data;
    const later = judge(snapshot('postgres'), THRESHOLDS);
    expect({ ...later, checked_at: '', findings: later.findings.map(timeless) }).toEqual({
      passed: live.passed,
      not_evaluated: live.not_evaluated,
      not_applicable: live.not_applicable,
      summary: live.summary,
      checked_at: '',
      findings: live.findings.map(timeless),
    });
  });

  it('warns of settings that are far off only when it knows the host', () => {
    const far = (findings: readonly Finding[]): string[] =>
      findings.filter(({ rule }) => rule === 'setting_far_off').map(({ severity }) => severity);
    const known = judge(snapshot('postgres'), null, { ramBytes: 64 * GB, cpus: 16, storage: 'ssd' });
    expect(foundBy('setting_far_off', known.findings)).toMatchObject({ 'setting:shared_buffers': 'warning' });
    expect(far(judge(snapshot('postgres'), null).findings)).not.toContain('warning');
  });

  it('has a verdict of every rule', () => {
    const { findings, not_evaluated, passed, not_applicable } = judge(snapshot('postgres'), THRESHOLDS);
    const told = [...findings, ...not_evaluated].map(({ rule }) => rule);
    expect(new Set([...told, ...passed, ...not_applicable])).toEqual(
      new Set(CHECK_RULES.map(({ id }) => id)),
    );
  });
});

/** Times and counters go on between two looks. */
function timeless({ evidence, ...finding }: Finding): Omit<Finding, 'evidence'> & { evidence: string[] } {
  return { ...finding, evidence: Object.keys(evidence) };
}

describe.each([12, 15, 18] as const)('rules of replication on PostgreSQL %i', (major) => {
  let saved: StandbySnapshots;
  beforeAll(async () => {
    saved = await standbySnapshots(major);
  });

  it.each(['primary', 'standby', 'cut'] as const)('find their fault: %s', (scene) => {
    const { findings } = judge(saved[scene], thresholdsOf(scene));
    const { found, wanted } = compared(proofsOf(scene, major), findings);
    expect(found).toEqual(wanted);
  });

  it.each([
    ['primary', ['standby_catching_up', 'synchronous_standby_missing']],
    ['standby', ['wal_receiver_missing', 'archiving_failing', 'standby_lag']],
    ['cut', ['replay_paused']],
  ] as const)('are silent beside it: %s', (scene, rules) => {
    const { passed } = judge(saved[scene], null);
    expect(passed).toEqual(expect.arrayContaining([...rules]));
  });

  it('count the standbys that commits wait for', () => {
    const { findings } = judge(saved.lonely, null);
    const [finding] = findings.filter(({ rule }) => rule === 'synchronous_standby_missing');
    expect(finding?.evidence).toMatchObject({ synchronous: 1, wanted: 2 });
  });

  it('do not ask a standby what only its primary counts', () => {
    const { not_applicable } = judge(saved.standby, null);
    expect(not_applicable).toEqual(expect.arrayContaining(['dead_rows_overdue', 'never_analyzed']));
  });
});
