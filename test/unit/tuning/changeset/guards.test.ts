import { describe, expect, test } from 'vitest';
import { MANAGERS, type Manager } from '../../../../src/core/clusterKinds.js';
import { PgdbaError } from '../../../../src/core/errors.js';
import { catalogueOf } from '../../../../src/tuning/catalogue/catalogue.js';
import { askGuards, GUARDS } from '../../../../src/tuning/changeset/guards/registry.js';
import type { GuardContext, PlannedChange } from '../../../../src/tuning/changeset/guards/guard.js';
import { concernsSharedMemory } from '../../../../src/tuning/changeset/guards/sharedMemory.js';
import { outlookOf } from '../../../../src/tuning/changeset/outlook.js';
import { refusalOf } from '../../../../src/tuning/changeset/refusal.js';
import type { PlanFinding } from '../../../../src/tuning/changeset/plan.js';
import type { Surroundings } from '../../../../src/tuning/changeset/surroundings.js';
import type { Configuration } from '../../../../src/tuning/configuration.js';
import { sightWith } from '../../patroni/members.js';

const GB = 1024 ** 3;
const settings = await catalogueOf(18);

const QUIET: Surroundings = {
  ...{ standbys: 0, physicalSlots: 0, logicalSlots: 0, preparedTransactions: 0, subscriptions: 0 },
  ...{ autoConfText: null, files: new Map(), libraries: null, freeHugePageBytes: null },
};

type Wanted = Readonly<Record<string, string | null>>;

/** What the guards have to say of a change on a fresh server of 18: `severity code parameter`. */
function told(
  wanted: Wanted,
  more: Partial<GuardContext> = {},
  inForce: Readonly<Record<string, string>> = {},
): string[] {
  return findings(wanted, more, inForce).map(({ severity, code, parameter }) =>
    [severity, code, parameter ?? '-'].join(' '),
  );
}

function findings(
  wanted: Wanted,
  more: Partial<GuardContext>,
  inForce: Readonly<Record<string, string>> = {},
) {
  return askGuards({ ...contextOf(wanted, inForce), ...more });
}

function contextOf(wanted: Wanted, inForce: Readonly<Record<string, string>> = {}): GuardContext {
  const configuration: Configuration = {
    settings: new Map(
      [...settings].map(([key, setting]) => [
        key,
        inForce[key] === undefined
          ? setting
          : { ...setting, setting: inForce[key], source: 'environment variable' },
      ]),
    ),
    complete: true,
    fileEntries: [],
    databaseRoleSettings: [],
    loadedAt: '',
  };
  const changes = Object.entries(wanted).map(([name, newValue]): PlannedChange => {
    const spec = configuration.settings.get(name) ?? null;
    return {
      name,
      key: name,
      spec,
      newValue,
      oldLine: null,
      override: 'not_managed',
      overriddenBy: null,
      masks: [],
    };
  });
  return {
    ...{
      major: 18,
      inRecovery: false,
      managedBy: 'standalone',
      via: 'auto',
      dcs: null,
      configuration,
      changes,
    },
    before: outlookOf(configuration),
    after: outlookOf(configuration, new Map(Object.entries(wanted))),
    ...{ ramBytes: 64 * GB, surroundings: QUIET },
  };
}

