import type { Baseline } from '../../src/baseline/document.js';
import type { BaselineDiff, Change } from '../../src/baseline/diffData.js';
import type { TrendSeries } from '../../src/baseline/trendData.js';
import type { ReportInput } from '../../src/report/baseline/baselineReport.js';

/** What a server may hand out as a name or text, and must never be more than text in a report. */
export const HOSTILE = {
  script: '<script>window.pwned=1;alert(1)</script>',
  image: '"><img src=x onerror="window.pwned=1">',
  quotes: `"O'Reilly" & <b>sons</b> \`tick\` | pipe`,
  emoji: '🐘 naïve 表',
  reordered: 'abc\u202etxt.exe\u202c',
  hebrew: 'שלום עולם',
  markdown: '</details><details open>[x](javascript:alert(1)) **b** @everyone #1 https://evil.example',
} as const;

const GB = 1024 ** 3;
const MB = 1024 ** 2;
const DAY_MS = 86_400_000;
const AFTER = '2026-03-12T02:00:00.000Z';
const BEFORE = '2026-03-11T02:00:00.000Z';

interface Given {
  readonly statements?: readonly Readonly<Record<string, unknown>>[];
  readonly tables?: readonly Readonly<Record<string, unknown>>[];
  readonly indexes?: readonly Readonly<Record<string, unknown>>[];
  readonly analyses?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly collectedAt?: string;
  readonly label?: string | null;
}

/** A baseline with these rows and answers; all else is seen and empty. */
export function baselineWith(given: Given = {}): Baseline {
  const collectedAt = given.collectedAt ?? AFTER;
  const view = (rows: readonly Readonly<Record<string, unknown>>[] = []) => ({
    sampled_at: collectedAt,
    stats_reset: '2026-01-01T00:00:00.000Z',
    rows: rows.map((row) => ({ ...row })),
  });
  const group = (views: Readonly<Record<string, ReturnType<typeof view>>>) => ({
    mode: 'instant' as const,
    status: 'ok' as const,
    stats_reset: '2026-01-01T00:00:00.000Z',
    views: Object.fromEntries(
      Object.keys(views).map((id) => [
        id,
        {
          status: 'ok' as const,
          reason: null,
          message: null,
          reads: 'live' as const,
          duration_ms: 1,
          stats_reset: '2026-01-01T00:00:00.000Z',
          truncated: null,
        },
      ]),
    ),
    sample1: views,
    sample2: null,
    computed: null,
  });
  return {
    schema: 'pgdba.baseline/1',
    id: '01968f00-0000-7000-8000-000000000001',
    label: given.label ?? null,
    created_at: collectedAt,
    collected_at: collectedAt,
    version: '0.1.0',
    mode: 'instant',
    interval_ms: null,
    redacted: false,
    cluster: {
      name: 'shop-prod',
      fingerprint: 'ab'.repeat(32),
      identity: { config_host: 'db1.example.net', config_port: 5432 },
      server_version_num: 170_010,
      role: 'primary',
      database: 'shop',
      managed_by: 'standalone',
    },
    moment: {
      started_at: '2026-02-01T00:00:00.000Z',
      system_identifier: '7710547988707736846',
      timeline: 1,
      in_recovery: false,
      server_version_num: 170_010,
      extensions: { pg_stat_statements: '1.11' },
    },
    sections: {
      config: group({ pg_settings: view() }),
      queries: group({ pg_stat_statements: view(given.statements) }),
      tables: group({ pg_stat_user_tables: view(given.tables), pg_sequences: view(SEQUENCES) }),
      replication: group({ pg_replication_slots: view() }),
      system: group({ system: view([{ backends: 78, max_connections: 100 }]) }),
      locks: group({ pg_locks: view() }),
      io: group({ pg_stat_wal: view() }),
      indexes: group({ pg_stat_user_indexes: view(given.indexes) }),
      vacuum: group({ pg_stat_progress_vacuum: view() }),
    },
    analyses: Object.fromEntries(
      Object.entries(given.analyses ?? {}).map(([name, data]) => [
        name,
        { status: 'ok' as const, message: null, data: { ...data } },
      ]),
    ),
  };
}

