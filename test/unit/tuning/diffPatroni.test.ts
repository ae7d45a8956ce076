import { describe, expect, it } from 'vitest';
import { PgdbaError } from '../../../src/core/errors.js';
import type { DcsSight } from '../../../src/patroni/dcsSight.js';
import type { Configuration } from '../../../src/tuning/configuration.js';
import type { Compared, Met } from '../../../src/tuning/diffAnswer.js';
import { againstDcs, againstMember, againstMembers } from '../../../src/tuning/diffPatroni.js';
import { expectValid } from '../../support/documentSchemas.js';
import { inFile, member, onMember, sightWith } from '../patroni/members.js';
import { AUTO, restartOnly, setting, textual } from './configurations.js';

function met(configuration: Configuration, dcs: DcsSight): Met {
  return { server: { managedBy: 'patroni' } as Met['server'], configuration, dcs };
}

function valid(answer: Compared): Compared {
  expectValid('config-diff.schema.json', { ...answer, patroni: null });
  return answer;
}

const COMMAND_LINE = { source: 'command line', setting: '60' };

describe('what the DCS wants and this server has not', () => {
  const here = onMember({
    settings: [
      inFile(AUTO, { setting: '9216' }),
      inFile('postgresql.conf', {
        name: 'random_page_cost',
        vartype: 'real',
        unit: null,
        setting: '1.3',
        min_val: '0',
      }),
      inFile('postgresql.conf', { name: 'maintenance_work_mem', setting: '65536' }),
      inFile('postgresql.conf', { name: 'temp_buffers', setting: '100', unit: '8kB', min_val: '100' }),
      inFile('postgresql.conf', {
        name: 'shared_buffers',
        context: 'postmaster',
        unit: '8kB',
        setting: '2048',
      }),
      restartOnly(COMMAND_LINE),
      restartOnly({ ...COMMAND_LINE, name: 'max_worker_processes', setting: '8' }),
      restartOnly({ ...COMMAND_LINE, name: 'port', setting: '5432' }),
      setting({ name: 'seq_page_cost', source: 'database' }),
      setting({ name: 'logical_decoding_work_mem' }),
    ],
    files: [
      ['work_mem', '5MB'],
      ['random_page_cost', '1.3'],
      ['temp_buffers', '800kB'],
      ['shared_buffers', '32MB', 'postgresql.conf', 'setting could not be applied'],
      ['max_connections', '100'],
      ['max_worker_processes', '16'],
      ['work_mem', '9MB', AUTO],
    ],
  });
  const reasons = (parameters: Readonly<Record<string, unknown>>, given = here): unknown[] => {
    const dcs = sightWith(parameters);
    return valid(againstDcs(met(given, dcs), dcs)).differences.map((row) => [
      ...[row.parameter, row.current, row.other, row.level, row.override.patroni_override],
      row.reason?.slice(0, 45),
    ]);
  };

  it.each<[string, unknown, unknown[]]>([
    ['work_mem', '5MB', ['9MB', '5MB', 'auto_conf', 'ALTER SYSTEM was used on this member: its pos']],
    ['random_page_cost', 2, ['1.3', '2', 'local_yaml', 'postgresql.parameters of this member’s own Pa']],
    ['temp_buffers', '1kB', ['800kB', '1kB', 'dcs', 'PostgreSQL would refuse it: “1kB” is out of r']],
    ['shared_buffers', '32MB', ['16MB', '32MB', 'dcs', 'Patroni’s file has it, and it waits for a res']],
    ['max_connections', 20, ['60', '20', 'command_line', 'Patroni does not take it (too small for it, o']],
    [
      'max_worker_processes',
      16,
      ['8', '16', 'command_line', 'Patroni gives it to the postmaster on its com'],
    ],
    ['port', 5433, ['5432', '5433', 'command_line', 'Patroni sets it itself on each member and ign']],
    [
      'seq_page_cost',
      700,
      ['4MB', '700kB', 'database_role', 'ALTER DATABASE or ALTER ROLE … SET beats it f'],
    ],
    [
      'logical_decoding_work_mem',
      '64MB',
      ['4MB', '64MB', 'default', 'Patroni has not written it into its file: it '],
    ],
    ['logical_decoding_work_mem', {}, ['4MB', '', 'default', 'it is neither text, number nor yes or no']],
  ])('%s = %j', (name, value, [current, other, level, reason]) => {
    expect(reasons({ [name]: value })).toEqual([[name, current, other, level, 'overridden', reason]]);
  });

  it('is nothing where the value is in force, in whatever unit and case', () => {
    const dcs = sightWith({ WORK_MEM: '9216kB', max_connections: 60, nosuch: 1 });
    expect(valid(againstDcs(met(here, dcs), dcs))).toMatchObject({
      against: { kind: 'dcs', name: 'http://db1:8008' },
      ...{ differences: [], compared: 2 },
      unknown: [{ parameter: 'nosuch', reason: 'no_such_parameter' }],
    });
  });

  it('shows no secret', () => {
    const conninfo = inFile(AUTO, { ...textual(), name: 'primary_conninfo', setting: 'password=hush1' });
    const given = onMember({ settings: [{ ...conninfo, source: 'configuration file' }] });
    const dcs = sightWith({ primary_conninfo: 'password=hush2' });
    const answer = valid(againstDcs(met(given, dcs), dcs));
    expect(answer.differences).toMatchObject([{ masked: true }]);
    expect(JSON.stringify(answer)).not.toContain('hush');
  });
});

