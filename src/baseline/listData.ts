import { closed, knownOf } from '../core/closing.js';
import { closedObject, nullable, Type, type Static } from '../core/schema.js';
import { headSchema, type BaselineHead } from './head.js';

const { schema: _schema, ...properties } = headSchema.properties;

/** A stored baseline, as list shows it. */
const listedSchema = closed(closedObject(properties));
type Listed = Static<typeof listedSchema>;

/** `data` of baseline list. */
export const baselineListData = closedObject({
  fingerprint: nullable(Type.String({ description: 'of the cluster; null when no cluster has baselines' })),
  baselines: Type.Array(listedSchema, { description: 'newest first' }),
  truncated: nullable(
    closedObject({ shown: Type.Integer(), total: Type.Integer() }, 'what --limit cut; null when nothing was'),
  ),
  unusable: Type.Array(Type.String({ description: 'which file, and why' }), {
    description: 'baselines that cannot be read',
  }),
  bytes: Type.Integer({ description: 'of the documents of all baselines that can be read' }),
});
export type ListData = Static<typeof baselineListData>;

/** What list says of a head; a newer version may have put more into it. */
export function listed(head: BaselineHead): Listed {
  return knownOf(listedSchema, head) as Listed;
}
