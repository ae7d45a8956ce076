/** Version of the envelope around every answer; its JSON Schema is schemas/envelope.schema.json. */
export const ENVELOPE_VERSION = 'pgdba.envelope/1';
