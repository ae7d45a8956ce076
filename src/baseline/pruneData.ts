import { closedObject, nullable, oneOf, Type, type Static } from '../core/schema.js';
import { headSchema, type BaselineHead } from './head.js';
import { KEPT_BY, type Kept } from './pruning.js';

const { id, label, created_at, collected_at } = headSchema.properties;

const prunedSchema = closedObject({
  id,
  label,
  created_at,
  collected_at,
  bytes: Type.Integer({ description: 'of all its files' }),
});

/** `data` of baseline prune. */
export const baselinePruneData = closedObject({
  fingerprint: nullable(Type.String({ description: 'of the cluster; null when no cluster has baselines' })),
  dry_run: Type.Boolean(),
  removed: Type.Array(prunedSchema, { description: 'oldest first; with --dry-run what would be' }),
  kept: Type.Array(
    closedObject({
      ...prunedSchema.properties,
      by: Type.Array(
        oneOf(
          KEPT_BY,
          'last, daily, weekly: that --keep rule; young: not older than --older-than; fits: within --max-bytes',
        ),
      ),
    }),
    { description: 'newest first' },
  ),
  unusable: Type.Array(Type.String({ description: 'which file, and why' }), {
    description: 'baselines that cannot be read; they are left alone',
  }),
  leftovers: Type.Array(Type.String({ description: 'file' }), {
    description: 'what writers and prunes that were killed had left behind, and is removed',
  }),
  bytes_before: Type.Integer({ description: 'of all files of the baselines that can be read' }),
  bytes_after: Type.Integer({ description: 'the same without those removed' }),
});
export type PruneData = Static<typeof baselinePruneData>;
export type Pruned = Static<typeof prunedSchema>;

export function prunedOf({ head, bytes }: Kept): Pruned {
  return { ...namesOf(head), bytes };
}

function namesOf(head: BaselineHead): Pick<Pruned, 'id' | 'label' | 'created_at' | 'collected_at'> {
  return { id: head.id, label: head.label, created_at: head.created_at, collected_at: head.collected_at };
}
