import { closed } from '../core/closing.js';
import { closedObject, nullable, openObject, optionalAll, Type, type Static } from '../core/schema.js';
import { baselineSchema } from './document.js';

const { id, label, ...document } = closed(baselineSchema).properties;

const cutSchema = closedObject({
  shown: Type.Integer(),
  total: Type.Integer({ description: 'rows that are stored' }),
});

/** `data` of baseline: the document, its lists cut by --limit, and where the whole of it lies. */
export const baselineData = closedObject({
  id,
  label,
  path: nullable(
    Type.String({ description: 'file of the whole document, gzip of JSON; null: it could not be written' }),
  ),
  sha256: nullable(Type.String({ description: 'of that file' })),
  bytes: nullable(Type.Integer({ description: 'of that file' })),
  ...optionalAll({
    ...document,
    cluster: openObject('the server, as in the envelope'),
    truncated: openObject(
      'what --limit cut here, by view, or by analysis and list; the file has all of it',
      cutSchema,
    ),
  }),
});
export type BaselineData = Static<typeof baselineData>;
