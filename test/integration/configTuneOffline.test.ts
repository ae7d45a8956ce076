import { describe, expect, test } from 'vitest';
import { MAJORS } from '../support/majors.js';
import { runCli } from '../support/runCli.js';
import { tune } from '../support/tuned.js';

const PLANNED = ['--offline', '--pg-version', '17', '--ram', '64GB', '--cpus', '16', '--storage', 'ssd'];

describe('a planned server', () => {
  test('is answered for without any', async () => {
    const { exitCode, envelope, data, values } = await tune([...PLANNED, '--workload', 'oltp'], {
      env: { PGHOST: '/nowhere', PGPORT: '1' },
    });
    expect(exitCode).toBe(0);
    expect(envelope.cluster).toBeNull();
    expect(envelope.meta.cost).toEqual({ queries: 0, round_trips: 0, server_ms: 0 });
    expect(data).toMatchObject({
      workload: 'oltp',
      profile: 'standard',
      rules: 'pgdba',
      server_version: 17,
      host: {
        ram_bytes: { value: 68719476736, origin: 'flag' },
        cpus: { value: 16, origin: 'flag' },
        storage: { value: 'ssd', origin: 'flag' },
        local: { value: null, origin: 'none' },
      },
      refused: [],
      dry_run: null,
      pending_restart: null,
    });
    expect(values).toMatchObject({
      shared_buffers: '16GB',
      random_page_cost: '1.1',
      effective_cache_size: '48GB',
    });
    expect(data.memory).toMatchObject({ ram_bytes: 68719476736, fits: true });
  });

  test('gets a changeset that names no server and says what would be sent', async () => {
    const { data } = await tune([...PLANNED, '--workload', 'oltp']);
    const { changeset } = data;
    expect(changeset).toMatchObject({
      schema: 'pgdba.changeset/1',
      fingerprint: null,
      node: null,
      status: 'planned',
      pre_snapshot: null,
      dry_run_result: { would_reload: true, would_restart: true },
    });
    const buffers = changeset?.parameters.find(({ name }) => name === 'shared_buffers');
    expect(buffers).toMatchObject({
      old_value: null,
      new_value: '16GB',
      old_line: null,
      context: 'postmaster',
      needs_restart: true,
      permission: { allowed: false, reason: 'no server was asked', min_role: 'grant', grant_sql: null },
      patroni_override: 'not_managed',
      masked_by: [],
      outcome: 'not_executed',
    });
    expect(changeset?.dry_run_result?.parameters).toContainEqual({
      name: 'shared_buffers',
      action: 'set',
      sql: "ALTER SYSTEM SET shared_buffers = '16GB'",
      effect: 'restart',
    });
    expect(changeset?.parameters.map(({ name }) => name)).toEqual(
      data.recommendations.map(({ parameter }) => parameter),
    );
  });

  test('of a version yet to come is answered for as the newest, with a warning', async () => {
    const { data, warned } = await tune(['--offline', '--pg-version', '19', '--ram', '8GB']);
    expect(data.server_version).toBe(19);
    expect(warned).toContain('server_newer_than_known');
  });

  test('has the workload and the database size it is said to have; dw is olap', async () => {
    const { data } = await tune([...PLANNED, '--workload', 'dw', '--db-size', 'less_ram']);
    expect(data).toMatchObject({ workload: 'olap', db_size: 'less_ram' });
    expect((await tune(PLANNED)).data).toMatchObject({ workload: 'mixed', db_size: 'mid_ram' });
  });

  test('may be careful with what it is not sure of', async () => {
    const careful = await tune([...PLANNED, '--profile', 'remote-conservative']);
    expect(careful.data.profile).toBe('remote-conservative');
    expect(Object.keys(careful.values)).not.toContain('shared_buffers');
    expect(careful.values['effective_cache_size']).toBe('32GB');
  });
});