describe('shared memory and RAM', () => {
  test('RAM is looked up for every change that a guard judges by it, and for no other', () => {
    const names = new Set<string>();
    for (const name of settings.keys()) {
      const context = contextOf({ [name]: settings.get(name)?.max_val ?? 'on' });
      Object.defineProperty(context, 'ramBytes', {
        get: () => {
          names.add(name);
          return GB;
        },
      });
      askGuards(context);
    }
    const asked = [...names];
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !concernsSharedMemory([{ name }]))).toEqual([]);
    expect(concernsSharedMemory([{ name: 'work_mem' }, { name: 'Shared_Buffers' }])).toBe(true);
    expect(concernsSharedMemory([{ name: 'work_mem' }, { name: 'jit' }])).toBe(false);
  });

  test.each([
    ['24GB', 64 * GB, []],
    ['26GB', 64 * GB, ['unless_forced boot_guard shared_buffers']],
    ['63GB', 64 * GB, ['refuse boot_guard shared_buffers']],
    ['130MB', null, ['unless_forced boot_guard shared_buffers']],
    ['128MB', null, []],
    ['64MB', null, []],
    ['64MB', GB / 16, []],
  ] as const)('shared_buffers %s with %s bytes of RAM', (shared_buffers, ramBytes, expected) => {
    expect(told({ shared_buffers }, { ramBytes })).toEqual(expected);
  });

  test('a little more than now needs no RAM to be known, a lot does', () => {
    expect(told({ max_connections: '200' }, { ramBytes: null })).toEqual([]);
    expect(told({ max_connections: '5000' }, { ramBytes: null })).toEqual([
      'unless_forced boot_guard max_connections',
    ]);
    expect(told({ max_connections: '5000' })).toEqual([]);
    expect(told({ max_locks_per_transaction: '100000' }, { ramBytes: 8 * GB })).toEqual([
      'unless_forced boot_guard max_locks_per_transaction',
    ]);
  });

  test.each([
    { min_dynamic_shared_memory: '30GB' },
    { max_pred_locks_per_transaction: '1000000' },
    { track_activity_query_size: '1MB', max_connections: '3000' },
    { transaction_buffers: '1GB', multixact_member_buffers: '1GB', notify_buffers: '1GB' },
    { io_max_concurrency: '1024', max_connections: '10000' },
  ])('%o counts', (wanted) => {
    expect(told(wanted, { ramBytes: 7 * GB }).some((one) => one.includes('boot_guard'))).toBe(true);
    expect(told(wanted, { ramBytes: 1000 * GB })).toEqual([]);
  });

  test('what the server measured of itself counts, extensions included', () => {
    const [finding] = findings({ shared_buffers: '256MB' }, { ramBytes: GB }, { shared_memory_size: '143' });
    expect(finding).toBeUndefined();
    const grown = new Map(settings);
    const spec = settings.get('shared_buffers');
    if (spec === undefined) throw new Error('the catalogue has no shared_buffers');
    grown.set('shared_memory_size', {
      ...spec,
      name: 'shared_memory_size',
      unit: 'MB',
      setting: '400',
      context: 'internal',
    });
    const configuration = {
      settings: grown,
      complete: true,
      fileEntries: [],
      databaseRoleSettings: [],
      loadedAt: '',
    };
    const measured = {
      configuration,
      before: outlookOf(configuration),
      after: outlookOf(configuration, new Map([['shared_buffers', '256MB']])),
    };
    expect(told({ shared_buffers: '256MB' }, { ramBytes: GB, ...measured })).toEqual([
      'unless_forced boot_guard shared_buffers',
    ]);
  });
});

describe('huge pages', () => {
  const withFree = (freeHugePageBytes: number | null): Partial<GuardContext> => ({
    surroundings: { ...QUIET, freeHugePageBytes },
  });
  test('are needed for all of it, and known to be there', () => {
    expect(told({ huge_pages: 'on' }, withFree(GB))).toEqual([]);
    expect(told({ huge_pages: 'on' }, withFree(GB / 16))).toEqual(['unless_forced boot_guard huge_pages']);
    expect(told({ huge_pages: 'on' })).toEqual(['unless_forced boot_guard huge_pages']);
    expect(told({ huge_pages: 'on', huge_page_size: '1GB' }, withFree(GB))).toHaveLength(1);
    expect(told({ huge_pages: 'try' })).toEqual([]);
  });

  test('with huge_pages=on already, other memory counts as well', () => {
    const on = { huge_pages: 'on' };
    expect(told({ shared_buffers: '2GB' }, withFree(GB), on)).toEqual([
      'unless_forced boot_guard shared_buffers',
    ]);
    expect(told({ shared_buffers: '2GB' }, withFree(3 * GB), on)).toEqual([]);
  });
});

