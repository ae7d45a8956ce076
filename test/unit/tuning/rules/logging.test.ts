import { describe, expect, test } from 'vitest';
import { quietLogging, slowStatements } from '../../../../src/tuning/rules/pgdba/logging.js';
import { situation } from '../situations.js';
import { asked, evidence, settings, values } from './asking.js';

describe('lines that cost nothing until there is something to tell', () => {
  const of = async (major: number, own: Record<string, string> = {}) =>
    values(quietLogging, situation({ major, settings: await settings(major, own) }));

  test('until 14 checkpoints and long vacuums are not logged by default', async () => {
    const since15 = { log_lock_waits: 'on', log_temp_files: '10MB' };
    const before15 = { ...since15, log_checkpoints: 'on', log_autovacuum_min_duration: '10min' };
    expect(await of(12)).toEqual(before15);
    expect(await of(14)).toEqual(before15);
    expect(await of(15)).toEqual(since15);
    expect(await of(18)).toEqual(since15);
  });

  test('what is switched on stays at its value', async () => {
    const on = {
      log_lock_waits: 'on',
      log_temp_files: '0',
      log_autovacuum_min_duration: '0',
      log_checkpoints: 'on',
    };
    expect(await of(12, on)).toEqual({});
    expect(await of(18, { log_checkpoints: 'off' })).toMatchObject({ log_checkpoints: 'on' });
  });

  test('the numbers that speak for a line stand beside it', async () => {
    const seen = evidence({ deadlocks: 7, temp_files: 9 });
    const lines = asked(quietLogging, situation({ settings: await settings(18), evidence: seen }));
    expect(lines.map(({ evidence: found }) => found)).toEqual([
      { in_force: 'off', deadlocks: 7 },
      { in_force: '-1', temp_files: 9 },
    ]);
  });
});

describe('slow statements', () => {
  test('12 cannot sample; from 13 on a sample comes with its rate, the rate first', async () => {
    const of = async (major: number) =>
      asked(slowStatements, situation({ major, workload: 'oltp', settings: await settings(major) })).map(
        ({ parameter, value }) => `${parameter} = ${value}`,
      );
    expect(await of(12)).toEqual(['log_min_duration_statement = 1s']);
    expect(await of(13)).toEqual([
      'log_min_duration_statement = 1s',
      'log_statement_sample_rate = 0.01',
      'log_min_duration_sample = 100ms',
    ]);
  });

  test.each([
    ['mixed', '5s', '500ms'],
    ['olap', '1min', '10s'],
    ['web', '1s', '100ms'],
  ] as const)('%s', async (workload, slow, sampled) => {
    expect(values(slowStatements, situation({ workload, settings: await settings(17) }))).toEqual({
      log_min_duration_statement: slow,
      log_statement_sample_rate: '0.01',
      log_min_duration_sample: sampled,
    });
  });

  test('whoever has chosen is left alone', async () => {
    const own = await settings(17, { log_min_duration_statement: '0' });
    expect(values(slowStatements, situation({ settings: own }))).toEqual({});
    const sampling = await settings(17, { log_min_duration_sample: '50ms' });
    expect(values(slowStatements, situation({ workload: 'oltp', settings: sampling }))).toEqual({
      log_min_duration_statement: '1s',
    });
  });
});
