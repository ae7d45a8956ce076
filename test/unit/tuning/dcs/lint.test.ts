import { describe, expect, it } from 'vitest';
import { PgdbaError } from '../../../../src/core/errors.js';
import type { Setting } from '../../../../src/core/setting/spec.js';
import type { DcsConfig } from '../../../../src/patroni/answers.js';
import type { DcsValue } from '../../../../src/tuning/changeset/dcsChange.js';
import { spellingsIn, valueIn } from '../../../../src/tuning/dcs/dcsKeys.js';
import type { MemberLook } from '../../../../src/tuning/dcs/clusterLook.js';
import { dcsValueOf } from '../../../../src/tuning/dcs/dcsValue.js';
import { lint, LINT_RULES } from '../../../../src/tuning/dcs/lint.js';
import type { DcsPlanned } from '../../../../src/tuning/dcs/lintRule.js';
import { restartOnly, setting, textual } from '../configurations.js';
import { AUTO, inFile, memberLook, nodeStatus } from './looks.js';

const WAL_LEVEL = setting({
  ...{ name: 'wal_level', vartype: 'enum', unit: null, context: 'postmaster', setting: 'replica' },
  enumvals: ['minimal', 'replica', 'logical'],
});
const KEEP = setting({ name: 'wal_keep_size', unit: 'MB', min_val: '0', setting: '128' });
const HINTS = setting({ name: 'wal_log_hints', vartype: 'bool', unit: null, context: 'postmaster' });
const SPECS = [setting(), restartOnly(), WAL_LEVEL, KEEP, HINTS, restartOnly({ name: 'port' })];
const OLD = nodeStatus({ patroni: { version: '3.0.2', scope: 'demo' } });

interface Situation {
  readonly config?: DcsConfig;
  readonly members?: readonly MemberLook[];
  readonly isPaused?: boolean;
  readonly specs?: readonly Setting[];
}

function planned(
  name: string,
  newValue: string | null,
  config: DcsConfig,
  specs: readonly Setting[],
): DcsPlanned {
  const spec = specs.find((one) => one.name === name) ?? null;
  const [spelling = name] = spellingsIn(config, name);
  const before = (valueIn(config, spelling) ?? null) as DcsValue;
  const after = newValue === null ? null : dcsValueOf(spec, newValue);
  return { name, key: name.toLowerCase(), spec, newValue, dcs: { name: spelling, before, after } };
}

/** `severity code` of each finding about a change. */
function told(
  changes: Readonly<Record<string, string | null>>,
  { config = {}, members = [memberLook('n1')], isPaused = false, specs = SPECS }: Situation = {},
): string[] {
  const all = Object.entries(changes).map(([name, value]) => planned(name, value, config, specs));
  const known = new Set(specs.map(({ name }) => name));
  known.delete('newer_than_patroni');
  return lint({ config, members, changes: all, isPaused, knownToPatroni3: known }).map(
    ({ severity, code }) => `${severity} ${code}`,
  );
}

const withParameters = (parameters: unknown): DcsConfig => ({ ttl: 30, postgresql: { parameters } });

