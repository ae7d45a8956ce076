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

/** JavaScript that checks documents, made at build time so that no run has to load a schema compiler. */
export function validatorCode(schemas: Readonly<Record<string, TSchema>>): string {
  const ajv = new Ajv2020({
    strict: true,
    keywords: ['x-kind'],
    schemas: Object.entries(schemas).map(([name, schema]) => ({ $id: name, ...plainSchema(schema) })),
    code: { source: true, esm: true },
  });
  return standaloneCode(ajv, Object.fromEntries(Object.keys(schemas).map((name) => [name, name])));
}

/** The types of that code. */
export function validatorDeclarations(schemas: Readonly<Record<string, TSchema>>): string {
  const names = Object.keys(schemas).map((name) => `export declare const ${name}: Validator;`);
  return `${DECLARATIONS}\n${names.join('\n')}\n`;
}
