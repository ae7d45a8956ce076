import { describe, expect, it } from 'vitest';
import { closedObject, nullable, oneOf, Type } from '../../../src/core/schema.js';
import { plainSchema, schemaDocument } from '../../../src/reference/schemaDocument.js';

describe('a schema as a document', () => {
  it('holds nothing of the builder', () => {
    const text = JSON.stringify(plainSchema(closedObject({ a: Type.Optional(Type.String()) })));
    expect(text).not.toContain('~');
  });

  it.each([
    [nullable(Type.String({ description: 'd' })), { type: ['string', 'null'], description: 'd' }],
    [nullable(oneOf(['a', 'b'])), { enum: ['a', 'b', null] }],
    [{ anyOf: [Type.String(), Type.Number()] }, { anyOf: [{ type: 'string' }, { type: 'number' }] }],
  ])('says null beside the type', (schema, plain) => {
    expect(plainSchema(schema)).toEqual(plain);
  });

  it('says once what occurs twice', () => {
    const row = closedObject({ name: Type.String({ description: 'n'.repeat(300) }) });
    const document = schemaDocument(closedObject({ rows: Type.Array(row), sample: row }), 'urn:x', 'x');
    expect(document).toMatchObject({
      $id: 'urn:x',
      properties: {
        rows: { type: 'array', items: { $ref: '#/$defs/rows.items' } },
        sample: { $ref: '#/$defs/rows.items' },
      },
      $defs: { 'rows.items': { type: 'object', additionalProperties: false } },
    });
  });
});
