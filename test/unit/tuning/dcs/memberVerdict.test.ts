import { describe, expect, it } from 'vitest';
import { PgdbaError } from '../../../../src/core/errors.js';
import type { Setting } from '../../../../src/core/setting/spec.js';
import type { NodeStatus } from '../../../../src/patroni/answers.js';
import type { ProvenParameter } from '../../../../src/tuning/changeset/dcsChange.js';
import { memberVerdict } from '../../../../src/tuning/dcs/memberVerdict.js';
import { restartOnly, setting, textual } from '../configurations.js';
import { AUTO, type FileLine, inFile, memberConfiguration, nodeStatus } from './looks.js';

interface Choice {
  readonly name?: string;
  readonly text: string | null;
  readonly from?: string | null;
  readonly settings?: readonly Setting[];
  readonly files?: readonly FileLine[] | null;
  readonly complete?: boolean;
  readonly own?: NodeStatus | null;
}

function verdict({ name = 'work_mem', text, from = null, own = null, ...choice }: Choice): ProvenParameter {
  return memberVerdict({ name, text, from }, { own, configuration: memberConfiguration(choice) });
}

const outcome = (choice: Choice): ProvenParameter['outcome'] => verdict(choice).outcome;

const EIGHT = { setting: '8192' };
const NOT_APPLIED = 'setting could not be applied';