describe('TLS', () => {
  const files = (...there: (readonly [string, boolean | null])[]): Partial<GuardContext> => ({
    surroundings: { ...QUIET, files: new Map(there) },
  });
  test('needs its certificate and key where the server sees them', () => {
    const both = files(['server.crt', true], ['server.key', true]);
    expect(told({ ssl: 'on' }, both)).toEqual([]);
    expect(told({ ssl: 'on' }, files(['server.crt', true], ['server.key', false]))).toEqual([
      'refuse boot_guard ssl',
    ]);
    expect(told({ ssl: 'on' })).toEqual(['unless_forced boot_guard ssl', 'unless_forced boot_guard ssl']);
    expect(told({ ssl: 'on', ssl_cert_file: '' }, both)).toEqual(['refuse boot_guard ssl_cert_file']);
  });

  test('while it is on, what it reads at start is refused unless forced; while off, nothing is', () => {
    const on = { ssl: 'on' };
    for (const name of ['ssl_ciphers', 'ssl_groups']) {
      expect(told({ [name]: 'x' }, {}, on)).toEqual([`unless_forced boot_guard ${name}`]);
      expect(told({ [name]: 'x' })).toEqual([]);
    }
    expect(told({ ssl_ca_file: 'root.crt' }, files(['root.crt', true]), on)).toEqual([]);
    expect(told({ ssl_ca_file: 'root.crt' }, files(['root.crt', false]), on)).toEqual([
      'refuse boot_guard ssl_ca_file',
    ]);
    expect(told({ ssl_ca_file: '' }, {}, on)).toEqual([]);
  });

  test('the lowest protocol is not above the highest', () => {
    const on = { ssl: 'on' };
    expect(told({ ssl_max_protocol_version: 'TLSv1.1' }, {}, on)).toEqual([
      'refuse boot_guard ssl_max_protocol_version',
    ]);
    expect(told({ ssl_max_protocol_version: 'TLSv1.3' }, {}, on)).toEqual([]);
    expect(told({ ssl_min_protocol_version: 'TLSv1' }, {}, on)).toEqual([]);
  });

  test('turning it off is confirmed', () => {
    expect(told({ ssl: 'off' }, {}, { ssl: 'on' })).toEqual(['unless_forced boot_guard ssl']);
    expect(told({ ssl: 'off' })).toEqual([]);
  });
});

describe('what is confirmed', () => {
  test.each([
    ['hba_file', '/x'],
    ['ident_file', '/x'],
    ['external_pid_file', '/x'],
    ['listen_addresses', '*'],
    ['port', '5433'],
    ['unix_socket_directories', '/x'],
    ['unix_socket_permissions', '0700'],
    ['cluster_name', 'x'],
    ['recovery_target_timeline', 'current'],
    ['recovery_target_time', '2026-01-01'],
    ['hot_standby', 'off'],
    ['shared_memory_type', 'sysv'],
    ['io_method', 'io_uring'],
  ])('%s', (name, value) => {
    expect(told({ [name]: value })).toEqual([`unless_forced boot_guard ${name}`]);
  });

  test('not what it is already, and not the harmless values', () => {
    for (const name of ['port', 'listen_addresses', 'io_method', 'hot_standby']) {
      expect(told({ [name]: settings.get(name)?.setting ?? '' })).toEqual([]);
    }
    expect(told({ io_method: 'sync' })).toEqual([]);
  });
});

describe('libraries', () => {
  const installed = (...libraries: string[]): Partial<GuardContext> => ({
    surroundings: { ...QUIET, libraries: new Set(libraries) },
  });
  test.each([
    ['auto_explain', ['auto_explain.so'], []],
    ['auto_explain', ['auto_explain.dylib'], []],
    ['$libdir/auto_explain', ['auto_explain.so'], []],
    ['auto_explain', ['other.so'], ['refuse boot_guard shared_preload_libraries']],
    ['auto_explain', null, ['unless_forced boot_guard shared_preload_libraries']],
    ['/opt/x.so', ['x.so'], ['unless_forced boot_guard shared_preload_libraries']],
    ['x, y', ['x.so', 'y.so'], []],
    ['x, y', ['x.so'], ['refuse boot_guard shared_preload_libraries']],
  ])('%s of %o', (value, libraries, expected) => {
    const context = libraries === null ? {} : installed(...libraries);
    expect(told({ shared_preload_libraries: value }, context)).toEqual(expected);
  });

  test('what is loaded now can be found; local ones lie in a folder of their own', () => {
    expect(
      told({ shared_preload_libraries: 'y, x' }, installed('y.so'), { shared_preload_libraries: 'x' }),
    ).toEqual([]);
    expect(told({ local_preload_libraries: 'x' }, installed('x.so'))).toEqual([
      'refuse boot_guard local_preload_libraries',
    ]);
    expect(told({ local_preload_libraries: 'x' }, installed('plugins/x.so'))).toEqual([]);
  });

  test('with another path nothing can be told', () => {
    const wanted = { shared_preload_libraries: 'x' };
    expect(told(wanted, installed('x.so'), { dynamic_library_path: '/opt:$libdir' })).toEqual([
      'unless_forced boot_guard shared_preload_libraries',
    ]);
    expect(told({ dynamic_library_path: '/opt' }, {}, wanted)).toEqual([
      'unless_forced boot_guard dynamic_library_path',
    ]);
    expect(told({ dynamic_library_path: '/opt:$libdir' }, {}, wanted)).toEqual([]);
    expect(told({ dynamic_library_path: '/opt' })).toEqual([]);
  });
});

