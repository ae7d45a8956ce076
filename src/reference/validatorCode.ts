import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import type { TSchema } from '../core/schema.js';
import { plainSchema } from './schemaDocument.js';

// The module is CommonJS and calls its one export `default`.
const standaloneCode = standalone as unknown as (
  ajv: Ajv2020,
  names: Readonly<Record<string, string>>,
) => string;

const DECLARATIONS = `/** What a check found wrong. */
interface ValidationError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** Whether a document fits its schema; what is wrong with it is in \`errors\` until the next call. */
interface Validator {
  (document: unknown): boolean;
  errors?: readonly ValidationError[] | null;
}
`;

/**
 * Modules that check documents, made at build time so that no run has to load a schema compiler; one for each, because
 * some are large and most runs need one or two. By their paths, with their types.
 * @param schemas by the names of the functions
 * @param folder that they are for
 */
export function validatorModules(
  schemas: Readonly<Record<string, TSchema>>,
  folder: string,
): Record<string, string> {
  const ajv = new Ajv2020({
    strict: true,
    keywords: ['x-kind'],
    schemas: Object.entries(schemas).map(([name, schema]) => ({ $id: name, ...plainSchema(schema) })),
    code: { source: true, esm: true },
  });
  return Object.fromEntries(
    Object.keys(schemas).flatMap((name) => [
      [`${folder}/${name}.js`, standaloneCode(ajv, { [name]: name })],
      [`${folder}/${name}.d.ts`, `${DECLARATIONS}\nexport declare const ${name}: Validator;\n`],
    ]),
  );
}