describe('what a look at a member proves', () => {
  it('is that a new session has the value, in whatever unit', () => {
    expect(verdict({ text: '8192kB', settings: [inFile(EIGHT)], files: [['work_mem', '8MB']] })).toEqual({
      ...{ name: 'work_mem', value: '8MB', outcome: 'in_force', reason: null },
    });
  });

  it('is nothing while only the file has it: the server may not have taken it up', () => {
    const old = inFile({ setting: '5120', sourceline: 10 });
    const seen = verdict({ text: '8MB', settings: [old], files: [['work_mem', '8MB']] });
    expect(seen).toMatchObject({ value: '5MB', outcome: 'not_in_force' });
    expect(seen.reason).toContain('not taken up');
  });

  it('names the level that beats the DCS', () => {
    const auto = verdict({
      ...{ text: '8MB', settings: [inFile({ setting: '3072' }, AUTO)] },
      files: [
        ['work_mem', '8MB'],
        ['work_mem', '3MB', AUTO],
      ],
    });
    expect(auto).toMatchObject({ value: '3MB', outcome: 'not_in_force' });
    expect(auto.reason).toContain('postgresql.auto.conf');
    const local = verdict({
      text: '8MB',
      settings: [inFile({ setting: '3072' })],
      files: [['work_mem', '3MB']],
    });
    expect(local.reason).toContain('its own Patroni file');
    const missing = verdict({ text: '8MB', settings: [setting()], files: [] });
    expect(missing.reason).toContain('has not written it');
  });

  it('is that a restart brings it, by the file and not by flags', () => {
    const name = 'max_connections';
    const running = restartOnly({ source: 'command line', setting: '60' });
    const staged = { name, settings: [running], files: [[name, '80', undefined, NOT_APPLIED] as const] };
    expect(outcome({ ...staged, text: '80' })).toBe('pending_restart');
    expect(outcome({ ...staged, text: '90' })).toBe('not_in_force');
    // A file that was not written again after a change was taken back.
    expect(outcome({ ...staged, text: '60' })).toBe('in_force');
    expect(outcome({ ...staged, text: '90', own: nodeStatus({ pending_restart: true }) })).toBe(
      'not_in_force',
    );
  });

  it('is Patroni’s word for it where the role may not see the files', () => {
    const blind = {
      name: 'max_connections',
      settings: [restartOnly({ setting: '60' })],
      files: null,
      text: '80',
    };
    expect(outcome(blind)).toBe('not_in_force');
    expect(outcome({ ...blind, own: nodeStatus({ pending_restart: true }) })).toBe('pending_restart');
    const reasons = (name: string): NodeStatus =>
      nodeStatus({
        pending_restart: true,
        pending_restart_reason: { [name]: { old_value: '1', new_value: '2' } },
      });
    expect(outcome({ ...blind, own: reasons('max_connections') })).toBe('pending_restart');
    expect(outcome({ ...blind, own: reasons('max_wal_senders') })).toBe('not_in_force');
  });

  it('does not let a session’s own level hide the file', () => {
    const settings = [setting({ source: 'database', setting: '1024' })];
    expect(verdict({ text: '8MB', settings, files: [['work_mem', '8MB']] })).toMatchObject({
      outcome: 'in_force',
      value: '1MB',
    });
    expect(outcome({ text: '8MB', settings, files: [['work_mem', '5MB']] })).toBe('not_in_force');
  });

  it('knows what the server shows in other words by its line', () => {
    const name = 'archive_command';
    const shown = textual({
      name,
      setting: '(disabled)',
      context: 'sighup',
      source: 'configuration file',
      sourcefile: '/data/postgresql.conf',
      sourceline: 10,
    });
    expect(outcome({ name, text: 'cp %p /x', settings: [shown], files: [[name, 'cp %p /x']] })).toBe(
      'in_force',
    );
    expect(outcome({ name, text: 'cp %p /y', settings: [shown], files: [[name, 'cp %p /x']] })).toBe(
      'not_in_force',
    );
  });

  it('is that a key is gone', () => {
    const from = '8MB';
    expect(outcome({ text: null, from, settings: [setting()], files: [] })).toBe('in_force');
    const still = { settings: [inFile(EIGHT)], files: [['work_mem', '8MB'] as const] };
    expect(outcome({ text: null, from, ...still })).toBe('not_in_force');
    expect(outcome({ text: null, from, settings: [inFile(EIGHT)], files: [] })).toBe('not_in_force');
    const local = verdict({
      text: null,
      from,
      settings: [inFile({ setting: '3072' })],
      files: [['work_mem', '3MB']],
    });
    expect(local).toMatchObject({ outcome: 'in_force', reason: 'its own Patroni file has a value for it' });
    expect(outcome({ text: null, from, settings: [inFile(EIGHT)], files: null })).toBe('not_in_force');
    expect(outcome({ text: null, from, settings: [setting()], files: null })).toBe('in_force');
  });

  it('is what Patroni falls back on, for what is its own', () => {
    const name = 'max_connections';
    const at = (value: string, written: string): ProvenParameter['outcome'] =>
      outcome({
        ...{ name, text: null, from: '60' },
        settings: [restartOnly({ setting: value, source: 'command line' })],
        files: [[name, written]],
      });
    expect(at('100', '100')).toBe('in_force');
    expect(at('60', '100')).toBe('pending_restart');
    expect(at('60', '60')).toBe('not_in_force');
  });

  it('is the built-in value after a restart, for a key that is gone', () => {
    const name = 'autovacuum_max_workers';
    const seen = { name, text: null, from: '5', files: [] };
    const running = restartOnly({
      name,
      setting: '5',
      boot_val: '3',
      source: 'configuration file',
      sourcefile: '/data/postgresql.conf',
    });
    expect(outcome({ ...seen, settings: [running] })).toBe('pending_restart');
    // The server's own flag stays set after a change was taken back.
    const never = restartOnly({ name, setting: '3', boot_val: '3', pending_restart: true });
    expect(outcome({ ...seen, settings: [never] })).toBe('in_force');
  });

  it('is little of what the server does not show', () => {
    const name = 'demo.flag';
    expect(outcome({ name, text: '1', files: [[name, '1']] })).toBe('in_force');
    expect(outcome({ name, text: '1', files: [] })).toBe('not_in_force');
    expect(outcome({ name, text: null, files: [] })).toBe('in_force');
    expect(verdict({ name, text: '1', files: null, complete: false }).reason).toBe('the role may not see it');
  });

  it('is nothing where nobody lets us in, without secrets', () => {
    const lost = new PgdbaError('connection_refused', 'no: postgresql://me:hush@db1');
    const seen = memberVerdict(
      { name: 'work_mem', text: '8MB', from: null },
      { own: null, configuration: lost },
    );
    expect(seen).toMatchObject({ outcome: 'unreachable', value: null });
    expect(seen.reason).not.toContain('hush');
  });
});
