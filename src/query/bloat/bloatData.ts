import { closedObject, nullable, oneOf, Type, type Static } from '../../core/schema.js';
import { limitationsSchema } from '../limitation.js';
import { truncatedSchema } from '../truncated.js';
import { BLOAT_REASONS, REASON_MEANINGS, RELIABILITIES } from './reasons.js';

/** What can be done about bloat. */
const REMEDY_ACTIONS = [
  'analyze',
  'vacuum',
  'grant_select',
  'rewrite',
  'rewrite_online',
  'reindex_concurrently',
  'reindex',
  'lower_fillfactor',
] as const;

const remedySchema = closedObject({
  action: oneOf(REMEDY_ACTIONS, 'stable'),
  sql: nullable(Type.String({ description: 'what to run; null where it is no SQL' })),
  why: Type.String({ description: 'what it does, and what it costs' }),
});
export type Remedy = Static<typeof remedySchema>;

const measuredSchema = nullable(
  closedObject(
    {
      live_bytes: nullable(Type.Number({ description: 'bytes of live rows' })),
      dead_bytes: nullable(Type.Number({ description: 'bytes of dead rows that VACUUM has not taken yet' })),
      free_bytes: nullable(Type.Number({ description: 'free bytes in its pages' })),
      leaf_density_ratio: nullable(Type.Number({ description: 'how full the leaf pages of an index are' })),
      leaf_pages: nullable(Type.Integer({ description: 'leaf pages of an index' })),
      empty_pages: nullable(Type.Integer({ description: 'empty and deleted pages of an index' })),
    },
    'what pgstattuple counted with --exact; null where nothing was measured',
  ),
);

const common = {
  size_bytes: nullable(Type.Number({ description: 'bytes of the main fork' })),
  size_source: oneOf(['exact', 'relpages'], 'relpages: pages at the last VACUUM or ANALYZE'),
  bloat_bytes: nullable(
    Type.Number({ description: 'bytes that a rewrite would give back; what fillfactor reserves is none' }),
  ),
  bloat_ratio: nullable(Type.Number({ description: 'bloat_bytes of size_bytes' })),
  reliability: oneOf(RELIABILITIES, 'how far bloat_bytes can be relied on'),
  reasons: Type.Array(oneOf(BLOAT_REASONS), { description: REASON_MEANINGS }),
  method: nullable(oneOf(['estimated', 'measured'], 'null where it is not measurable')),
  fillfactor: nullable(Type.Integer({ description: 'percent; null where the access method has none' })),
  measured: measuredSchema,
  remedy: Type.Array(remedySchema, { description: 'what to do about it, the mildest first' }),
};

const tableSchema = closedObject({
  schema: Type.String(),
  name: Type.String({ description: 'the table; of TOAST its owner' }),
  part: oneOf(['heap', 'toast'], 'the table itself, or its TOAST table'),
  kind: Type.String({ description: 'table or materialized view' }),
  ...common,
  rows: nullable(Type.Number({ description: 'live rows, or chunks, that the estimate is made of' })),
  dead_rows: Type.Number({ description: 'dead rows by the cumulative statistics' }),
});

const indexSchema = closedObject({
  schema: Type.String(),
  table: Type.String(),
  name: Type.String({ description: 'the index' }),
  access_method: Type.String(),
  ...common,
});

const totals = (what: string) =>
  closedObject(
    {
      total: Type.Integer({ description: 'relations looked at' }),
      not_measurable: Type.Integer(),
      size_bytes: Type.Number({ description: 'bytes of all of them' }),
      not_measurable_bytes: Type.Number({ description: 'bytes of those that are not measurable' }),
      bloat_bytes: Type.Number({ description: 'of those that are' }),
    },
    what,
  );

export const queryBloatData = closedObject({
  tables: Type.Array(tableSchema, {
    description: 'most bloat first, then those that are not measurable, largest first',
  }),
  indexes: Type.Array(indexSchema, { description: 'in the same order' }),
  totals: closedObject({
    tables: totals('tables and TOAST tables, before --min-size and --limit'),
    indexes: totals('indexes, before --min-size and --limit'),
  }),
  exact: nullable(
    closedObject(
      {
        byte_budget: Type.Number({ description: 'bytes that might be read' }),
        measured: Type.Integer({ description: 'relations measured' }),
        measured_bytes: Type.Number({ description: 'bytes of them' }),
        left_out: Type.Integer({ description: 'relations shown that were not measured' }),
      },
      'what --exact did; null without it',
    ),
  ),
  truncated: closedObject({ tables: truncatedSchema, indexes: truncatedSchema }),
  limitations: limitationsSchema,
});

export type BloatTable = Static<typeof tableSchema>;
export type BloatIndex = Static<typeof indexSchema>;
export type BloatData = Static<typeof queryBloatData>;
export type MeasuredBloat = NonNullable<Static<typeof measuredSchema>>;
