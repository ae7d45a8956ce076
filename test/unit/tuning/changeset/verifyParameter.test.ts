import { describe, expect, it } from 'vitest';
import type { Setting } from '../../../../src/core/setting/spec.js';
import { type Verdict, verdictOf } from '../../../../src/tuning/changeset/verifyParameter.js';
import { AUTO, configuration, restartOnly, setting, textual } from '../configurations.js';

const REFUSED = 'setting could not be applied';

interface Seen {
  /** Null: pg_settings does not show it. */
  readonly setting: Setting | null;
  /** [value, file, error], in the order of the server. */
  readonly files?: readonly (readonly [string, string, string?])[];
}

/** What is said of a parameter that should have the line. */
function verdict(line: string | null, seen: Seen, name = seen.setting?.name ?? 'my.parameter'): Verdict {
  const files = (seen.files ?? []).map(([value, file, error]) => [name, value, file, error] as const);
  const settings = seen.setting === null ? [] : [seen.setting];
  const wanted = { name, line, context: seen.setting?.context ?? null };
  return verdictOf(wanted, configuration({ settings, files }), 17);
}

const fromAuto = { source: 'configuration file', sourcefile: AUTO, sourceline: 1 } as const;

describe('a parameter is in force', () => {
  it.each<[string, string | null, Seen]>([
    ['in base units', '8MB', { setting: setting({ ...fromAuto, setting: '8192' }), files: [['8MB', AUTO]] }],
    ['without a line, by its default', null, { setting: setting() }],
    [
      'without a line, by another file',
      null,
      {
        setting: setting({ source: 'configuration file', setting: '7168' }),
        files: [['7MB', 'postgresql.conf']],
      },
    ],
    [
      'for a restart that already was',
      '200',
      {
        setting: restartOnly({ ...fromAuto, setting: '200', pending_restart: true }),
        files: [['200', AUTO]],
      },
    ],
    [
      'for the default that the server computes (wal_buffers = -1)',
      '-1',
      {
        setting: restartOnly({
          name: 'wal_buffers',
          setting: '512',
          boot_val: '-1',
          min_val: '-1',
          unit: '8kB',
        }),
        files: [['-1', AUTO]],
      },
    ],
    [
      'when its line was never loaded and is gone, whatever the sticky flag says',
      null,
      {
        setting: restartOnly({ pending_restart: true }),
      },
    ],
    [
      'when the role may not see it, and the entry can be applied',
      'x',
      { setting: null, files: [['x', AUTO]] },
    ],
    [
      'for a list, however it is quoted',
      'a,b',
      {
        setting: textual({ ...fromAuto, setting: 'a, b' }),
        files: [['a, b', AUTO]],
      },
    ],
  ])('%s', (_what, line, seen) => {
    expect(verdict(line, seen)).toEqual({ kind: 'in_force' });
  });

  it('for a text that the server writes in its own way, when it comes from that very line', () => {
    const written = textual({ ...fromAuto, name: 'lc_messages', setting: 'C.utf8' });
    const files = [['C.UTF-8', AUTO]] as const;
    const [entry] =
      configuration({ settings: [written], files: [['lc_messages', ...files[0]]] }).fileEntries ?? [];
    const from = (sourceline: number | null | undefined): Verdict['kind'] =>
      verdict('C.UTF-8', {
        setting: { ...written, sourcefile: entry?.sourcefile ?? '', sourceline: sourceline ?? null },
        files,
      }).kind;
    expect(from(entry?.sourceline)).toBe('in_force');
    expect(from(99)).toBe('failed');
    // A role that may not see the line has the word of the server that the entry is applied.
    expect(verdict('C.UTF-8', { setting: { ...written, sourcefile: null }, files }).kind).toBe('in_force');
  });
});

describe('a restart-only parameter waits', () => {
  it('when the file has another value, and tells both', () => {
    const seen = { setting: restartOnly(), files: [['200', AUTO, REFUSED]] as const };
    expect(verdict('200', seen)).toEqual({ kind: 'waits_for_restart', current: '100', pending: '200' });
  });

  it('when the line that it started with is gone', () => {
    const seen = { setting: restartOnly({ ...fromAuto, setting: '200' }) };
    expect(verdict(null, seen)).toEqual({ kind: 'waits_for_restart', current: '200', pending: '100' });
  });

  it('when it is hidden from the role', () => {
    const wanted = { name: 'shared_preload_libraries', line: 'x', context: 'postmaster' as const };
    const files = [['shared_preload_libraries', 'x', AUTO, REFUSED]] as const;
    expect(verdictOf(wanted, configuration({ settings: [], files }), 17)).toEqual({
      kind: 'waits_for_restart',
      current: null,
      pending: 'x',
    });
  });
});

describe('a parameter is masked', () => {
  it.each(['command line', 'database', 'user', 'database user', 'client', 'session'])(
    'by the level %s',
    (source) => {
      const seen = { setting: setting({ source, setting: '2048' }), files: [['64MB', AUTO]] as const };
      expect(verdict('64MB', seen)).toEqual({ kind: 'masked', source, current: '2MB' });
    },
  );

  it('but an entry that cannot be applied is an error all the same', () => {
    const seen = { setting: setting({ source: 'user' }), files: [['64MB', AUTO, REFUSED]] as const };
    expect(verdict('64MB', seen).kind).toBe('failed');
  });
});

describe('a change has failed', () => {
  it.each<[string, RegExp, string | null, Seen]>([
    ['when the line is not there', /has no line for work_mem and not '8MB'/, '8MB', { setting: setting() }],
    [
      'when another line is there',
      /has '9MB' for work_mem and not '8MB'/,
      '8MB',
      {
        setting: setting({ ...fromAuto, setting: '9216' }),
        files: [['9MB', AUTO]],
      },
    ],
    [
      'when the line that should be gone is there',
      /has '9MB' for work_mem and not no line/,
      null,
      {
        setting: setting({ ...fromAuto, setting: '9216' }),
        files: [['9MB', AUTO]],
      },
    ],
    [
      'when a new session has another value',
      /is 4MB in a new session and not 8MB/,
      '8MB',
      {
        setting: setting(),
        files: [['8MB', AUTO]],
      },
    ],
    [
      'when the server does not take it',
      /setting could not be applied/,
      '8MB',
      {
        setting: setting(),
        files: [['8MB', AUTO, REFUSED]],
      },
    ],
    [
      'when the value of a line that is gone is still in force',
      /still has 8MB of a line that is gone/,
      null,
      {
        setting: setting({ ...fromAuto, setting: '8192' }),
      },
    ],
  ])('%s', (_what, message, line, seen) => {
    const found = verdict(line, seen);
    expect(found.kind).toBe('failed');
    if (found.kind === 'failed') expect(found.message).toMatch(message);
  });
});
