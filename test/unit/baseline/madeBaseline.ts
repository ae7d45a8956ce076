import type { Baseline, BaselineMoment } from '../../../src/baseline/document.js';
import { GROUPS, sectionsOfGroup } from '../../../src/baseline/groups.js';
import { headOf, type BaselineHead } from '../../../src/baseline/head.js';
import type { Row } from '../../../src/inspect/section.js';

/** What a made baseline differs in from the others. */
export interface Made {
  readonly id: string;
  /** Hours since the first. */
  readonly hour: number;
  /** Rows by section of inspect. */
  readonly rows?: Readonly<Record<string, readonly Row[]>>;
  readonly moment?: Partial<BaselineMoment>;
  readonly cluster?: Partial<Baseline['cluster']>;
  readonly analyses?: Baseline['analyses'];
  readonly mode?: 'instant' | 'delta';
  /** With mode delta the rows of the first sample, a minute before. */
  readonly first?: Readonly<Record<string, readonly Row[]>>;
}

const BEGIN = Date.parse('2026-03-02T02:00:00.000Z');

export function timeAt(hour: number): string {
  return new Date(BEGIN + hour * 3_600_000).toISOString();
}

/** A baseline as the store has them, of the rows that a test is about. */
export function madeBaseline({ id, hour, rows = {}, first = {}, mode = 'instant', ...made }: Made): Baseline {
  const at = timeAt(hour);
  const sample = (of: readonly Row[], sampledAt: string) => ({
    sampled_at: sampledAt,
    stats_reset: (of[0]?.['stats_reset'] ?? null) as string | null,
    rows: [...of],
  });
  const groups = GROUPS.flatMap((group) => {
    const ids = sectionsOfGroup(group).map((section) => section.id);
    const own = ids.filter((name) => rows[name] !== undefined);
    if (own.length === 0) return [];
    const newest = Object.fromEntries(own.map((name) => [name, sample(rows[name] ?? [], at)]));
    const before = Object.fromEntries(
      own.map((name) => [name, sample(first[name] ?? [], timeAt(hour - 1 / 60))]),
    );
    const isDelta = mode === 'delta';
    return [
      [
        group,
        {
          mode,
          status: 'ok' as const,
          stats_reset: null,
          views: {},
          sample1: isDelta ? before : newest,
          sample2: isDelta ? newest : null,
          computed: null,
        },
      ] as const,
    ];
  });
  return {
    schema: 'pgdba.baseline/1',
    id,
    label: null,
    created_at: at,
    collected_at: at,
    version: '0.0.0',
    mode,
    interval_ms: mode === 'delta' ? 60_000 : null,
    redacted: false,
    cluster: {
      name: null,
      fingerprint: 'a'.repeat(64),
      identity: { config_host: 'db', config_port: 5432 },
      server_version_num: 170_004,
      role: 'primary',
      database: 'app',
      managed_by: 'none',
      ...made.cluster,
    },
    moment: {
      started_at: '2026-03-01T00:00:00.000Z',
      system_identifier: '7',
      timeline: 1,
      in_recovery: false,
      server_version_num: 170_004,
      extensions: { pg_stat_statements: '1.11' },
      ...made.moment,
    },
    sections: Object.fromEntries(groups),
    analyses: made.analyses ?? {},
  };
}

export function headFor(baseline: Baseline): BaselineHead {
  return headOf(baseline, { path: `/${baseline.id}.json.gz`, sha256: '0', bytes: 1 });
}

const RESET = '2026-03-01T00:00:00.000Z';

/** An entry of pg_stat_statements. */
export function statement(queryid: string, numbers: Row): Row {
  return {
    userid: 10,
    dbid: 5,
    toplevel: true,
    queryid,
    datname: 'app',
    query: `SELECT ${queryid}`,
    calls: 0,
    total_exec_time_ms: 0,
    rows: 0,
    shared_hit_bytes: 0,
    shared_read_bytes: 0,
    stats_since: RESET,
    stats_reset: RESET,
    ...numbers,
  };
}

export function tableRow(relid: number, relname: string, more: Row = {}): Row {
  return {
    database: 'app',
    relid,
    schemaname: 'public',
    relname,
    persistence: 'permanent',
    reloptions: null,
    toast_reloptions: null,
    size_bytes: 1000,
    n_live_tup: 10,
    n_dead_tup: 0,
    seq_scan: 0,
    idx_scan: 0,
    n_tup_ins: 0,
    stats_reset: RESET,
    ...more,
  };
}

export function indexRow(indexrelid: number, indexrelname: string, relid: number, more: Row = {}): Row {
  return {
    database: 'app',
    indexrelid,
    relid,
    schemaname: 'public',
    indexrelname,
    is_valid: true,
    size_bytes: 1000,
    idx_scan: 0,
    idx_tup_read: 0,
    stats_reset: RESET,
    ...more,
  };
}