const SEQUENCES = [
  { seqrelid: 1, schemaname: 'shop', sequencename: 'orders_id_seq', used_ratio: 0.93 },
  { seqrelid: 2, schemaname: 'shop', sequencename: 'customers_id_seq', used_ratio: 0.12 },
];

interface ChangeGiven extends Partial<Change> {
  readonly section: Change['section'];
  readonly object_type: string;
  readonly object: string;
  readonly metric: string;
}

/** A change with these fields; the others say nothing. */
export function changeWith(given: ChangeGiven): Change {
  return {
    database: null,
    unit: null,
    before: null,
    after: null,
    change: null,
    factor: null,
    unusual: null,
    usual: null,
    effect: 'neutral',
    regression: false,
    text: null,
    why: '',
    by: null,
    eta: null,
    ...given,
  };
}

/** A night’s series that ends with these values; null where it could not be told. */
function seriesWith(
  given: Pick<TrendSeries, 'section' | 'metric' | 'object_type' | 'object' | 'database' | 'unit'>,
  values: readonly (number | null)[],
): TrendSeries {
  const known = values.filter((value) => value !== null);
  return {
    ...given,
    text: null,
    points: values.map((value, i) => ({
      id: `01968f00-0000-7000-8000-${String(i).padStart(12, '0')}`,
      at: new Date(Date.parse(AFTER) - (values.length - 1 - i) * DAY_MS).toISOString(),
      value,
      gap: value === null ? 'reset' : null,
    })),
    first: known[0] ?? null,
    last: known.at(-1) ?? null,
    slope_per_day: null,
    slope_low_per_day: null,
    slope_high_per_day: null,
    fit: { points: known.length, r_squared: null, quality: 'none', message: '' },
    forecast: null,
  };
}

const ORDERS_QUERY =
  'SELECT o.id, o.placed_at, sum(i.quantity * i.price) AS total\n  FROM shop.orders o JOIN shop.order_items i ON i.order_id = o.id\n WHERE o.customer_id = $1 AND o.placed_at > now() - $2::interval\n GROUP BY o.id ORDER BY o.placed_at DESC LIMIT $3';

const STATEMENTS = [
  { queryid: '4711', query: ORDERS_QUERY, usename: 'app', datname: 'shop', total: 41.2, calls: 0.9 },
  {
    queryid: '815',
    query: `SELECT ${HOSTILE.script}`,
    usename: HOSTILE.image,
    datname: 'shop',
    total: 6.1,
    calls: 22,
  },
  {
    queryid: '42',
    query: `UPDATE shop.stock SET n = n - $1 WHERE note = '${HOSTILE.quotes}'`,
    usename: 'app',
    datname: 'shop',
    total: 3.3,
    calls: 71.5,
  },
  {
    queryid: '7',
    query: `SELECT '${HOSTILE.emoji}', '${HOSTILE.reordered}', '${HOSTILE.hebrew}'`,
    usename: 'app',
    datname: 'shop',
    total: 1.2,
    calls: 0.02,
  },
  { queryid: '8', query: 'COMMIT', usename: 'app', datname: 'shop', total: 0.4, calls: 94 },
].map(({ total, calls, ...row }) => ({
  ...row,
  total_exec_time_ms: total * 1e6,
  calls: Math.round(calls * 1e5),
  total_exec_time_ms_per_s: total,
  calls_per_s: calls,
}));

const table = (relid: number, relname: string, size_bytes: number) => ({
  database: 'shop',
  relid,
  schemaname: 'shop',
  relname,
  size_bytes,
});
const index = (indexrelid: number, indexrelname: string, size_bytes: number) => ({
  database: 'shop',
  indexrelid,
  schemaname: 'shop',
  indexrelname,
  size_bytes,
});

const session = (pid: number, more: Readonly<Record<string, unknown>> = {}) => ({
  pid,
  gid: null,
  user: 'app',
  application_name: 'checkout',
  database: 'shop',
  state: 'active',
  mode: 'ShareLock',
  object: 'the end of transaction 81034',
  wait_ms: 48_200,
  xact_age_ms: 50_000,
  query: 'UPDATE shop.orders SET state = $1 WHERE id = $2',
  victims: 0,
  blocks: [],
  ...more,
});

