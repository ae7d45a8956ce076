import { expect, it } from 'vitest';
import { plannedHost } from '../../../../src/tuning/host/hostFacts.js';

it('of a planned server nothing is known but what the caller says', () => {
  const facts = plannedHost({ ramBytes: 64 * 1024 ** 3, cpus: 16, storage: null });
  expect(facts.ram_bytes).toEqual({ value: 68_719_476_736, origin: 'flag', detail: '--ram' });
  expect(facts.cpus).toEqual({ value: 16, origin: 'flag', detail: '--cpus' });
  expect(facts.storage).toEqual({ value: null, origin: 'none', detail: 'no server was asked' });
  expect(facts.local).toEqual({ value: null, origin: 'none', detail: 'no server was asked' });
});
