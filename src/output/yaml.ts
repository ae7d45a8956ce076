import { stringify } from 'yaml';
import type { Envelope } from './envelope.js';
import { printableDeep } from './printable.js';

/** The envelope as one YAML document. */
export function renderYaml(envelope: Envelope): string {
  return stringify(printableDeep(envelope), { lineWidth: 0 });
}
