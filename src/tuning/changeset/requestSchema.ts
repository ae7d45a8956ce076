import { closedObject, nullable, optionalAll, scalar, Type, type Static } from '../../core/schema.js';
import { changeSetSchema } from './changeSet.js';

/** Changing more at once is a mistake: no server has as many parameters. */
const MOST_PARAMETERS = 1000;

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';

const changeSetProperties = changeSetSchema.properties;

/**
 * What `config apply --file` reads: a ChangeSet, of which only the parameters with name and new_value must be there. The
 * id becomes a file’s name, hence its form.
 */
export const requestSchema = closedObject({
  ...optionalAll(changeSetProperties),
  id: Type.Optional(nullable(Type.String({ pattern: UUID }))),
  parameters: Type.Array(
    closedObject({
      ...optionalAll(changeSetProperties.parameters.items.properties),
      name: Type.String({ minLength: 1 }),
      new_value: scalar('text, number, true or false; null = RESET'),
    }),
    { minItems: 1, maxItems: MOST_PARAMETERS },
  ),
});

export type RequestDocument = Static<typeof requestSchema>;