describe('who manages the server', () => {
  const NEVER: readonly Manager[] = ['rds', 'aurora', 'cloudsql', 'azure', 'cnpg'];
  test.each(MANAGERS)('%s', (managedBy) => {
    const auto = told({ work_mem: '1MB' }, { managedBy });
    const asked = told({ work_mem: '1MB' }, { managedBy, via: 'alter-system' });
    const refused = ['refuse cluster_managed -'];
    expect(auto).toEqual(managedBy === 'patroni' || NEVER.includes(managedBy) ? refused : []);
    expect(asked).toEqual(NEVER.includes(managedBy) ? refused : []);
  });
});

describe('under Patroni, ALTER SYSTEM', () => {
  const dcs = sightWith({ work_mem: '5MB' });
  const judged = (
    override: Partial<PlannedChange>,
    newValue: string | null = '1MB',
    more: Partial<GuardContext> = {},
  ): string[] => {
    const context = contextOf({ work_mem: newValue });
    const changes = context.changes.map((change) => ({ ...change, ...override }));
    const asked = { managedBy: 'patroni', via: 'alter-system', dcs } as const;
    return askGuards({ ...context, changes, ...asked, ...more }).map(
      ({ severity, code, parameter }) => `${severity} ${code} ${parameter ?? '-'}`,
    );
  };
  const by = (level: 'dcs' | 'local_yaml' | 'patroni' | 'command_line'): Partial<PlannedChange> => ({
    override: 'overridden',
    overriddenBy: { level, value: '5MB' },
  });
  const beats = ['unless_forced parameter_overridden work_mem'];

  test.each([
    ['dcs', beats],
    ['local_yaml', beats],
    ['patroni', beats],
    ['command_line', beats],
  ] as const)(
    'that would beat, or be beaten by, %s is for those who insist; a RESET is for all',
    (level, expected) => {
      expect(judged(by(level))).toEqual(expected);
      expect(judged(by(level), null)).toEqual([]);
      expect(judged(by(level), '1MB', { via: 'auto' })).toEqual(['refuse cluster_managed -']);
    },
  );

  test('of what the DCS does not have is told to hold on one member', () => {
    const unset: Partial<PlannedChange> = { override: 'not_set_but_ephemeral' };
    expect(judged(unset)).toEqual(['warn one_member_only work_mem']);
    expect(judged(unset, null)).toEqual([]);
  });

  test('is for those who insist while the DCS is out of reach', () => {
    const silent = new PgdbaError('patroni_unreachable', 'nobody, password=hush');
    const context = { ...contextOf({ work_mem: '1MB' }), dcs: silent, via: 'alter-system' } as const;
    const changes = context.changes.map((change): PlannedChange => ({ ...change, override: 'unknown' }));
    for (const managedBy of ['patroni', 'standalone'] as const) {
      const [finding, ...others] = askGuards({ ...context, managedBy, changes });
      expect(others).toEqual([]);
      expect(finding).toMatchObject({ severity: 'unless_forced', code: 'cluster_managed' });
      expect(finding?.message).toContain('nobody');
      expect(finding?.message).not.toContain('hush');
    }
  });

  test('is refused without --via where the DCS was seen, whatever SQL shows', () => {
    expect(judged(by('dcs'), '1MB', { managedBy: 'standalone', via: 'auto' })).toEqual([
      'refuse cluster_managed -',
    ]);
  });

  test('elsewhere the command line is never beaten', () => {
    expect(judged(by('command_line'), '1MB', { managedBy: 'standalone', via: 'auto', dcs: null })).toEqual([
      'refuse parameter_overridden work_mem',
    ]);
  });
});

