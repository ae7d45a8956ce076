import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Envelope } from '../../src/output/envelope.js';
import { REPOSITORY } from './binaries.js';

/** Annotations of our own that a validator passes over. */
const ANNOTATIONS = ['x-kind'];

// Our own `strict` finds misspelt keywords; allErrors shows all that is wrong with a document at once.
const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, keywords: ANNOTATIONS });
const compiled = new Map<string, ValidateFunction>();

/** The committed schema of that file name, compiled once; read when first needed, because the build may come later. */
function validatorOf(file: string): ValidateFunction {
  let validate = compiled.get(file);
  if (validate === undefined) {
    const schema = JSON.parse(readFileSync(join(REPOSITORY, 'schemas', file), 'utf8')) as object;
    validate = ajv.compile(schema);
    compiled.set(file, validate);
  }
  return validate;
}

/**
 * Checks a value against a committed schema.
 * @throws Error with every place where it does not fit.
 */
export function expectValid(file: string, value: unknown): void {
  const validate = validatorOf(file);
  if (validate(value)) return;
  throw new Error(`does not fit schemas/${file}: ${ajv.errorsText(validate.errors, { separator: '\n  ' })}`);
}

/**
 * Checks a whole answer: the envelope, and its data by the schema that meta.data_schema names (null there says that
 * the data was reduced on request, or that no command was reached).
 * @returns the same document, as an Envelope.
 */
export function expectValidEnvelope(document: unknown): Envelope {
  expectValid('envelope.schema.json', document);
  const envelope = document as Envelope;
  if (envelope.meta.data_schema !== null && envelope.data !== null) {
    expectValid(envelope.meta.data_schema, envelope.data);
  }
  return envelope;
}
