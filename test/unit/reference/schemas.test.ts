import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/commands.js';
import { dataSchemaOf } from '../../../src/core/dataSchema.js';
import { DATA_SCHEMAS } from '../../../src/schemas.js';

const FOLDER = resolve(import.meta.dirname, '../../../schemas');
const files = readdirSync(FOLDER).sort();

interface Schema {
  readonly $schema?: string;
  readonly $id?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}

function read(file: string): Schema {
  return JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Schema;
}

/** The shape that a `$ref` leads to, by its JSON pointer. */
function shapeAt(ref: string, root: Schema): Schema {
  const steps = ref.replace('#/', '').split('/');
  return steps.reduce<unknown>((at, step) => (at as Record<string, unknown>)[step], root) as Schema;
}

/** Whether an array's items are a shape that the array is a part of. */
function holdsItself({ items }: Schema, root: Schema): boolean {
  if (items?.$ref === undefined || items.$ref.startsWith('#/$defs/')) return false;
  return JSON.stringify(shapeAt(items.$ref, root)).includes(JSON.stringify(items));
}

/** The smallest document that should fit, made by reading the schema as a person would. */
function example(schema: Schema, root: Schema): unknown {
  if (schema.$ref !== undefined) return example(shapeAt(schema.$ref, root), root);
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return example(schema.anyOf[0] ?? {}, root);
  switch (typeof schema.type === 'string' ? schema.type : schema.type?.[0]) {
    case 'string':
      return schema.pattern === '^[0-9a-f]{64}$' ? 'a'.repeat(64) : 'x';
    case 'integer':
    case 'number':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      // What holds others like itself ends with an empty list of them.
      return holdsItself(schema, root) ? [] : [example(schema.items ?? {}, root)];
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, property]) => [name, example(property, root)]),
      );
    default:
      return null;
  }
}

describe('the committed schemas', () => {
  it('are one for the envelope and one for each command', () => {
    expect(files).toEqual(['envelope.schema.json', ...COMMANDS.map(({ id }) => dataSchemaOf(id))].sort());
    expect(Object.keys(DATA_SCHEMAS).sort()).toEqual(COMMANDS.map(({ id }) => id).sort());
  });

  describe.each(files)('%s', (file) => {
    const schema = read(file);
    const validate = new Ajv2020({ strict: true, keywords: ['x-kind'] }).compile(schema as object);

    it('is of 2020-12 and names itself and its version', () => {
      expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
      expect(schema.$id).toMatch(new RegExp(`^urn:pgdba:\\d+\\.\\d+\\.\\d+:${file}$`));
    });

    it('accepts a document made by its words', () => {
      expect(validate(example(schema, schema)), JSON.stringify(validate.errors)).toBe(true);
    });

    it('refuses a key that it does not have', () => {
      expect(validate({ ...(example(schema, schema) as object), planted: 1 })).toBe(false);
    });

    it('refuses a document without any one of its keys', () => {
      const whole = example(schema, schema) as Record<string, unknown>;
      for (const key of schema.required ?? []) {
        const without = Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key));
        expect(validate(without), key).toBe(false);
      }
    });

    it.each([[null], [[]], ['text'], [1]])('refuses %j', (document) => {
      expect(validate(document)).toBe(false);
    });

    it('is closed wherever it names properties', () => {
      expect(openObjects(schema, '')).toEqual([]);
    });
  });
});

/** Places that name properties and yet let others in. */
function openObjects(value: unknown, path: string): string[] {
  if (value === null || typeof value !== 'object') return [];
  const isOpen =
    'properties' in value && 'required' in value && (value as Schema).additionalProperties !== false;
  const below = Object.entries(value).flatMap(([key, item]) => openObjects(item, `${path}/${key}`));
  return isOpen ? [path, ...below] : below;
}
