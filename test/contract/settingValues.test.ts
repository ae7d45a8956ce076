import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SettingSpec } from '../../src/core/setting/spec.js';
import { displaySetting, parseSetting, sameSetting } from '../../src/core/setting/value.js';
import { MAJORS, sharedServer, type Major } from '../support/cluster.js';
import { settingSpecs } from '../support/settingSpecs.js';

/** Settings that a session may change at will: every base unit that exists for such ones, limits of all sorts. */
const NUMBERS = [
  ...[
    'work_mem',
    'log_temp_files',
    'effective_cache_size',
    'backend_flush_after',
    'log_parameter_max_length',
  ],
  ...['wal_sender_timeout', 'deadlock_timeout', 'idle_session_timeout', 'log_min_duration_sample'],
  ...['join_collapse_limit', 'default_statistics_target', 'extra_float_digits', 'commit_delay'],
  ...[
    'vacuum_cost_delay',
    'random_page_cost',
    'cursor_tuple_fraction',
    'geqo_selection_bias',
    'jit_above_cost',
  ],
  ...['hash_mem_multiplier', 'recursive_worktable_factor'],
];
const WORDS = [
  ...['enable_seqscan', 'array_nulls', 'track_activities', 'synchronous_commit', 'constraint_exclusion'],
  ...['backslash_quote', 'force_parallel_mode', 'debug_parallel_query', 'bytea_output', 'IntervalStyle'],
  ...['default_transaction_isolation', 'log_min_error_statement', 'wal_compression', 'compute_query_id'],
  ...['log_error_verbosity', 'icu_validation_level', 'plan_cache_mode', 'xmloption', 'track_functions'],
];

interface Case {
  readonly spec: SettingSpec;
  readonly text: string;
}

/** What a server answers to a value: null when it refuses it. */
type Answer = { readonly setting: string; readonly shown: string } | null;

interface ShownRow {
  readonly setting: string;
  readonly shown: string;
  readonly boot_val: string | null;
}

/** Offers each value to its setting, one after the other, and tells what pg_settings and SHOW say after each. */
const OFFER = `
CREATE FUNCTION pg_temp.offer(cases jsonb) RETURNS jsonb LANGUAGE plpgsql AS $offer$
DECLARE
  answers jsonb[] := '{}';
  offered jsonb;
  answer jsonb;
BEGIN
  FOR offered IN SELECT value FROM jsonb_array_elements(cases) LOOP
    BEGIN
      PERFORM set_config(offered->>'name', offered->>'text', true);
      SELECT jsonb_build_object('setting', s.setting, 'shown', current_setting(s.name)) INTO answer
      FROM pg_settings AS s WHERE s.name = offered->>'name';
    EXCEPTION WHEN invalid_parameter_value THEN
      answer := 'null';
    END;
    answers := answers || answer;
  END LOOP;
  RETURN to_jsonb(answers);
END
$offer$`;

async function offered(client: pg.Client, cases: readonly Case[]): Promise<readonly Answer[]> {
  const asked = JSON.stringify(cases.map(({ spec, text }) => ({ name: spec.name, text })));
  const { rows } = await client.query<{ answers: Answer[] }>('SELECT pg_temp.offer($1) AS answers', [asked]);
  return rows[0]?.answers ?? [];
}

function expected({ spec, text }: Case, answer: Answer | undefined): Answer {
  const parsed = parseSetting(spec, text);
  if (!parsed.ok) return null;
  // SHOW knows digits of a real number that pg_settings has cut off; they decide which unit leaves no fraction.
  const digits = /[1-9]\d*/.exec(text.replace('.', ''))?.[0] ?? '';
  const isCut = spec.vartype === 'real' && spec.unit !== null && digits.length > 5;
  const shown = isCut && answer != null ? answer.shown : displaySetting(spec, parsed.setting);
  return { setting: parsed.setting, shown };
}

/** Values with their settings' names, so that a difference can be read. */
function told(cases: readonly Case[], answers: readonly Answer[]): unknown[] {
  return cases.map(({ spec, text }, index) => ({ name: spec.name, text, answer: answers[index] }));
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'us', 'ms', 's', 'min', 'h', 'd'];
const NO_UNITS = ['KB', 'mb', 'S', 'PB', 'bytes', 'e', 'x', '8kB', 'MB MB', ',', 'ms.'];
const ODD = [
  ...['', ' ', '1 2', ' .5', ' .5e1', '\n5', '5\v', '\u00a05', '5\u00a0'],
  ...'- . -.5 +.5 .5 5. e5 1e 1e+ 1.e2 .5e1 -0 +7 --1 00 0.5 1,5 1_000 ten 0b101 010 08 08.5 09e1'.split(' '),
  ...'0x 0x1F 0X1f -0x10 0x1.8 0x.8 0x1p3 0x1.8p1 0xffffffffffffffffff'.split(' '),
  ...'inf -inf Infinity infinite nan NaN nan(1) 1e400 1e-400 1e-320 1.79769e308 1.797693e308'.split(' '),
  ...'2147483647 2147483647.4 2147483647.5 2147483648 -2147483648 -2147483649'.split(' '),
  ...'9223372036854775807 9223372036854775808 -9223372036854775809'.split(' '),
  ...'100000.5 100001.5 1234567 0.00001234565 0.0001 0.00001 123456 1.0005 1.0000005'.split(' '),
];