describe('what other members have', () => {
  const withMem = (kb: string, ...more: Parameters<typeof inFile>[1][]): Configuration =>
    onMember({
      settings: [inFile('postgresql.conf', { setting: kb }), ...more.map((one) => inFile('x.conf', one))],
    });
  const own = { name: 'port', setting: '1', unit: null };
  const five = withMem('5120', own);
  const nine = withMem('9216', { ...own, setting: '2' });
  const gone = new PgdbaError('connection_refused', 'nobody there');
  const members = [
    member('n1', five, { role: 'leader' }),
    member('n2', nine),
    member('n3', gone),
    member('n4', withMem('9216', { name: 'only_there' })),
  ];
  const dcs = sightWith({ work_mem: '5MB' }, members);
  const rows = ({ differences }: Compared): unknown[] =>
    differences.map(({ parameter, current, other, member: whose }) => [parameter, current, other, whose]);

  it('is told parameter by parameter and member by member, without what differs by nature', () => {
    const answer = valid(againstMembers(met(five, dcs), 'n1', dcs, false));
    expect(rows(answer)).toEqual([
      ['work_mem', '5MB', '9MB', 'n2'],
      ['work_mem', '5MB', '9MB', 'n4'],
    ]);
    expect(answer).toMatchObject({ against: { kind: 'members', name: 'n2, n4' } });
    expect(answer.left_out).toContain('port');
    expect(answer.unknown).toMatchObject([
      { parameter: 'only_there', message: 'against n4: this server has no parameter of that name' },
    ]);
    expect(rows(againstMembers(met(five, dcs), 'n1', dcs, true))[0]).toEqual(['port', '1', '2', 'n2']);
  });

  it('is told of one of them, and of the leader where this server is that one', () => {
    const answer = valid(againstMember(met(five, dcs), 'n1', 'n2', dcs, false));
    expect(rows(answer)).toEqual([['work_mem', '5MB', '9MB', 'n2']]);
    expect(answer.against).toMatchObject({ kind: 'member', name: 'n2', server_version_num: 150018 });
    expect(rows(againstMember(met(nine, dcs), 'n2', 'n2', dcs, false))).toEqual([
      ['work_mem', '9MB', '5MB', 'n1'],
    ]);
  });

  it.each([
    ['n1', 'n1', 'usage', 'itself, and leads'],
    ['n1', 'nobody', 'usage', 'no member "nobody"'],
    ['n1', 'n3', 'connection_refused', 'nobody there'],
  ])('cannot be told from %s of %s', (from, name, code, words) => {
    const asked = (): unknown => againstMember(met(five, dcs), from, name, dcs, false);
    expect(asked).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(words) as string }),
    );
  });

  it('cannot be told where no other was reached, and is nothing where there is none', () => {
    const silent = sightWith({}, [member('n1', five), member('n3', gone)]);
    expect(() => againstMembers(met(five, silent), 'n1', silent, false)).toThrow('nobody there');
    const alone = sightWith({}, [member('n1', five)]);
    expect(againstMembers(met(five, alone), 'n1', alone, false)).toMatchObject({
      differences: [],
      compared: 0,
    });
  });

  it('may be other synchronous standbys, when Patroni names them', () => {
    const named = (setting: string): Configuration =>
      onMember({ settings: [textual({ name: 'synchronous_standby_names', setting })] });
    const both = [member('n1', named('n2')), member('n2', named(''))];
    const found = (mode: unknown): unknown[] => {
      const sight = sightWith({}, both, { synchronous_mode: mode });
      return againstMembers(met(named('n2'), sight), 'n1', sight, false).differences;
    };
    expect(found(true)).toEqual([]);
    expect(found(false)).toHaveLength(1);
  });
});