describe('what is told, and done', () => {
  test.each([
    [{ fsync: 'off' }, 'fsync'],
    [{ full_page_writes: 'off' }, 'full_page_writes'],
    [{ synchronous_commit: 'off' }, 'synchronous_commit'],
    [{ synchronous_commit: 'local' }, 'synchronous_commit'],
    [{ autovacuum: 'off' }, 'autovacuum'],
    [{ zero_damaged_pages: 'on' }, 'zero_damaged_pages'],
    [{ log_statement: 'all' }, 'log_statement'],
    [{ session_replication_role: 'replica' }, 'session_replication_role'],
    [{ password_encryption: 'md5' }, 'password_encryption'],
    [{ default_transaction_read_only: 'on' }, 'default_transaction_read_only'],
    [{ restart_after_crash: 'off' }, 'restart_after_crash'],
  ])('%o', (wanted, name) => {
    expect(told(wanted as unknown as Wanted)).toEqual([`warn dangerous_setting ${name}`]);
  });

  test('a danger that is there and not touched is not told here', () => {
    expect(told({ work_mem: '1MB' }, {}, { fsync: 'off' })).toEqual([]);
    expect(told({ fsync: null }, {}, { autovacuum: 'off' })).toEqual([]);
  });

  test.each([
    [{ max_worker_processes: '0' }, 'max_worker_processes'],
    [{ autovacuum_max_workers: '17' }, 'autovacuum_max_workers'],
    [{ min_wal_size: '2GB' }, 'min_wal_size'],
    [{ archive_library: 'x', archive_command: 'y' }, 'archive_library'],
    [{ synchronous_standby_names: '*' }, 'synchronous_standby_names'],
  ])('%o', (wanted, name) => {
    expect(told(wanted as unknown as Wanted)).toEqual([`warn dubious_setting ${name}`]);
  });

  test('and their relatives that are in order', () => {
    const standby = { surroundings: { ...QUIET, standbys: 1 } };
    expect(told({ synchronous_standby_names: '*' }, standby)).toEqual([]);
    expect(told({ autovacuum_max_workers: '16' })).toEqual([]);
    expect(told({ autovacuum_max_workers: '17', autovacuum_worker_slots: '17' })).toEqual([]);
    expect(told({ archive_library: 'x' }, {}, { archive_command: '(disabled)' })).toEqual([]);
    expect(told({ min_wal_size: '1GB' })).toEqual([]);
  });
});

describe('what a restart brings back', () => {
  const with4 = (kept: Partial<Surroundings>): Partial<GuardContext> => ({
    surroundings: { ...QUIET, ...kept },
  });
  test('subscriptions, by the parameter of the major', () => {
    const subscribed = with4({ subscriptions: 4 });
    expect(told({ max_active_replication_origins: '3' }, subscribed)).toEqual([
      'refuse boot_guard max_active_replication_origins',
    ]);
    expect(told({ max_active_replication_origins: '4' }, subscribed)).toEqual([]);
    expect(told({ max_replication_slots: '3' }, subscribed)).toEqual([]);
    expect(told({ max_replication_slots: '3' }, { ...subscribed, major: 17 })).toEqual([
      'refuse boot_guard max_replication_slots',
    ]);
  });
});

test('every guard names what it is asked for, and where that is documented', () => {
  for (const { id, parameters, reference } of GUARDS) {
    expect([id, reference.length > 5, parameters === null || parameters.length > 0]).toEqual([
      id,
      true,
      true,
    ]);
    for (const name of parameters ?? []) expect([id, name]).toEqual([id, name.toLowerCase()]);
  }
  expect(new Set(GUARDS.map(({ id }) => id)).size).toBe(GUARDS.length);
});

describe('the refusal of a plan', () => {
  const finding = (severity: PlanFinding['severity'], code: string, message = code): PlanFinding => ({
    ...{ severity, code, parameter: null, message },
  });
  const of = (...all: PlanFinding[]) => refusalOf({ changeSet: {} as never, findings: all });

  test('malformed comes before conflict, conflict before precondition', () => {
    const [five, seven, two] = ['boot_guard', 'plan_stale', 'parameter_unknown'].map((code) =>
      finding('refuse', code),
    );
    if (five === undefined || seven === undefined || two === undefined) throw new Error('three findings');
    expect(of(five, seven, two)?.exit).toBe(2);
    expect(of(five, seven)?.exit).toBe(7);
    expect(of(five)?.exit).toBe(5);
    expect(of(finding('warn', 'boot_guard'))).toBeNull();
    expect(of()).toBeNull();
  });

  test('says everything once, and lists it', () => {
    const refusal = of(
      finding('refuse', 'boot_guard', 'a'),
      finding('warn', 'x', 'told'),
      finding('refuse', 'secret_value', 'b'),
      finding('refuse', 'secret_value', 'b'),
    );
    expect([refusal?.code, refusal?.message]).toEqual(['boot_guard', 'a; b']);
    expect(refusal?.details?.['findings']).toHaveLength(3);
  });
});
