import { describe, expect, test } from 'vitest';
import { measuredIdleInTransaction } from '../../../../src/tuning/rules/measured/idleInTransaction.js';
import { measuredSlotRetention } from '../../../../src/tuning/rules/measured/slotRetention.js';
import { idleInTransaction } from '../../../../src/tuning/rules/pgdba/idleInTransaction.js';
import { idleSlotTimeout, slotWalKeepSize } from '../../../../src/tuning/rules/pgdba/replicationSlots.js';
import { walKeep } from '../../../../src/tuning/rules/pgdba/walKeep.js';
import type { Evidence } from '../../../../src/tuning/evidence.js';
import type { Workload } from '../../../../src/tuning/situation.js';
import { GB, situation } from '../situations.js';
import { evidence, only, settings, values } from './asking.js';

const pg12 = await settings(12);
const pg17 = await settings(17);
const pg18 = await settings(18);
const live = (known: Partial<Evidence>, all = pg17) =>
  situation({ settings: all, evidence: evidence(known) });

describe('slots', () => {
  test('are limited where there are some: 10GB, four times max_wal_size, or twice what any keeps', () => {
    const of = (retained: number, maxWalSize: string) =>
      values(slotWalKeepSize, live({ replication_slots: 1, slot_retained_bytes: retained }), {
        max_wal_size: maxWalSize,
      });
    expect(of(0, '1GB')).toEqual({ max_slot_wal_keep_size: '10GB' });
    expect(of(0, '8GB')).toEqual({ max_slot_wal_keep_size: '32GB' });
    expect(of(30 * GB + 1, '8GB')).toEqual({ max_slot_wal_keep_size: '61GB' });
  });

  test('are left alone without slots, with a limit, and on 12, which has none', async () => {
    expect(values(slotWalKeepSize, live({ replication_slots: 0 }))).toEqual({});
    expect(values(slotWalKeepSize, live({}))).toEqual({});
    expect(values(slotWalKeepSize, situation({ settings: pg17 }))).toEqual({});
    expect(values(slotWalKeepSize, live({ replication_slots: 1 }, pg12))).toEqual({});
    const own = await settings(17, { max_slot_wal_keep_size: '100MB' });
    expect(values(slotWalKeepSize, live({ replication_slots: 1 }, own))).toEqual({});
  });

  test('18 gives up those that nobody used for a week', async () => {
    expect(values(idleSlotTimeout, live({ replication_slots: 1 }, pg18))).toEqual({
      idle_replication_slot_timeout: '7d',
    });
    expect(values(idleSlotTimeout, live({ replication_slots: 0 }, pg18))).toEqual({});
    expect(values(idleSlotTimeout, live({ replication_slots: 1 }, pg17))).toEqual({});
    const own = await settings(18, { idle_replication_slot_timeout: '1d' });
    expect(values(idleSlotTimeout, live({ replication_slots: 1 }, own))).toEqual({});
  });

  test('measured: an unused slot that keeps more than max_wal_size', () => {
    const kept = { replication_slots: 2, inactive_replication_slots: 1, slot_retained_bytes: GB + 1 };
    expect(only(measuredSlotRetention, live(kept))).toMatchObject({
      value: '10GB',
      confidence: 'medium',
      source: 'measured',
    });
    expect(values(measuredSlotRetention, live({ ...kept, slot_retained_bytes: GB }))).toEqual({});
    expect(values(measuredSlotRetention, live({ ...kept, inactive_replication_slots: 0 }))).toEqual({});
    expect(values(measuredSlotRetention, live({ ...kept, slot_retained_bytes: null }))).toEqual({});
    expect(values(measuredSlotRetention, live({ ...kept, inactive_replication_slots: null }))).toEqual({});
    expect(values(measuredSlotRetention, live(kept, pg12))).toEqual({});
  });
});

describe('WAL for standbys without slots', () => {
  const bare = { standbys: 1, replication_slots: 0 };

  test('is kept in the setting that the version has', () => {
    expect(values(walKeep, live(bare, pg12))).toEqual({ wal_keep_segments: '64' });
    expect(values(walKeep, live(bare, pg18))).toEqual({ wal_keep_size: '1GB' });
  });

  test('is not kept without standbys, with slots, with an archive, or where some is kept', async () => {
    expect(values(walKeep, live({ ...bare, standbys: 0 }))).toEqual({});
    expect(values(walKeep, live({ ...bare, standbys: null }))).toEqual({});
    expect(values(walKeep, live({ ...bare, replication_slots: 1 }))).toEqual({});
    expect(values(walKeep, live({ ...bare, replication_slots: null }))).toEqual({});
    expect(values(walKeep, live(bare, await settings(17, { archive_mode: 'on' })))).toEqual({});
    expect(values(walKeep, live(bare, await settings(17, { wal_keep_size: '16MB' })))).toEqual({});
  });
});

describe('idle in transaction', () => {
  const of = (workload: Workload, longest: number | null, all = pg17) =>
    situation({ workload, settings: all, evidence: evidence({ longest_idle_in_transaction_s: longest }) });

  test('unseen, only the forgotten end, and nobody is sure of it', () => {
    expect(only(idleInTransaction, of('oltp', 5))).toMatchObject({
      value: '1h',
      confidence: 'low',
      evidence: { longest_idle_in_transaction_s: 5 },
    });
    expect(only(idleInTransaction, of('oltp', 5)).evidence).not.toHaveProperty('no_evidence');
    expect(only(idleInTransaction, of('oltp', null)).evidence).toMatchObject({
      no_evidence: 'what other sessions do is not visible to this role',
    });
    const planned = situation({ workload: 'oltp', settings: pg17 });
    expect(only(idleInTransaction, planned).evidence).toMatchObject({
      no_evidence: 'no server, so no statistics',
    });
    expect(values(idleInTransaction, of('olap', 5))).toEqual({});
    expect(values(idleInTransaction, of('desktop', 5))).toEqual({});
  });

  test.each([
    ['oltp', 600, '10min'],
    ['web', 600, '10min'],
    ['mixed', 600, '10min'],
    ['olap', 3600, '1h'],
    ['desktop', 3600, '1h'],
  ] as const)('measured, %s: from %i seconds on', (workload, seconds, value) => {
    expect(only(measuredIdleInTransaction, of(workload, seconds))).toMatchObject({
      value,
      source: 'measured',
    });
    expect(values(measuredIdleInTransaction, of(workload, seconds - 1))).toEqual({});
    expect(values(measuredIdleInTransaction, of(workload, null))).toEqual({});
  });

  test('a timeout that is set stays', async () => {
    const own = await settings(17, { idle_in_transaction_session_timeout: '2h' });
    expect(values(idleInTransaction, of('oltp', 7200, own))).toEqual({});
    expect(values(measuredIdleInTransaction, of('oltp', 7200, own))).toEqual({});
  });
});
