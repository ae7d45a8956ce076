import { closedObject, nullable, oneOf, Type, type Static, type TObject } from '../core/schema.js';
import { prerequisiteSchema } from './prerequisites.js';
import { REASONS, shownRow, STATUSES, type Row, type Section } from './section.js';

/** The shape of a DiagSnapshot, derived from the section registry. */

const sampledAt = nullable(
  Type.String({ description: 'when it was read, by the server’s clock, ISO 8601 UTC' }),
);
const statsReset = nullable(
  Type.String({
    description: 'when the counters were last reset (the latest, where rows differ), ISO 8601 UTC',
  }),
);

const truncatedSchema = closedObject(
  { shown: Type.Integer(), total: Type.Integer({ description: 'rows there are without --limit' }) },
  'what --limit cut',
);

export const VOID_REASONS = [
  'reset',
  'restarted',
  'failover',
  'extension_upgraded',
  'negative',
  'ambiguous_key',
  'not_sampled',
] as const;
export type VoidReason = (typeof VOID_REASONS)[number];

function sampleSchema(row: TObject): TObject {
  return closedObject(
    { sampled_at: sampledAt, stats_reset: statsReset, rows: Type.Array(row) },
    'one of two samples',
  );
}

/** A row of rates: keys, labels, gauges of the second sample, and `<counter>_per_s` in place of each counter. */
function rateRowSchema(row: TObject): TObject {
  const columns = Object.entries(row.properties).map(([name, schema]) => {
    const { 'x-kind': kind, description } = schema as { 'x-kind': string; description: string };
    if (kind !== 'counter') return [name, schema] as const;
    const rate = nullable(Type.Number({ description: `per second: ${description}` }));
    return [`${name}_per_s`, { ...rate, 'x-kind': 'gauge' }] as const;
  });
  return closedObject(Object.fromEntries(columns));
}

function computedSchema(row: TObject): TObject {
  return closedObject(
    {
      interval_ms: nullable(
        Type.Number({ description: 'milliseconds between the samples, by the server’s clock' }),
      ),
      databases: Type.Array(
        closedObject({
          database: Type.String(),
          interval_ms: nullable(Type.Number({ description: 'milliseconds between its two reads' })),
        }),
        { description: 'of per-database sections, whose rates go by the interval of their own database' },
      ),
      rows: Type.Array(rateRowSchema(row)),
      void: Type.Array(
        closedObject({
          reason: oneOf(VOID_REASONS, 'why rates are null'),
          rows: Type.Integer({ description: 'how many rows it concerns' }),
          message: Type.String(),
        }),
      ),
    },
    'rates between the two samples; null where a reset, restart or failover makes them meaningless',
  );
}

function sectionSchema(section: Section): TObject {
  const { title, reads } = section;
  const row = shownRow(section);
  return closedObject(
    {
      status: oneOf(STATUSES, 'ok, partial, skipped or failed'),
      reason: nullable(oneOf(REASONS, 'why it is not ok')),
      message: nullable(
        Type.String({ description: 'the reason for people, and what is null although it is ok' }),
      ),
      reads: oneOf(
        [reads],
        'catalog: the run’s snapshot; statistics: that too from 15 on; live: when it was read',
      ),
      duration_ms: Type.Number({ description: 'milliseconds, by the server’s clock' }),
      sampled_at: sampledAt,
      stats_reset: statsReset,
      truncated: nullable(truncatedSchema),
      rows: Type.Array(row),
      sample1: Type.Optional(sampleSchema(row)),
      sample2: Type.Optional(sampleSchema(row)),
      computed: Type.Optional(computedSchema(row)),
    },
    title,
  );
}

/** The schema of `inspect`'s data, with a property for every section of the registry. */
export function inspectSchema(sections: readonly Section[]): TObject {
  return closedObject({
    mode: oneOf(['instant', 'delta'], 'one sample, or two and the rates between them'),
    collected_at: Type.String({ description: 'when collecting began, by the server’s clock, ISO 8601 UTC' }),
    interval_ms: nullable(Type.Number({ description: 'milliseconds asked for between the samples' })),
    session: closedObject(
      {
        role: Type.String({ description: 'role the session runs as' }),
        superuser: Type.Boolean(),
        backend_pid: Type.Integer({ description: 'pid of the server process' }),
        pooled: Type.Boolean({ description: 'whether a pooler stands between' }),
        read_only: Type.Boolean(),
        statement_timeout_ms: Type.Number({ description: 'in force, read back; the budget of each section' }),
        lock_timeout_ms: Type.Number({ description: 'in force, read back' }),
        statistics_snapshot: Type.Boolean({
          description:
            'whether all cumulative statistics are of one moment: PostgreSQL 15 and later, when several are read',
        }),
      },
      'the guarded session, as the server confirmed it',
    ),
    databases: Type.Array(
      closedObject({
        database: Type.String(),
        status: oneOf(STATUSES, 'whether its per-database sections were read'),
        message: nullable(Type.String()),
      }),
      { description: 'databases whose per-database sections were asked for' },
    ),
    prerequisites: Type.Array(prerequisiteSchema),
    sections: closedObject(
      Object.fromEntries(sections.map((section) => [section.id, Type.Optional(sectionSchema(section))])),
    ),
  });
}

export interface Sample {
  sampled_at: string | null;
  stats_reset: string | null;
  rows: Row[];
}

export interface Computed {
  interval_ms: number | null;
  databases: { database: string; interval_ms: number | null }[];
  rows: Row[];
  void: { reason: VoidReason; rows: number; message: string }[];
}

/** One section's result; the same keys whatever became of it. */
export interface SectionResult extends Sample {
  status: (typeof STATUSES)[number];
  reason: (typeof REASONS)[number] | null;
  message: string | null;
  reads: Section['reads'];
  duration_ms: number;
  truncated: Static<typeof truncatedSchema> | null;
  sample1?: Sample;
  sample2?: Sample;
  computed?: Computed;
}

export type SectionResults = Record<string, SectionResult>;
