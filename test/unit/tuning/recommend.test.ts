import { beforeAll, describe, expect, test } from 'vitest';
import type { Setting, Settings } from '../../../src/core/setting/spec.js';
import { catalogueOf } from '../../../src/tuning/catalogue/catalogue.js';
import { recommend } from '../../../src/tuning/recommend.js';
import type { Chosen, Rule } from '../../../src/tuning/rule.js';
import { planted, proposing } from './plantedRule.js';
import { GB, situation } from './situations.js';

let settings: Settings;
beforeAll(async () => {
  settings = await catalogueOf(17);
});

/** The settings with some of them changed, in the form of pg_settings.setting. */
function inForce(changes: Readonly<Record<string, Partial<Setting> | string>>): Settings {
  const changed = Object.entries(changes).map(([name, change]): [string, Setting] => {
    const known = settings.get(name);
    if (known === undefined) throw new Error(`no setting ${name}`);
    return [name, { ...known, ...(typeof change === 'string' ? { setting: change } : change) }];
  });
  return new Map([...settings, ...changed]);
}

function answerOf(rules: readonly Rule[], change: Parameters<typeof situation>[0] = {}) {
  return recommend(situation({ major: 17, settings, ...change }), rules);
}

describe('a row', () => {
  test('says what the setting is and what it should be, as SHOW and postgresql.conf write it', () => {
    const rule = proposing('shared_buffers', '6GB', { evidence: { ram_bytes: 1 }, source: 'measured' });
    expect(answerOf([rule]).rows).toEqual([
      {
        parameter: 'shared_buffers',
        current: '128MB',
        recommended: '6GB',
        unit: '8kB',
        confidence: 'high',
        rationale: 'Because the test says so.',
        source: 'measured',
        context: 'postmaster',
        needs_restart: true,
        evidence: { ram_bytes: 1 },
      },
    ]);
    expect(answerOf([proposing('JIT', 'off')]).rows).toMatchObject([
      { parameter: 'jit', current: 'on', unit: null, needs_restart: false, context: 'user' },
    ]);
  });

  test.each([
    ['work_mem', '4096kB'],
    ['jit', 'yes'],
    ['checkpoint_completion_target', '0.90'],
    ['log_destination', 'stderr'],
  ])('is not made where the value is in force already: %s = %s', (parameter, value) => {
    expect(answerOf([proposing(parameter, value)])).toMatchObject({ rows: [], refused: [] });
  });

  test('is one step less sure in the remote-conservative profile', () => {
    const rules = [
      proposing('jit', 'off', { confidence: 'high' }),
      proposing('work_mem', '8MB', { confidence: 'medium' }),
      proposing('random_page_cost', '1.1', { confidence: 'low' }),
    ];
    const confidences = (profile: 'standard' | 'remote-conservative'): unknown =>
      answerOf(rules, { profile }).rows.map(({ confidence }) => confidence);
    expect(confidences('standard')).toEqual(['high', 'medium', 'low']);
    expect(confidences('remote-conservative')).toEqual(['medium', 'low', 'low']);
  });
});

