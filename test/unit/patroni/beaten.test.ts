import { describe, expect, it } from 'vitest';
import { PgdbaError } from '../../../src/core/errors.js';
import { autoConfBeatingDcs, patroniSeen } from '../../../src/patroni/beaten.js';
import type { Configuration } from '../../../src/tuning/configuration.js';
import { expectValid } from '../../support/documentSchemas.js';
import { AUTO, restartOnly, setting, textual } from '../tuning/configurations.js';
import { inFile, member, onMember, sightWith } from './members.js';

const RESET = 'ALTER SYSTEM RESET work_mem; SELECT pg_catalog.pg_reload_conf();';

/** A member with an entry of work_mem in Patroni's file and one in postgresql.auto.conf. */
function altered(text: string, kb: string): Configuration {
  return onMember({
    settings: [inFile(AUTO, { setting: kb })],
    files: [
      ['work_mem', '5MB'],
      ['work_mem', text, AUTO],
    ],
  });
}

const asWanted = onMember({
  settings: [inFile('postgresql.conf', { setting: '5120' })],
  files: [['work_mem', '5MB']],
});

describe('an entry of postgresql.auto.conf for a parameter that the DCS has', () => {
  it('is told of every member that has one, with both values and the way out', () => {
    const sight = sightWith({ work_mem: '5MB' }, [
      member('n1', asWanted),
      member('n2', altered('9MB', '9216')),
      member('n3', altered('5120kB', '5120')),
      member('n4', new PgdbaError('connection_refused', 'nobody there')),
    ]);
    const common = { parameter: 'work_mem', dcs_value: '5MB', remedy: RESET };
    expect(autoConfBeatingDcs(sight, { member: 'n1', configuration: asWanted })).toEqual([
      { ...common, member: 'n2', auto_conf: '9MB', in_force: '9MB', matches_dcs: false },
      { ...common, member: 'n3', auto_conf: '5120kB', in_force: '5MB', matches_dcs: true },
    ]);
  });

  it('is told of this server as it was seen by its own session', () => {
    const sight = sightWith({ WORK_MEM: '5MB' }, [member('n1', asWanted)]);
    const here = { member: 'n1', configuration: altered('9MB', '9216') };
    expect(autoConfBeatingDcs(sight, here)).toMatchObject([{ member: 'n1', in_force: '9MB' }]);
    const alone = sightWith({ work_mem: '5MB' }, [member('n1', null)]);
    expect(autoConfBeatingDcs(alone, { ...here, member: null })).toMatchObject([{ member: null }]);
  });

  it('counts before the restart that it waits for', () => {
    const waiting = onMember({
      settings: [restartOnly({ name: 'shared_buffers', unit: '8kB', setting: '2048' })],
      files: [['shared_buffers', '32MB', AUTO]],
    });
    const sight = sightWith({ shared_buffers: '16MB' }, [member('n1', waiting)]);
    expect(autoConfBeatingDcs(sight, { member: 'n1', configuration: waiting })).toMatchObject([
      { auto_conf: '32MB', in_force: '16MB', matches_dcs: false },
    ]);
  });

  it('is known by its file where the role may not read it', () => {
    const hidden = onMember({ settings: [inFile(AUTO, { setting: '9216' })], files: null });
    const sight = sightWith({ work_mem: '5MB' }, [member('n1', hidden)]);
    expect(autoConfBeatingDcs(sight, { member: 'n1', configuration: hidden })).toMatchObject([
      { auto_conf: null, in_force: '9MB', matches_dcs: false },
    ]);
  });

  it.each<[string, Configuration, Record<string, unknown>]>([
    ['the DCS does not have it', altered('9MB', '9216'), { random_page_cost: 2 }],
    [
      'the command line beats it',
      onMember({
        settings: [restartOnly({ source: 'command line', setting: '60' })],
        files: [['max_connections', '300', AUTO]],
      }),
      { max_connections: 60 },
    ],
    [
      'a later line beats it',
      onMember({
        settings: [inFile('late.conf', { setting: '5120' })],
        files: [
          ['work_mem', '9MB', AUTO],
          ['work_mem', '5MB', 'late.conf'],
        ],
      }),
      { work_mem: '5MB' },
    ],
    ['the file cannot be told', onMember({ settings: [setting()], files: null }), { work_mem: '5MB' }],
  ])('is none where %s', (_why, configuration, parameters) => {
    const sight = sightWith(parameters, [member('n1', configuration)]);
    expect(autoConfBeatingDcs(sight, { member: 'n1', configuration })).toEqual([]);
  });

  it('shows no secret', () => {
    const conninfo = onMember({
      settings: [{ ...textual(), name: 'primary_conninfo', setting: 'password=hush1' }],
      files: [['primary_conninfo', 'password=hush2', AUTO]],
    });
    const sight = sightWith({ primary_conninfo: 'password=hush3' }, [member('n1', conninfo)]);
    const seen = patroniSeen(sight, { member: 'n1', configuration: conninfo });
    expect(seen.auto_conf_beats_dcs).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain('hush');
  });
});

it('what is told of the cluster fits its schema and names who was not reached', () => {
  const refused = new PgdbaError('auth_failed', 'no password=hush for you');
  const sight = sightWith({ work_mem: '5MB' }, [member('n1', asWanted), member('n2', refused)]);
  const seen = patroniSeen(sight, { member: 'n1', configuration: asWanted });
  expect(seen).toMatchObject({
    ...{ scope: 'demo', told_by: 'http://db1:8008', member: 'n1', auto_conf_beats_dcs: [] },
    members: [{ reachable: true }, { reachable: false, error: { code: 'auth_failed' } }],
  });
  expect(JSON.stringify(seen)).not.toContain('hush');
  const empty = { settings: [], files: null, loaded_at: null, total: 0, complete: true };
  expectValid('config-show.schema.json', { ...empty, patroni: seen });
});