const LOCKS = {
  totals: { waiting: 3 },
  waiting: [],
  roots: [
    session(4100, {
      application_name: HOSTILE.image,
      state: 'idle in transaction',
      mode: null,
      wait_ms: null,
      xact_age_ms: 7_440_000,
      query: `ALTER TABLE shop.orders ADD COLUMN note text -- ${HOSTILE.script}`,
      victims: 3,
      advice: 'End its transaction: it has been idle for 2 h and 3 sessions wait for it.',
      blocks: [session(4200, { victims: 1, blocks: [session(4210)] }), session(4300)],
    }),
  ],
  long_transactions: [
    session(5000, { mode: null, state: 'idle in transaction', xact_age_ms: 86_000_000, query: 'SELECT 1' }),
  ],
  limitations: [],
};

const finding = (
  rule: string,
  severity: string,
  title: string,
  type: string,
  name: string,
  text: string,
  sql: string | null,
) => ({
  id: `${rule}:${type}:${name}`,
  rule,
  severity,
  title,
  object: { type, name },
  remediation: { text, sql },
});
const OLD_FINDING = finding(
  'unused-index',
  'info',
  'An index nobody scans costs every write',
  'index',
  'shop.orders_note_idx',
  'Drop it after a look at the replicas.',
  'DROP INDEX CONCURRENTLY shop.orders_note_idx;',
);
const GONE_FINDING = finding(
  'checkpoints',
  'warning',
  'Most checkpoints are forced by WAL',
  'setting',
  'max_wal_size',
  'Raise max_wal_size.',
  "ALTER SYSTEM SET max_wal_size = '8GB';",
);
const NEW_FINDINGS = [
  finding(
    'slot-retention',
    'critical',
    'A slot nobody reads keeps 14 GB of WAL',
    'replication_slot',
    HOSTILE.quotes,
    'Bring its reader back, or drop it.',
    "SELECT pg_catalog.pg_drop_replication_slot('x');",
  ),
  finding(
    'sequence-exhaustion',
    'warning',
    'A sequence nears its end',
    'sequence',
    'shop.orders_id_seq',
    'Make the column bigint.',
    null,
  ),
];

const VACUUM_HEALTH = {
  tables: [
    {
      schema: 'shop',
      name: 'orders',
      part: 'heap',
      issues: ['dead_tuples', 'autovacuum_off'],
      dead_tuples: 4_120_000,
      dead_ratio: 0.31,
      last_vacuum: null,
      last_autovacuum: '2026-03-02T11:20:00.000Z',
    },
    {
      schema: 'shop',
      name: 'sessions',
      part: 'toast',
      issues: ['stale_statistics'],
      dead_tuples: null,
      dead_ratio: null,
      last_vacuum: null,
      last_autovacuum: null,
    },
  ],
  databases: [
    { name: 'shop', xid: { age: 181_000_000, to_stop: 1_963_483_647 } },
    { name: 'template1', xid: { age: 12_000_000, to_stop: 2_132_483_647 } },
  ],
  horizon_holders: [
    {
      kind: 'replication_slot',
      name: HOSTILE.quotes,
      xid_age: 1_240_000,
      advice: 'Drop the slot, or bring its reader back.',
    },
  ],
  limitations: [{ message: 'tables of other databases are not seen' }],
};

const bloat = (heap: number) => ({
  tables: [
    {
      schema: 'shop',
      name: 'orders',
      part: 'heap',
      size_bytes: 6.2 * GB,
      bloat_bytes: heap,
      reliability: 'good',
    },
  ],
  indexes: [
    {
      schema: 'shop',
      name: 'orders_customer_idx',
      size_bytes: 900 * MB,
      bloat_bytes: 300 * MB,
      reliability: 'doubtful',
    },
  ],
});

