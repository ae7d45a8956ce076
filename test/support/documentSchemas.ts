import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import type { Envelope } from '../../src/output/envelope.js';
import { REPOSITORY } from './binaries.js';
import { templatesFolder } from './templatesFolder.js';

/** Annotations of our own that a validator passes over. */
const ANNOTATIONS = ['x-kind'];

// Our own `strict` finds misspelt keywords; allErrors shows all that is wrong with a document at once.
const ajv = new Ajv2020({
  strict: true,
  allErrors: true,
  allowUnionTypes: true,
  keywords: ANNOTATIONS,
  code: { source: true },
});
const validators = new Map<string, ValidateFunction>();

/** The committed schema of that file name, compiled once; read when first needed, because the build may come later. */
function validatorOf(file: string): ValidateFunction {
  let validate = validators.get(file);
  if (validate === undefined) {
    validate = kept(file) ?? compiled(file);
    validators.set(file, validate);
  }
  return validate;
}

/** Compiles a schema, and keeps the code for the other processes of the run: that of inspect takes more than a second. */
function compiled(file: string): ValidateFunction {
  const validate = ajv.compile(JSON.parse(readFileSync(join(REPOSITORY, 'schemas', file), 'utf8')) as object);
  const place = placeOf(file);
  if (place !== undefined) {
    const written = `${place}.${String(process.pid)}`;
    writeFileSync(written, standaloneCode.default(ajv, validate));
    renameSync(written, place);
  }
  return validate;
}

/** What another process of this run has compiled. */
function kept(file: string): ValidateFunction | undefined {
  const place = placeOf(file);
  if (place === undefined || !existsSync(place)) return undefined;
  const module = { exports: {} };
  const words = ['module', 'exports', 'require'];
  const run = compileFunction(readFileSync(place, 'utf8'), words) as (...values: unknown[]) => void;
  run(module, module.exports, createRequire(import.meta.url));
  return module.exports as ValidateFunction;
}

function placeOf(file: string): string | undefined {
  const folder = templatesFolder();
  return folder === undefined ? undefined : join(folder, `${file}.cjs`);
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