describe('a change that Patroni would answer with 200', () => {
  it('and that works is not objected to', () => {
    expect(
      told({ work_mem: '8MB', max_connections: '25', wal_keep_size: '16MB', wal_level: 'LOGICAL' }),
    ).toEqual([]);
  });

  const ours: readonly (readonly [string, Readonly<Record<string, string | null>>, Situation, string])[] = [
    ['is below Patroni’s own minimum', { max_connections: '24' }, {}, 'refuse parameter_value_invalid'],
    ['is below it in its unit', { wal_keep_size: '15MB' }, {}, 'refuse parameter_value_invalid'],
    ['is a word Patroni does not take', { wal_level: 'minimal' }, {}, 'refuse parameter_value_invalid'],
    ['is set by Patroni itself', { port: '5555' }, {}, 'refuse parameter_overridden'],
    [
      'is fixed in 3.x',
      { wal_log_hints: 'off' },
      { members: [memberLook('n1'), memberLook('n2', {}, OLD)] },
      'refuse parameter_overridden',
    ],
    [
      'takes a key away that Patroni has its own for',
      { max_connections: null },
      { config: withParameters({ max_connections: 60 }) },
      'warn patroni_fallback',
    ],
    [
      'is what synchronous_mode sets',
      { synchronous_standby_names: 'n1' },
      { config: { synchronous_mode: true }, specs: [textual({ name: 'synchronous_standby_names' })] },
      'refuse parameter_overridden',
    ],
    [
      'is not in the table of 3.0',
      { newer_than_patroni: '1' },
      { members: [memberLook('n1', {}, OLD)], specs: [restartOnly({ name: 'newer_than_patroni' })] },
      'unless_forced parameter_overridden',
    ],
  ];
  it.each(ours)('%s', (_what, changes, situation, finding) => {
    expect(told(changes, situation)).toEqual([finding]);
  });

  it('is fine where the same is no obstacle', () => {
    expect(told({ wal_log_hints: 'off' })).toEqual([]);
    expect(told({ max_connections: null })).toEqual([]);
    expect(
      told({ newer_than_patroni: '1' }, { specs: [restartOnly({ name: 'newer_than_patroni' })] }),
    ).toEqual([]);
    const names = [textual({ name: 'synchronous_standby_names' })];
    expect(
      told({ synchronous_standby_names: 'n1' }, { config: { synchronous_mode: false }, specs: names }),
    ).toEqual([]);
  });

  const states: readonly (readonly [string, DcsConfig, readonly string[]])[] = [
    ['ttl is a word', { ttl: 'banana' }, ['refuse configuration_broken']],
    ['loop_wait is a fraction in words', { loop_wait: '2.5' }, ['refuse configuration_broken']],
    ['loop_wait is a number in words', { loop_wait: ' 10 ' }, []],
    ['a number is null', { retry_timeout: null }, ['refuse configuration_broken']],
    [
      'max_connections is a word',
      withParameters({ max_connections: 'many' }),
      ['refuse configuration_broken'],
    ],
    [
      'Max_Connections is a word',
      withParameters({ Max_Connections: 'many' }),
      ['refuse configuration_broken'],
    ],
    ['max_connections is a number in words', withParameters({ max_connections: '60' }), []],
    [
      'the key has two spellings',
      withParameters({ work_mem: 1, WORK_MEM: 2 }),
      ['refuse configuration_broken'],
    ],
    ['another key has two spellings', withParameters({ jit: 'on', JIT: 'off' }), []],
    ['the value is an object', withParameters({ work_mem: {} }), ['refuse configuration_broken']],
    [
      'a parameter stands a level too high',
      { postgresql: { max_connections: 99 } },
      ['warn dcs_key_ignored'],
    ],
    ['only a local file decides it', { postgresql: { listen: '*' } }, ['warn dcs_key_ignored']],
    ['something of Patroni’s', { postgresql: { use_slots: true }, slots: {} }, []],
  ];
  it.each(states)('where in the DCS %s', (_what, config, findings) => {
    const members = [memberLook('n1', { settings: [restartOnly()] })];
    expect(told({ work_mem: '8MB' }, { config, members })).toEqual(findings);
  });

  it('mends what is broken there', () => {
    const config = withParameters({ max_connections: 'many' });
    expect(told({ max_connections: '60' }, { config })).toEqual([]);
  });

  it('leaves a member as it is that another level decides for', () => {
    const config = withParameters({ work_mem: '5MB' });
    const at = (look: MemberLook): string[] =>
      told({ work_mem: '8MB' }, { config, members: [memberLook('n1'), look] });
    const value = { setting: '5120' };
    expect(at(memberLook('n2', { settings: [inFile(value)], files: [['work_mem', '5MB']] }))).toEqual([]);
    const auto = memberLook('n2', {
      settings: [inFile({ setting: '3072' }, AUTO)],
      files: [['work_mem', '3MB', AUTO]],
    });
    expect(at(auto)).toEqual(['unless_forced parameter_overridden']);
    const waiting = memberLook('n2', { settings: [inFile(value)], files: [['work_mem', '3MB', AUTO]] });
    expect(at(waiting)).toEqual(['unless_forced parameter_overridden']);
    const local = memberLook('n2', { settings: [inFile({ setting: '3072' })], files: [['work_mem', '3MB']] });
    expect(at(local)).toEqual(['unless_forced parameter_overridden']);
  });

  it('is not held up by a file that still holds what was staged and taken back', () => {
    const workers = restartOnly({
      name: 'autovacuum_max_workers',
      setting: '4',
      source: 'configuration file',
      sourcefile: '/data/postgresql.conf',
    });
    const config = withParameters({ autovacuum_max_workers: 4 });
    const members = [memberLook('n1', { settings: [workers], files: [['autovacuum_max_workers', '5']] })];
    expect(told({ autovacuum_max_workers: '6' }, { config, members, specs: [workers] })).toEqual([]);
  });

  it('is not held up by ALTER SYSTEM where the command line wins', () => {
    const members = [
      memberLook('n1', {
        settings: [restartOnly({ source: 'command line' })],
        files: [['max_connections', '300', AUTO]],
      }),
    ];
    expect(told({ max_connections: '80' }, { members })).toEqual([]);
  });

  it('does not reach a member that is away, or not running', () => {
    const lost = new PgdbaError('connection_refused', 'nobody there');
    const finding = 'unless_forced member_unreachable';
    expect(told({ work_mem: '8MB' }, { members: [memberLook('n1', lost)] })).toEqual([finding]);
    expect(told({ work_mem: '8MB' }, { members: [memberLook('n1', {}, lost)] })).toEqual([finding]);
    const starting = memberLook('n1', {}, nodeStatus({ state: 'starting' }));
    expect(told({ work_mem: '8MB' }, { members: [starting] })).toEqual([finding]);
  });

  it('is told of where the role sees too little, and in a paused cluster', () => {
    expect(told({ work_mem: '8MB' }, { members: [memberLook('n1', { files: null })] })).toEqual([
      'warn precheck_incomplete',
    ]);
    const settings = [setting({ name: 'work_mem' })];
    expect(told({ work_mem: '8MB' }, { members: [memberLook('n1', { complete: false, settings })] })).toEqual(
      ['warn precheck_incomplete'],
    );
    expect(told({ work_mem: '8MB' }, { isPaused: true })).toEqual(['warn patroni_paused']);
  });

  it('is refused where the role could not see what became of it', () => {
    const blind = (settings: readonly Setting[], complete = false): { members: MemberLook[] } => ({
      members: [memberLook('n1', { files: null, complete, settings }), memberLook('n2')],
    });
    const refused = ['refuse insufficient_privilege', 'warn precheck_incomplete'];
    const seen = [setting({ name: 'work_mem' })];
    expect(told({ work_mem: '8MB' }, blind([]))).toEqual(refused);
    expect(told({ work_mem: null }, blind([]))).toEqual(refused);
    expect(told({ 'demo.level': '1' }, blind(seen, true))).toEqual(expect.arrayContaining(refused));
    expect(told({ work_mem: '8MB' }, blind(seen))).toEqual(['warn precheck_incomplete']);
    // Where the files are seen they are the proof.
    const files = { members: [memberLook('n1', { complete: false })] };
    expect(told({ work_mem: '8MB' }, files)).toEqual(['warn precheck_incomplete']);
  });

  it('is never shown with the secret that the DCS holds', () => {
    const specs = [textual({ name: 'primary_conninfo_like' })];
    const config = withParameters({ 'demo.password': 'hush' });
    expect(told({ 'demo.password': 'x' }, { config, specs })).toContain('refuse secret_value');
  });

  it('is looked at by rules that each have a name of their own', () => {
    expect(new Set(LINT_RULES.map(({ id }) => id)).size).toBe(LINT_RULES.length);
  });
});
