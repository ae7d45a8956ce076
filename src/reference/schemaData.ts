import { closedObject, nullable, openObject, Type } from '../core/schema.js';
import { commandEntrySchema } from './commandEntries.js';
import { checkRowSchema, errorRowSchema, exitRowSchema, sectionRowSchema } from './tables.js';

/** The parts of the reference; `pgdba schema` shows all of them, `pgdba schema <part>` one. */
export const PARTS = ['envelope', 'commands', 'errors', 'exits', 'sections', 'checks'] as const;
export type Part = (typeof PARTS)[number];

/** What `pgdba schema` answers; null is what was not asked for. */
export const schemaData = closedObject({
  schema: nullable(openObject('JSON Schema (2020-12) of what was named: data of a command, or the envelope')),
  envelope: nullable(openObject('JSON Schema (2020-12) of the envelope')),
  commands: nullable(Type.Array(commandEntrySchema)),
  errors: nullable(Type.Array(errorRowSchema)),
  exit_codes: nullable(Type.Array(exitRowSchema)),
  sections: nullable(
    Type.Array(sectionRowSchema, { description: 'sections of inspect, in the order they are read' }),
  ),
  checks: nullable(Type.Array(checkRowSchema, { description: 'rules of check' })),
});