const TUNE = {
  recommendations: [
    {
      parameter: 'work_mem',
      current: '4MB',
      recommended: '47782kB',
      confidence: 'high',
      rationale: 'Sorts of 2 statements spill 310 MB to disk an hour.',
      needs_restart: false,
    },
    {
      parameter: 'shared_buffers',
      current: '128MB',
      recommended: '16GB',
      confidence: 'high',
      rationale: 'A quarter of RAM.',
      needs_restart: true,
    },
  ],
};

const INDEX_HEALTH = {
  indexes: [
    {
      schema: 'shop',
      table: 'orders',
      index: 'orders_note_idx',
      issue: 'unused',
      size_bytes: 210 * MB,
      confidence: 'high',
      ddl: 'DROP INDEX CONCURRENTLY shop.orders_note_idx;',
      blocked_by: [],
    },
    {
      schema: 'shop',
      table: 'orders',
      index: 'orders_pkey',
      issue: 'bloated',
      size_bytes: 610 * MB,
      confidence: 'medium',
      ddl: null,
      blocked_by: ['primary_key'],
    },
  ],
};

const usual = (median: number, mad: number) => ({ median, mad, samples: 14, chosen: 'all' as const });

const CHANGES: readonly Change[] = [
  changeWith({
    section: 'queries',
    object_type: 'query',
    object: '4711',
    database: 'shop',
    metric: 'mean_exec_time_ms',
    unit: 'ms',
    before: 3.21,
    after: 45.78,
    change: 42.57,
    factor: 14.26,
    unusual: true,
    usual: usual(3.3, 0.21),
    effect: 'worse',
    regression: true,
    text: ORDERS_QUERY,
    why: 'One call takes 14 times as long and looks at 60 times as many blocks: it has another plan, since the index orders_customer_idx is gone.',
  }),
  changeWith({
    section: 'indexes',
    object_type: 'index',
    object: 'shop.orders_customer_idx',
    database: 'shop',
    metric: 'presence',
    before: true,
    after: null,
    effect: 'worse',
    regression: true,
    why: 'The index is gone; it had been scanned 91,204 times a day.',
  }),
  changeWith({
    section: 'replication',
    object_type: 'replication_slot',
    object: HOSTILE.quotes,
    metric: 'retained_wal_bytes',
    unit: 'bytes',
    before: 0,
    after: 14 * GB,
    change: 14 * GB,
    unusual: true,
    usual: usual(12 * MB, 4 * MB),
    effect: 'worse',
    regression: true,
    why: 'Nobody reads the slot, and it keeps 14 GB of WAL.',
    eta: { limit: 20 * GB, meaning: 'the slot loses WAL that it needs', at: '2026-03-12T12:17:00.000Z' },
  }),
  changeWith({
    section: 'config',
    object_type: 'setting',
    object: 'autovacuum_vacuum_scale_factor',
    metric: 'value',
    before: '0.2',
    after: '0.9',
    effect: 'neutral',
    why: 'Set in postgresql.auto.conf.',
    by: {
      changeset: '01968eff-1111-7000-8000-000000000009',
      at: '2026-03-11T15:42:00.000Z',
      operation: 'config apply',
      who: `deploy${HOSTILE.image} at bastion`,
    },
  }),
  changeWith({
    section: 'config',
    object_type: 'setting',
    object: 'log_line_prefix',
    metric: 'value',
    before: '%m [%p] ',
    after: HOSTILE.script,
    why: 'Nothing in pgdba’s audit log did it.',
  }),
  changeWith({
    section: 'system',
    object_type: 'server',
    object: 'server',
    metric: 'wal_bytes_per_s',
    unit: 'bytes_per_s',
    before: 210_000,
    after: 1_340_000,
    change: 1_130_000,
    factor: 6.38,
    unusual: false,
    usual: usual(900_000, 260_000),
    effect: 'worse',
    why: 'More WAL is written, but as much as on other nights.',
  }),
  changeWith({
    section: 'findings',
    object_type: 'replication_slot',
    object: HOSTILE.quotes,
    metric: 'slot-retention',
    before: 'none',
    after: 'critical',
    effect: 'worse',
    regression: true,
    why: 'A slot nobody reads keeps 14 GB of WAL; found now (critical).',
  }),
  changeWith({
    section: 'findings',
    object_type: 'sequence',
    object: 'shop.orders_id_seq',
    metric: 'sequence-exhaustion',
    before: 'none',
    after: 'warning',
    effect: 'worse',
    regression: true,
    why: 'A sequence nears its end; found now (warning).',
  }),
  changeWith({
    section: 'findings',
    object_type: 'setting',
    object: 'max_wal_size',
    metric: 'checkpoints',
    before: 'warning',
    after: 'none',
    effect: 'better',
    why: 'Most checkpoints are forced by WAL; no longer found (was warning).',
  }),
  changeWith({
    section: 'io',
    object_type: 'server',
    object: 'server',
    metric: 'checkpoints_requested_per_s',
    unit: 'per_s',
    before: 0.0002,
    after: 0.0041,
    change: 0.0039,
    factor: 20.5,
    unusual: null,
    effect: 'worse',
    why: 'Checkpoints are forced by WAL.',
  }),
];

