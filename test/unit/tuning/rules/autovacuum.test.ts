import { describe, expect, test } from 'vitest';
import {
  measuredAutovacuumSpeed,
  measuredAutovacuumThreshold,
} from '../../../../src/tuning/rules/measured/autovacuum.js';
import { autovacuumThresholds } from '../../../../src/tuning/rules/pgdba/autovacuumThresholds.js';
import {
  autovacuumCostDelay,
  autovacuumCostLimit,
  autovacuumMaxWorkers,
} from '../../../../src/tuning/rules/pgdba/autovacuumWorkers.js';
import type { Evidence } from '../../../../src/tuning/evidence.js';
import { situation } from '../situations.js';
import { asked, evidence, only, settings, values } from './asking.js';

const pg12 = await settings(12);
const pg17 = await settings(17);
const pg18 = await settings(18);

describe('workers', () => {
  test.each([
    [15.9, {}],
    [16, { autovacuum_max_workers: '4' }],
    [31, { autovacuum_max_workers: '4' }],
    [32, { autovacuum_max_workers: '5' }],
    [256, { autovacuum_max_workers: '5' }],
    [null, {}],
  ])('with %s CPUs', (cpus, expected) => {
    expect(values(autovacuumMaxWorkers, situation({ cpus, settings: pg17 }))).toEqual(expected);
  });

  test('in 18 only as many as there are slots; never fewer than there are', async () => {
    const few = situation({ cpus: 64, settings: await settings(18, { autovacuum_worker_slots: '4' }) });
    expect(values(autovacuumMaxWorkers, few)).toEqual({ autovacuum_max_workers: '4' });
    const none = situation({ cpus: 64, settings: await settings(18, { autovacuum_worker_slots: '3' }) });
    expect(values(autovacuumMaxWorkers, none)).toEqual({});
    const many = situation({ cpus: 64, settings: await settings(18, { autovacuum_max_workers: '8' }) });
    expect(values(autovacuumMaxWorkers, many)).toEqual({});
  });
});

describe('cost limit', () => {
  test.each([
    ['ssd', '600'],
    ['san', '600'],
    ['nvme', '2000'],
  ] as const)('on %s', (storage, value) => {
    expect(only(autovacuumCostLimit, situation({ storage, settings: pg17 }))).toMatchObject({
      value,
      confidence: 'low',
      evidence: { no_evidence: 'no server, so no statistics', in_force: 200 },
    });
  });

  test('on a disk it only grows with the workers, which share it', () => {
    const disk = situation({ storage: 'hdd', settings: pg17 });
    expect(values(autovacuumCostLimit, disk)).toEqual({});
    expect(values(autovacuumCostLimit, disk, { autovacuum_max_workers: '5' })).toEqual({
      autovacuum_vacuum_cost_limit: '333',
    });
    const unknown = situation({ storage: null, settings: pg17 });
    expect(values(autovacuumCostLimit, unknown, { autovacuum_max_workers: '4' })).toEqual({
      autovacuum_vacuum_cost_limit: '267',
    });
  });

  test('-1 stands for vacuum_cost_limit; nothing is lowered, nothing passes 10000', async () => {
    const of = async (own: Record<string, string>, workers = '3') =>
      values(autovacuumCostLimit, situation({ settings: await settings(17, own) }), {
        autovacuum_max_workers: workers,
      });
    expect(await of({ vacuum_cost_limit: '599' })).toEqual({ autovacuum_vacuum_cost_limit: '600' });
    expect(await of({ vacuum_cost_limit: '600' })).toEqual({});
    expect(await of({ autovacuum_vacuum_cost_limit: '5000' })).toEqual({});
    expect(await of({ autovacuum_vacuum_cost_limit: '9000' }, '5')).toEqual({
      autovacuum_vacuum_cost_limit: '10000',
    });
  });

  test('says how much may be written', async () => {
    const at = async (delay: string) =>
      only(
        autovacuumCostLimit,
        situation({ settings: await settings(17, { autovacuum_vacuum_cost_delay: delay }) }),
      ).rationale;
    expect(await at('2ms')).toContain('about 117MB/s');
    expect(await at('0')).toContain('as much as they can');
  });
});

describe('cost delay', () => {
  const at = async (delay: string, storage: 'ssd' | 'hdd' | null = 'ssd') =>
    values(
      autovacuumCostDelay,
      situation({ storage, settings: await settings(12, { autovacuum_vacuum_cost_delay: delay }) }),
    );

  test('20ms from before 12 goes, but not on a disk', async () => {
    expect(await at('20ms')).toEqual({ autovacuum_vacuum_cost_delay: '2ms' });
    expect(await at('2100us', null)).toEqual({ autovacuum_vacuum_cost_delay: '2ms' });
    expect(await at('2ms')).toEqual({});
    expect(await at('0')).toEqual({});
    expect(await at('-1')).toEqual({});
    expect(await at('20ms', 'hdd')).toEqual({});
  });
});

