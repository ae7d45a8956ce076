import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAJORS } from '../support/cluster.js';
import { expected, foundBy, judge, snapshotOf, thresholdsOf } from '../support/checkProofs/judged.js';
import { plantedServer, proofsOf, type PlantedServer } from '../support/checkProofs/plantedServer.js';

const THRESHOLDS = thresholdsOf('planted');

describe.each(MAJORS)('every rule on PostgreSQL %i', (major) => {
  let planted: PlantedServer | undefined;
  const saved: Record<string, string> = {};

  beforeAll(async () => {
    planted = await plantedServer(major);
    for (const user of ['postgres', 'monitor', 'bare'])
      saved[user] = await snapshotOf(planted.server.dsn({ user, dbname: 'planted' }));
    await planted.switchOver();
    saved['switched'] = await snapshotOf(planted.server.dsn({ dbname: 'planted' }));
  });
  afterAll(() => planted?.stop());

  it.each([
    ['planted', 'postgres', THRESHOLDS],
    ['switched', 'switched', null],
  ] as const)('finds its fault and not the decoy beside it: %s', (scene, snapshot, thresholds) => {
    const { findings } = judge(saved[snapshot] ?? '', thresholds);
    const proofs = proofsOf(scene, major).filter(({ rule }) => rule !== 'setting_far_off');
    const found = proofs.map(({ rule }) => [rule, foundBy(rule, findings)]);
    const wanted = proofs.map((proof) => [proof.rule, expected(proof, planted?.names ?? {})]);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
  });
});