const near = (
  object_type: string,
  object: string,
  metric: string,
  unit: string,
  [value, limit, per_day, at]: readonly [number, number, number | null, string | null],
  meaning: string,
): BaselineDiff['limits'][number] => ({
  section: 'system',
  object_type,
  object,
  database: null,
  metric,
  unit,
  value,
  limit,
  used_ratio: value / limit,
  per_day,
  at,
  meaning,
});

const LIMITS: BaselineDiff['limits'] = [
  near(
    'sequence',
    'shop.orders_id_seq',
    'used_ratio',
    'ratio',
    [0.93, 1, 0.02, '2026-03-15T14:00:00.000Z'],
    'nextval() fails',
  ),
  near('server', 'server', 'connections', 'count', [78, 100, 4, null], 'new connections are refused'),
  near(
    'replication_slot',
    HOSTILE.quotes,
    'retained_wal_bytes',
    'bytes',
    [14 * GB, 20 * GB, 14 * GB, '2026-03-12T12:17:00.000Z'],
    'the slot loses WAL that it needs',
  ),
  near(
    'database',
    'shop',
    'xid_age',
    'transactions',
    [181_000_000, 2_144_483_647, null, null],
    'the server accepts no more writes',
  ),
];

const DIFF: BaselineDiff = {
  before: {
    id: '01968e00-0000-7000-8000-000000000001',
    label: null,
    path: '/x/a.json.gz',
    collected_at: BEFORE,
    fingerprint: 'ab'.repeat(32),
    role: 'primary',
    server_version_num: 170_010,
    timeline: 1,
    started_at: '2026-02-01T00:00:00.000Z',
  },
  after: {
    id: '01968f00-0000-7000-8000-000000000001',
    label: 'nightly',
    path: '/x/b.json.gz',
    collected_at: AFTER,
    fingerprint: 'ab'.repeat(32),
    role: 'primary',
    server_version_num: 170_010,
    timeline: 1,
    started_at: '2026-02-01T00:00:00.000Z',
  },
  interval_ms: DAY_MS,
  basis: {
    kind: 'earlier_baseline',
    id: '01968d00-0000-7000-8000-000000000001',
    from: '2026-03-10T02:00:00.000Z',
    message: 'The rates before are those of the day before the earlier baseline.',
  },
  spread: { baselines: 14, needed: 7, message: 'Usual is told by 14 earlier baselines.' },
  events: [
    {
      kind: 'reset',
      subject: 'pg_stat_wal',
      before: '2026-01-01T00:00:00.000Z',
      after: '2026-03-11T20:15:00.000Z',
      message: 'The counters of pg_stat_wal were reset.',
    },
  ],
  void: [
    {
      section: 'io',
      view: 'pg_stat_wal',
      reason: 'reset',
      rows: 1,
      message: 'the statistics were reset between the samples',
    },
  ],
  changes: [...CHANGES],
  limits: LIMITS,
  summary: {
    changes: CHANGES.length,
    regressions: CHANGES.filter(({ regression }) => regression).length,
    unusual: CHANGES.filter(({ unusual }) => unusual === true).length,
    sections: [],
  },
  truncated: null,
};