describe('thresholds', () => {
  test('are halved where rows change; never raised', async () => {
    for (const workload of ['oltp', 'web', 'mixed'] as const) {
      expect(values(autovacuumThresholds, situation({ workload, settings: pg12 }))).toEqual({
        autovacuum_vacuum_scale_factor: '0.1',
        autovacuum_analyze_scale_factor: '0.05',
      });
    }
    for (const workload of ['olap', 'desktop'] as const) {
      expect(values(autovacuumThresholds, situation({ workload, settings: pg12 }))).toEqual({});
    }
    const lower = await settings(17, { autovacuum_vacuum_scale_factor: '0.02' });
    expect(values(autovacuumThresholds, situation({ settings: lower }))).toEqual({
      autovacuum_analyze_scale_factor: '0.05',
    });
  });

  test('before 18 it is said what bounds the largest tables', () => {
    const rationale = (major: number, of: typeof pg17) =>
      asked(autovacuumThresholds, situation({ major, settings: of }))[0]?.rationale;
    expect(rationale(17, pg17)).toContain('storage option');
    expect(rationale(18, pg18)).not.toContain('storage option');
  });
});

describe('measured: autovacuum cannot keep up', () => {
  const behind: Partial<Evidence> = {
    tables_behind_autovacuum: 3,
    autovacuum_workers_busy: 3,
    longest_transaction_s: 0,
    prepared_xacts: 0,
  };
  const live = (known: Partial<Evidence>, of = pg17) =>
    situation({ settings: of, evidence: evidence({ ...behind, ...known }) });

  test('all workers busy and tables waiting: twice the limit and two workers more', () => {
    expect(values(measuredAutovacuumSpeed, live({}))).toEqual({
      autovacuum_vacuum_cost_limit: '400',
      autovacuum_max_workers: '5',
    });
    expect(values(measuredAutovacuumSpeed, live({}), { autovacuum_vacuum_cost_limit: '600' })).toMatchObject({
      autovacuum_vacuum_cost_limit: '1200',
    });
  });

  test('one worker idle, or two tables behind, or nobody may look: nothing', () => {
    expect(values(measuredAutovacuumSpeed, live({ autovacuum_workers_busy: 2 }))).toEqual({});
    expect(values(measuredAutovacuumSpeed, live({ tables_behind_autovacuum: 2 }))).toEqual({});
    expect(values(measuredAutovacuumSpeed, live({ autovacuum_workers_busy: null }))).toEqual({});
    expect(values(measuredAutovacuumSpeed, live({ tables_behind_autovacuum: null }))).toEqual({});
    expect(values(measuredAutovacuumSpeed, situation({ settings: pg17 }))).toEqual({});
  });

  test('in 18 no more workers than slots, and never fewer than an earlier rule chose', async () => {
    const slots = await settings(18, { autovacuum_worker_slots: '4' });
    expect(values(measuredAutovacuumSpeed, live({}, slots))).toMatchObject({ autovacuum_max_workers: '4' });
    expect(values(measuredAutovacuumSpeed, live({}), { autovacuum_max_workers: '5' })).toEqual({
      autovacuum_vacuum_cost_limit: '400',
    });
  });

  test('the limit ends at 10000', async () => {
    const high = await settings(17, { autovacuum_vacuum_cost_limit: '6000' });
    expect(values(measuredAutovacuumSpeed, live({}, high))).toMatchObject({
      autovacuum_vacuum_cost_limit: '10000',
    });
    const most = await settings(17, { autovacuum_vacuum_cost_limit: '10000' });
    expect(values(measuredAutovacuumSpeed, live({}, most))).toEqual({ autovacuum_max_workers: '5' });
  });

  test.each([{ longest_transaction_s: 3600 }, { prepared_xacts: 1 }])(
    '%o may be the real reason: less sure, and said',
    (held) => {
      const [sure] = asked(measuredAutovacuumSpeed, live({ longest_transaction_s: 3599 }));
      expect(sure).toMatchObject({ confidence: 'medium' });
      const [unseen] = asked(
        measuredAutovacuumSpeed,
        live({ longest_transaction_s: null, prepared_xacts: null }),
      );
      expect(unseen).toMatchObject({ confidence: 'medium' });
      const [unsure] = asked(measuredAutovacuumSpeed, live(held));
      expect(unsure).toMatchObject({ confidence: 'low' });
      expect(unsure?.rationale).toContain('look at that first');
    },
  );

  test('many dead rows and no table due: the share is too large', async () => {
    const full = { tables_behind_autovacuum: 0, dead_tuple_ratio: 0.2 };
    expect(values(measuredAutovacuumThreshold, live(full))).toEqual({
      autovacuum_vacuum_scale_factor: '0.05',
    });
    expect(values(measuredAutovacuumThreshold, live({ ...full, dead_tuple_ratio: 0.19 }))).toEqual({});
    expect(values(measuredAutovacuumThreshold, live({ ...full, tables_behind_autovacuum: 1 }))).toEqual({});
    expect(values(measuredAutovacuumThreshold, live({ ...full, tables_behind_autovacuum: null }))).toEqual(
      {},
    );
    expect(values(measuredAutovacuumThreshold, live({ ...full, dead_tuple_ratio: null }))).toEqual({});
    const low = await settings(17, { autovacuum_vacuum_scale_factor: '0.05' });
    expect(values(measuredAutovacuumThreshold, live(full, low))).toEqual({});
  });
});
