import { closedObject } from '../../core/schema.js';
import { counter, time } from '../../inspect/column.js';
import { pgLsWaldir } from '../../inspect/sections/pg_ls_waldir.js';
import { pgStatArchiver } from '../../inspect/sections/pg_stat_archiver.js';
import { pgStatBgwriter } from '../../inspect/sections/pg_stat_bgwriter.js';
import { pgStatCheckpointer } from '../../inspect/sections/pg_stat_checkpointer.js';
import { pgStatIo } from '../../inspect/sections/pg_stat_io.js';
import { pgStatSlru } from '../../inspect/sections/pg_stat_slru.js';
import { pgStatWal } from '../../inspect/sections/pg_stat_wal.js';
import type { DerivedSource, Metric, Source } from '../metric.js';

const MIB = 1024 ** 2;
const server = { type: 'server', columns: [] } as const;
const wal: Source = { kind: 'view', section: pgStatWal };
const archiver: Source = { kind: 'view', section: pgStatArchiver };
const io: Source = { kind: 'view', section: pgStatIo };
const slru: Source = { kind: 'view', section: pgStatSlru };

/** The counters moved to a view of their own in 17. */
const checkpoints: DerivedSource = {
  kind: 'derived',
  id: 'checkpoints',
  from: [pgStatCheckpointer, pgStatBgwriter],
  row: closedObject({
    timed: counter('checkpoints and restartpoints begun because checkpoint_timeout passed'),
    requested: counter('checkpoints and restartpoints begun for another reason'),
    stats_reset: time('when these counters were last reset'),
  }),
  resetAt: 'stats_reset',
  make: (rowsOf) => {
    const since17 = rowsOf(pgStatCheckpointer)?.[0];
    if (since17 !== undefined) {
      const { num_timed, num_requested, restartpoints_timed, restartpoints_req, stats_reset } = since17;
      const sum = (a: unknown, b: unknown): number => Number(a ?? 0) + Number(b ?? 0);
      return [
        {
          timed: sum(num_timed, restartpoints_timed),
          requested: sum(num_requested, restartpoints_req),
          stats_reset,
        },
      ];
    }
    return (rowsOf(pgStatBgwriter) ?? []).map(({ checkpoints_timed, checkpoints_req, stats_reset }) => ({
      timed: checkpoints_timed,
      requested: checkpoints_req,
      stats_reset,
    }));
  },
};

interface Rate {
  readonly id: string;
  readonly source: Source;
  readonly counters: readonly string[];
  readonly unit: string;
  readonly meaning: string;
  readonly least: number;
}

/** More of it is worse, but only what is unusual is told as such. */
const rate = ({ id, source, counters, unit, meaning, least }: Rate): Metric => ({
  id,
  group: 'io',
  source,
  object: server,
  value: { kind: 'rate', counters },
  unit,
  meaning,
  worse: 'higher',
  regression: 'unusual',
  least: { factor: 3, absolute: least },
});

export const ioMetrics: readonly Metric[] = [
  rate({
    id: 'full_page_images_per_s',
    source: wal,
    counters: ['wal_fpi'],
    unit: 'per_s',
    meaning: 'full page images in the WAL per second, since 14',
    least: 10,
  }),
  rate({
    id: 'wal_buffers_full_per_s',
    source: wal,
    counters: ['wal_buffers_full'],
    unit: 'per_s',
    meaning: 'times per second that WAL was written because its buffers were full, since 14',
    least: 1,
  }),
  {
    ...rate({
      id: 'checkpoints_timed_per_s',
      source: checkpoints,
      counters: ['timed'],
      unit: 'per_s',
      meaning: 'checkpoints per second because checkpoint_timeout passed',
      least: 0.005,
    }),
    worse: null,
  },
  rate({
    id: 'checkpoints_requested_per_s',
    source: checkpoints,
    counters: ['requested'],
    unit: 'per_s',
    meaning: 'checkpoints per second for another reason: max_wal_size reached, or asked for',
    least: 0.002,
  }),
  {
    id: 'archive_failures_per_s',
    group: 'io',
    source: archiver,
    object: server,
    value: { kind: 'rate', counters: ['failed_count'] },
    unit: 'per_s',
    meaning: 'failed attempts to archive a WAL file per second',
    worse: 'higher',
    least: { factor: 2, absolute: 0.0001 },
  },
  {
    ...rate({
      id: 'archived_per_s',
      source: archiver,
      counters: ['archived_count'],
      unit: 'per_s',
      meaning: 'WAL files archived per second',
      least: 0.05,
    }),
    worse: null,
  },
  {
    id: 'wal_directory_bytes',
    group: 'io',
    source: { kind: 'view', section: pgLsWaldir },
    object: server,
    value: { kind: 'gauge', column: 'segments_bytes' },
    unit: 'bytes',
    meaning: 'bytes of the WAL files on disk',
    worse: 'higher',
    regression: 'unusual',
    least: { factor: 1.5, absolute: 256 * MIB },
  },
  {
    ...rate({
      id: 'slru_read_bytes_per_s',
      source: slru,
      counters: ['read_bytes'],
      unit: 'bytes_per_s',
      meaning: 'bytes of transaction status, multixacts and the like read from disk per second, since 13',
      least: MIB / 4,
    }),
    object: { type: 'slru', columns: ['name'] },
  },
  ...(['read', 'write'] as const).map((what): Metric => ({
    ...rate({
      id: `${what}_bytes_per_s`,
      source: io,
      counters: [`${what}_bytes`],
      unit: 'bytes_per_s',
      meaning: `bytes per second of ${what}s by a kind of process, on a kind of object, in a context, since 16`,
      least: MIB,
    }),
    object: { type: 'io', columns: ['backend_type', 'object', 'context'] },
  })),
];