function numberText(spec: SettingSpec): fc.Arbitrary<string> {
  const limits = [spec.min_val, spec.max_val].map(Number).filter((value) => Math.abs(value) < 1e12);
  const near = limits.flatMap((value) => [value - 1, value, value + 1, value * 1.5, value / 8, value / 1024]);
  const amount = fc.oneof(
    fc.integer({ min: -3, max: 3000 }).map(String),
    fc.integer({ min: -3, max: 9000 }).map((n) => String(n / 8)),
    fc.double({ min: 0, max: 200_000, noNaN: true }).map(String),
    fc.double({ min: 0, max: 1e9, noNaN: true }).map((n) => n.toExponential(7)),
    fc.integer({ min: 0, max: 70_000 }).map((n) => `0x${n.toString(16)}`),
    fc.integer({ min: 0, max: 70_000 }).map((n) => `0${n.toString(8)}`),
    fc.constantFrom(...near).map(String),
    fc.constantFrom(...ODD),
  );
  const own = { arbitrary: fc.constantFrom(...UNITS), weight: 4 };
  const unit = fc.oneof(own, { arbitrary: fc.constant(''), weight: 3 }, fc.constantFrom(...NO_UNITS));
  const space = fc.oneof(
    { arbitrary: fc.constant(''), weight: 6 },
    fc.constantFrom(' ', '\t', '  ', '\n', '\v'),
  );
  return fc.tuple(space, amount, space, unit, space).map((parts) => parts.join(''));
}

const SWITCH_WORDS = ['', ...'on off o of tr true T f fals yes YE n 1 0 2 offf trues'.split(' ')];
const OTHER_WORDS = [' on', 'on ', '\u212a', ...'debug info archive md5 pglz K none'.split(' ')];

function wordText(spec: SettingSpec): fc.Arbitrary<string> {
  const listed = spec.enumvals ?? [];
  const words = [...listed, ...listed.map((word) => word.toUpperCase()), ...SWITCH_WORDS, ...OTHER_WORDS];
  return fc.constantFrom(...words);
}

function textFor(spec: SettingSpec): fc.Arbitrary<Case> {
  const text = spec.vartype === 'integer' || spec.vartype === 'real' ? numberText(spec) : wordText(spec);
  return text.map((value) => ({ spec, text: value }));
}

/** One seed for every run: what failed once fails again. */
const SEED = 20_260_801;
const RUNS: Readonly<Partial<Record<Major, number>>> = { 12: 20, 15: 20, 18: 20 };

describe.each(MAJORS)('PostgreSQL %i', (major) => {
  const server = sharedServer(major);
  const numRuns = RUNS[major] ?? 4;
  let client: pg.Client;
  let specs: readonly SettingSpec[];
  const pick = (names: readonly string[]): SettingSpec[] => specs.filter(({ name }) => names.includes(name));

  beforeAll(async () => {
    client = await server.client();
    await client.query(OFFER);
    specs = await settingSpecs(server);
  });
  afterAll(async () => {
    await client.end();
  });

  const expectAgreement = async (cases: readonly Case[]): Promise<void> => {
    const answers = await offered(client, cases);
    const ours = cases.map((one, index) => expected(one, answers[index]));
    expect(told(cases, ours)).toEqual(told(cases, answers));
  };

  test.each([
    ['numbers', NUMBERS],
    ['words', WORDS],
  ])('reads and shows %s as the server does', async (_, names) => {
    const one = fc.oneof(...pick(names).map(textFor));
    const cases = fc.array(one, { minLength: 1, maxLength: 100, size: 'max' });
    await fc.assert(fc.asyncProperty(cases, expectAgreement), { seed: SEED, numRuns });
  });

  test('reads and shows odd numbers as the server does', async () => {
    const names = [
      'work_mem',
      'wal_sender_timeout',
      'extra_float_digits',
      'vacuum_cost_delay',
      'jit_above_cost',
    ];
    await expectAgreement(pick(names).flatMap((spec) => ODD.map((text) => ({ spec, text }))));
  });

  test('finds two values the same when the server shows the same for both', async () => {
    const pair = (spec: SettingSpec): fc.Arbitrary<[Case, Case]> => fc.tuple(textFor(spec), textFor(spec));
    const one = fc.oneof(...pick([...NUMBERS, ...WORDS]).map(pair));
    const pairs = fc.array(one, { maxLength: 50, size: 'max' });
    await fc.assert(
      fc.asyncProperty(pairs, async (some) => {
        const answers = await offered(client, some.flat());
        for (const [index, [first, second]] of some.entries()) {
          const [a, b] = [answers[2 * index], answers[2 * index + 1]];
          if (a == null || b == null) continue;
          const context = `${first.spec.name}: ${first.text} and ${second.text}`;
          expect(sameSetting(first.spec, a.setting, b.setting), context).toBe(a.setting === b.setting);
          expect(sameSetting(first.spec, first.text, a.setting), context).toBe(true);
          expect(sameSetting(first.spec, first.text, second.text), context).toBe(a.setting === b.setting);
        }
      }),
      { seed: SEED, numRuns: Math.ceil(numRuns / 4) },
    );
  });

  test('shows every setting of the server as SHOW does, and reads back what SHOW shows', async () => {
    // Through TCP, because of the tcp_ settings.
    const rows = await server.query(
      'SELECT *, current_setting(name) AS shown FROM pg_catalog.pg_settings ORDER BY name',
      { user: server.superuser },
    );
    expect(rows.length).toBeGreaterThan(300);
    for (const row of rows as unknown as (SettingSpec & ShownRow)[]) {
      const { name, setting, shown, boot_val: bootVal } = row;
      expect({ name, shown: displaySetting(row, setting) }).toEqual({ name, shown });
      if (row.vartype !== 'string') expect(parseSetting(row, shown)).toEqual({ ok: true, setting });
      if (bootVal != null) expect(parseSetting(row, bootVal), name).toMatchObject({ ok: true });
    }
  });
});
