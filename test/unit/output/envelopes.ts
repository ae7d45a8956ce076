import type { Data, Envelope } from '../../../src/output/envelope.js';

/** An envelope around `data`, with all that varies from run to run fixed. */
export function envelopeOf(data: Data | null, changes: Partial<Envelope> = {}): Envelope {
  return {
    schema: 'pgdba.envelope/1',
    command: 'inspect',
    ok: true,
    cluster: null,
    data,
    warnings: [],
    error: null,
    meta: {
      version: '0.1.0',
      run_id: '01900000-0000-7000-8000-000000000000',
      started_at: '2026-01-01T00:00:00.000Z',
      duration_ms: 12.3,
      data_schema: 'inspect.schema.json',
      exit_code: 0,
      cost: { queries: 3, round_trips: 1, server_ms: 4.2 },
    },
    ...changes,
  };
}