describe('rules build on each other', () => {
  /** What a rule sees that comes after the given ones. */
  function seenAfter(rules: readonly Rule[], look: (chosen: Chosen) => unknown, changed = settings): unknown {
    let seen: unknown;
    const looking = planted((_situation, chosen) => {
      seen = look(chosen);
      return [];
    });
    answerOf([...rules, looking], { settings: changed });
    return seen;
  }

  test('a later one sees what an earlier one settled on, in base units and as a number', () => {
    const rules = [proposing('shared_buffers', '6GB')];
    expect(seenAfter(rules, (chosen) => chosen.settingOf('shared_buffers'))).toBe('786432');
    expect(seenAfter(rules, (chosen) => chosen.numberOf('Shared_Buffers'))).toBe(6 * GB);
  });

  test('else what is in force', () => {
    expect(seenAfter([], (chosen) => chosen.numberOf('work_mem'))).toBe(4 * 1024 ** 2);
    expect(seenAfter([], (chosen) => chosen.numberOf('max_connections'))).toBe(100);
    expect(seenAfter([], (chosen) => chosen.numberOf('random_page_cost'))).toBe(4);
    expect(seenAfter([], (chosen) => chosen.numberOf('checkpoint_timeout'))).toBe(300);
    expect(seenAfter([], (chosen) => chosen.settingOf('jit'))).toBe('on');
  });

  test('and nothing where there is no number', () => {
    expect(seenAfter([], (chosen) => chosen.numberOf('jit'))).toBeNull();
    expect(seenAfter([], (chosen) => chosen.numberOf('autovacuum_work_mem'))).toBeNull();
    expect(seenAfter([], (chosen) => chosen.settingOf('no_such_parameter'))).toBeNull();
  });

  test('a later proposal replaces an earlier one, and says so', () => {
    const rules = [
      proposing('work_mem', '8MB', { source: 'pgdba' }),
      proposing('work_mem', '32MB', { source: 'measured' }),
    ];
    expect(answerOf(rules).rows).toMatchObject([
      { recommended: '32MB', source: 'measured', evidence: { instead_of: '8MB (pgdba)' } },
    ]);
  });

  test('a later proposal of the same value replaces nothing', () => {
    const [row] = answerOf([proposing('work_mem', '8MB'), proposing('work_mem', '8192kB')]).rows;
    expect(row?.recommended).toBe('8192kB');
    expect(row?.evidence).toEqual({});
  });

  test('a proposal that cannot be does not undo an earlier one, and is not built on', () => {
    const rules = [proposing('work_mem', '8MB'), proposing('work_mem', '1kB')];
    expect(seenAfter(rules, (chosen) => chosen.numberOf('work_mem'))).toBe(8 * 1024 ** 2);
    expect(answerOf(rules)).toMatchObject({
      rows: [{ recommended: '8MB' }],
      refused: [{ parameter: 'work_mem', value: '1kB' }],
    });
  });

  test('rows come in the order in which their parameters were first proposed', () => {
    const rules = [proposing('jit', 'off'), proposing('work_mem', '8MB'), proposing('jit', 'off')];
    expect(answerOf(rules).rows.map(({ parameter }) => parameter)).toEqual(['jit', 'work_mem']);
  });
});

describe('what a server would not take is refused', () => {
  test.each([
    ['io_method', 'worker', 'parameter_unknown', 'pg_settings shows no such parameter'],
    ['work_mem', '1kB', 'parameter_value_invalid', /64kB/],
    ['work_mem', 'lots', 'parameter_value_invalid', /lots/],
    ['wal_compression', 'brotli', 'parameter_value_invalid', /pglz, lz4, zstd/],
    ['jit', 'maybe', 'parameter_value_invalid', /on or off/],
  ] as const)('%s = %s', (parameter, value, code, reason) => {
    const { rows, refused } = answerOf([proposing(parameter, value)]);
    expect(rows).toEqual([]);
    expect(refused).toEqual([
      {
        parameter,
        value,
        code,
        reason: typeof reason === 'string' ? reason : (expect.stringMatching(reason) as string),
      },
    ]);
  });

  test('a parameter that was fixed at initdb', () => {
    const known = inForce({ work_mem: { context: 'internal' } });
    expect(answerOf([proposing('work_mem', '8MB')], { settings: known }).refused).toMatchObject([
      { parameter: 'work_mem', code: 'parameter_not_changeable' },
    ]);
  });
});