const SERIES: readonly TrendSeries[] = [
  seriesWith(
    {
      section: 'queries',
      metric: 'mean_exec_time_ms',
      object_type: 'query',
      object: '4711',
      database: 'shop',
      unit: 'ms',
    },
    [3.1, 3.4, 3.2, 3.0, 3.3, 3.6, 3.2, null, 3.1, 3.3, 3.4, 3.2, 3.21, 45.78],
  ),
  seriesWith(
    {
      section: 'queries',
      metric: 'mean_exec_time_ms',
      object_type: 'query',
      object: '815',
      database: 'shop',
      unit: 'ms',
    },
    [0.25, 0.26, 0.28, 0.24, 0.27, 0.26, 0.29, 0.28],
  ),
  seriesWith(
    {
      section: 'tables',
      metric: 'size_bytes',
      object_type: 'table',
      object: 'shop.orders',
      database: 'shop',
      unit: 'bytes',
    },
    [5.1, 5.2, 5.3, 5.5, 5.6, 5.8, 6.2].map((n) => n * GB),
  ),
  seriesWith(
    {
      section: 'indexes',
      metric: 'size_bytes',
      object_type: 'index',
      object: 'shop.orders_pkey',
      database: 'shop',
      unit: 'bytes',
    },
    [540, 560, 575, 590, 610].map((n) => n * MB),
  ),
  {
    ...seriesWith(
      {
        section: 'tables',
        metric: 'used_ratio',
        object_type: 'sequence',
        object: 'shop.orders_id_seq',
        database: 'shop',
        unit: 'ratio',
      },
      [0.9, 0.905, 0.91, 0.92, 0.93],
    ),
    fit: { points: 5, r_squared: 0.99, quality: 'good', message: '' },
    forecast: {
      limit: 1,
      meaning: 'nextval() fails',
      at: '2026-03-21T04:00:00.000Z',
      earliest: null,
      latest: null,
      message: '',
    },
  },
];

/** Two nights of a shop with a dropped index, a leaking slot, settings changed, and names that mean harm. */
export function hostileInput(): ReportInput {
  const before = baselineWith({
    collectedAt: BEFORE,
    tables: [table(1, 'orders', 5.8 * GB), table(2, 'customers', 310 * MB), table(3, HOSTILE.image, 12 * MB)],
    indexes: [index(10, 'orders_pkey', 590 * MB)],
    analyses: {
      check: { findings: [OLD_FINDING, GONE_FINDING], not_evaluated: [] },
      bloat: bloat(0.9 * GB),
      vacuum_health: { tables: [{ ...VACUUM_HEALTH.tables[0], dead_tuples: 310_000 }] },
      tune: { recommendations: TUNE.recommendations.slice(1) },
      index_health: { indexes: INDEX_HEALTH.indexes.slice(1) },
    },
  });
  const after = baselineWith({
    label: `nightly ${HOSTILE.emoji}`,
    statements: STATEMENTS,
    tables: [table(1, 'orders', 6.2 * GB), table(2, 'customers', 311 * MB), table(3, HOSTILE.image, 19 * MB)],
    indexes: [index(10, 'orders_pkey', 610 * MB)],
    analyses: {
      check: {
        findings: [OLD_FINDING, ...NEW_FINDINGS],
        not_evaluated: [
          { rule: 'hba-trust', message: `pg_hba_file_rules is not visible to this role ${HOSTILE.markdown}` },
        ],
      },
      bloat: bloat(1.4 * GB),
      vacuum_health: VACUUM_HEALTH,
      tune: TUNE,
      index_health: INDEX_HEALTH,
      locks: LOCKS,
    },
  });
  return {
    before,
    after,
    diff: DIFF,
    series: SERIES,
    queryRates: { of: 'between', intervalMs: DAY_MS, rows: STATEMENTS },
    server: `shop-prod ${HOSTILE.script}`,
    version: '0.1.0',
    notes: [`baseline ${HOSTILE.quotes} is broken and was skipped`],
  };
}
