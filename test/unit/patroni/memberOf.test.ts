import { describe, expect, it } from 'vitest';
import { SHAPES } from '../../../src/patroni/parseAnswer.js';
import { memberOf } from '../../../src/patroni/memberOf.js';
import { PgdbaError } from '../../../src/core/errors.js';
import { member } from './members.js';
import { read, recorded, VERSIONS } from './recorded.js';

const MORNING = '2026-11-21 11:10:19.164487+00:00';
const MEMBERS = [
  member('n1', null, { host: '10.0.0.1', startedAt: MORNING }),
  member('n2', null, { host: '10.0.0.2', startedAt: '2026-11-21 11:10:19.164488+00:00' }),
  member('n3', null, { host: '10.0.0.3', startedAt: '2026-11-21 11:11:41.97+00:00' }),
];
const who = (startedAt: string, serverAddr: string | null = null, serverPort = 5432): string | undefined =>
  memberOf(MEMBERS, { startedAt, serverAddr, serverPort })?.listed.name;

describe('which member a server is', () => {
  it('is told by the microsecond of its start, in whatever time zone and behind whatever address', () => {
    expect(who('2026-11-21T11:10:19.164487+00:00')).toBe('n1');
    expect(who('2026-11-21T12:10:19.164488+01:00', '192.168.0.9')).toBe('n2');
    expect(who('2026-11-21T11:11:41.970000+00:00')).toBe('n3');
  });

  it('is told by its address where no start fits', () => {
    expect(who('2026-11-21T11:10:19.2+00:00', '10.0.0.2')).toBe('n2');
    expect(who('no time', '10.0.0.3')).toBe('n3');
    expect(who('no time', '10.0.0.3', 5433)).toBeUndefined();
  });

  it('is not guessed', () => {
    expect(who('2026-11-21T11:10:19.164489+00:00')).toBeUndefined();
    const twins = [member('a', null, { startedAt: MORNING }), member('b', null, { startedAt: MORNING })];
    expect(memberOf(twins, { startedAt: MORNING, serverAddr: null, serverPort: null })).toBeNull();
  });

  it.each(VERSIONS)('can be told by what nodes of Patroni %s say', (version) => {
    const said = recorded(version)
      .filter(({ request, status }) => request === 'GET /patroni' && status === 200)
      .map((one) => read(one, SHAPES.status))
      .flatMap((one) => (one instanceof PgdbaError || one.state !== 'running' ? [] : [one]));
    expect(said.length).toBeGreaterThan(20);
    for (const own of said) {
      const startedAt = own.postmaster_start_time ?? '';
      const [one] = MEMBERS;
      if (one === undefined) throw new Error('no member');
      const found = memberOf([{ ...one, own }], {
        startedAt: startedAt.replace(' ', 'T'),
        serverAddr: null,
        serverPort: null,
      });
      expect(found, JSON.stringify(own)).not.toBeNull();
    }
  });
});