describe('the refuse list', () => {
  test.each([
    ['fsync', 'off'],
    ['fsync', 'on'],
    ['full_page_writes', 'off'],
    ['synchronous_commit', 'off'],
    ['synchronous_commit', 'local'],
    ['zero_damaged_pages', 'on'],
    ['ignore_checksum_failure', 'on'],
    ['allow_system_table_mods', 'on'],
    ['wal_level', 'minimal'],
    ['autovacuum', 'off'],
    ['log_hostname', 'on'],
    ['log_statement', 'all'],
    ['huge_pages', 'off'],
    ['huge_pages', 'on'],
    ['max_worker_processes', '4'],
  ])('%s = %s is never recommended', (parameter, value) => {
    const { rows, refused } = answerOf([proposing(parameter, value)]);
    expect(rows).toEqual([]);
    expect(refused).toMatchObject([{ parameter, value, code: 'recommendation_refused' }]);
  });

  test('nor io_uring', async () => {
    const eighteen = await catalogueOf(18);
    const { refused } = answerOf([proposing('io_method', 'io_uring')], { major: 18, settings: eighteen });
    expect(refused).toMatchObject([{ parameter: 'io_method', code: 'recommendation_refused' }]);
  });

  test.each([
    ['wal_level', 'logical'],
    ['huge_pages', 'try'],
    ['max_worker_processes', '16'],
    ['log_statement', 'ddl'],
  ])('%s = %s may be', (parameter, value) => {
    const changed = inForce({ huge_pages: 'off' });
    expect(answerOf([proposing(parameter, value)], { settings: changed }).rows).toMatchObject([
      { parameter },
    ]);
  });

  test.each([
    ['fsync', 'off'],
    ['full_page_writes', 'off'],
    ['synchronous_commit', 'off'],
    ['zero_damaged_pages', 'on'],
    ['ignore_checksum_failure', 'on'],
    ['allow_system_table_mods', 'on'],
    ['wal_level', 'minimal'],
    ['autovacuum', 'off'],
    ['log_hostname', 'on'],
  ])('%s = %s in force is warned of', (parameter, setting) => {
    const { warnings } = answerOf([], { settings: inForce({ [parameter]: setting }) });
    expect(warnings).toMatchObject([{ code: 'dangerous_setting', subject: parameter }]);
    expect(warnings[0]?.message).toContain(`${parameter} is ${setting}`);
  });

  test('nothing is warned of on a fresh server', () => {
    expect(answerOf([]).warnings).toEqual([]);
  });
});

describe('verbatim', () => {
  const verbatim = (rules: readonly Rule[], change: Parameters<typeof situation>[0] = {}) =>
    recommend(situation({ major: 17, settings, ...change }), rules, 'verbatim');

  test('keeps lines that change nothing, and those that nobody should apply, which are warned of', () => {
    const rules = [
      proposing('max_connections', '100'),
      proposing('wal_level', 'minimal'),
      proposing('wal_compression', 'brotli'),
    ];
    const { rows, refused, warnings, notToApply } = verbatim(rules);
    expect(rows).toMatchObject([
      { parameter: 'max_connections', current: '100', recommended: '100' },
      { parameter: 'wal_level', recommended: 'minimal' },
      { parameter: 'wal_compression', recommended: 'brotli' },
    ]);
    expect(refused).toEqual([]);
    expect(notToApply).toEqual(['wal_level', 'wal_compression']);
    expect(warnings).toMatchObject([
      { code: 'recommendation_refused', subject: 'wal_level' },
      { code: 'recommendation_refused', subject: 'wal_compression' },
    ]);
  });

  test('cuts nothing, and says that it is too much', () => {
    const { rows, warnings } = verbatim([proposing('work_mem', '4GB')]);
    expect(rows).toMatchObject([{ recommended: '4GB', rationale: 'Because the test says so.' }]);
    expect(warnings).toMatchObject([{ code: 'memory_over_budget' }]);
  });

  test('leaves out what the server does not have', () => {
    expect(verbatim([proposing('io_method', 'worker')])).toMatchObject({
      rows: [],
      refused: [{ code: 'parameter_unknown' }],
    });
  });
});

test('a setting’s secret is not shown', () => {
  const changed = inForce({ archive_command: 'cp %p postgresql://u:hunter2@h/' });
  const [row] = answerOf([proposing('archive_command', 'true')], { settings: changed }).rows;
  expect(row?.current).not.toContain('hunter2');
});