describe('--rules pgtune', () => {
  const PGTUNE = ['--offline', '--rules', 'pgtune', '--ram'];

  test('answers what PGTune does, line by line', async () => {
    const { values } = await tune([
      ...PGTUNE,
      '64GB',
      ...['--pg-version', '18', '--cpus', '16', '--storage', 'nvme'],
      ...['--workload', 'oltp', '--db-size', 'greater_ram'],
    ]);
    expect(values).toEqual({
      max_connections: '300',
      shared_buffers: '16GB',
      effective_cache_size: '48GB',
      maintenance_work_mem: '4GB',
      checkpoint_completion_target: '0.9',
      wal_buffers: '16MB',
      default_statistics_target: '100',
      random_page_cost: '1.1',
      effective_io_concurrency: '1000',
      work_mem: '47782kB',
      huge_pages: 'try',
      min_wal_size: '2GB',
      max_wal_size: '8GB',
      jit: 'off',
      wal_compression: 'lz4',
      autovacuum_max_workers: '4',
      autovacuum_work_mem: '2GB',
      io_method: 'io_uring',
      max_worker_processes: '16',
      max_parallel_workers_per_gather: '4',
      max_parallel_workers: '16',
      max_parallel_maintenance_workers: '4',
    });
  });

  test.each([
    ['web', '30247kB', '1536MB'],
    ['oltp', '20426kB', '1536MB'],
    ['dw', '64MB', '3GB'],
    ['mixed', '29127kB', '1536MB'],
    ['desktop', '46811kB', '1536MB'],
  ])('24GB and 2 CPUs for %s', async (workload, workMem, maintenance) => {
    const { values } = await tune([
      ...[...PGTUNE, '24GB', '--pg-version', '18', '--cpus', '2', '--storage', 'ssd'],
      ...['--workload', workload],
    ]);
    expect(values).toMatchObject({ work_mem: workMem, maintenance_work_mem: maintenance });
  });

  test('warns of what nobody should apply, and of nothing else', async () => {
    const { data, warned } = await tune([
      ...[
        ...PGTUNE,
        '24GB',
        '--pg-version',
        '18',
        '--cpus',
        '4',
        '--workload',
        'desktop',
        '--storage',
        'ssd',
      ],
    ]);
    expect(warned).toEqual(
      ['wal_level', 'huge_pages', 'io_method', 'max_worker_processes']
        .map((name) => `recommendation_refused ${name}`)
        .sort((a, b) => order(data.recommendations, a) - order(data.recommendations, b)),
    );
    expect(data.recommendations.every(({ source }) => source === 'pgtune')).toBe(true);
  });

  test('takes an SSD unless told, and says so', async () => {
    const { values, warned } = await tune([...PGTUNE, '24GB', '--pg-version', '16']);
    expect(values['effective_io_concurrency']).toBe('200');
    expect(warned).toContain('storage_assumed storage');
  });

  /** Where the parameter that a warning is about stands among the rows. */
  function order(rows: readonly { parameter: string }[], warning: string): number {
    return rows.findIndex(({ parameter }) => warning.endsWith(` ${parameter}`));
  }
});

test.each(MAJORS)('every workload is answered for on PostgreSQL %i', async (major) => {
  for (const workload of ['oltp', 'olap', 'mixed', 'web', 'desktop']) {
    const { exitCode, values } = await tune([
      ...['--offline', '--pg-version', String(major), '--ram', '16GB', '--cpus', '4', '--workload', workload],
    ]);
    expect(exitCode).toBe(0);
    expect(values['shared_buffers']).toBe(workload === 'desktop' ? '1GB' : '4GB');
  }
});

describe('words that make no sense are refused', () => {
  test.each([
    [['--offline'], '--offline needs --pg-version and --ram'],
    [['--offline', '--pg-version', '17'], '--offline needs --ram'],
    [
      ['--offline', '--pg-version', '11', '--ram', '8GB'],
      '--pg-version: "11" is no version of PostgreSQL that pgdba knows',
    ],
    [['--pg-version', '17'], '--pg-version is for --offline: a server says its version itself'],
    [['--offline', '--pg-version', '17', '--ram', '511MB'], '--ram: 511MB of RAM is less than 512MB'],
    [['--offline', '--pg-version', '17', '--ram', '64'], '--ram: 64 of RAM is less than 512MB'],
    [['--offline', '--pg-version', '17', '--ram', 'lots'], '--ram: "lots" is not a size'],
    [['--offline', '--pg-version', '17', '--ram', '8GB', '--cpus', '0'], '--cpus: 0 is less than 1'],
    [
      ['--offline', '--pg-version', '17', '--ram', '8GB', '--cpus', 'two'],
      '--cpus: "two" is not a whole number',
    ],
    [['--offline', '--pg-version', '17', '--ram', '8GB', '--storage', 'tape'], /--storage=tape/],
    [['--offline', '--pg-version', '17', '--ram', '8GB', '--workload', 'dwh'], /--workload=dwh/],
    [['--offline', '--pg-version', '17', '--ram', '8GB', '--db-size', 'big'], /--db-size=big/],
    [['--offline', '--pg-version', '17', '--ram', '8GB', '--rules', 'mine'], /--rules=mine/],
    [['--offline', '--pg-version', '17', '--ram', '8GB', '--profile', 'wild'], /--profile=wild/],
    [
      ['--offline', '--pg-version', '17', '--ram', '8GB', '--rules', 'pgtune', '--connections', '19'],
      '--connections with --rules pgtune: 19 is less than 20',
    ],
    [
      ['--offline', '--pg-version', '17', '--ram', '8GB', '--apply'],
      '--offline and --apply cannot be given together',
    ],
    [
      ['--offline', '--pg-version', '17', '--ram', '8GB', '--dsn', 'x'],
      '--offline and --dsn cannot be given together',
    ],
    [['--dry-run'], 'without --apply there is nothing for --dry-run to do'],
  ] as const)('%j', async (args, message) => {
    const { exitCode, envelope } = await runCli(['config', 'tune', ...args]);
    expect(exitCode).toBe(2);
    expect(envelope.error).toMatchObject({
      code: 'usage',
      message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
    });
    expect(envelope.error?.hint).not.toBe('');
  });
});
