import type { Envelope } from './envelope.js';

export const FORMATS = ['json', 'table', 'markdown', 'yaml'] as const;
export type Format = (typeof FORMATS)[number];

/**
 * The envelope as text that ends in a newline. JSON is one line, or indented for a terminal; the other formats are
 * for people, show the same content, and are loaded only when asked for.
 */
export async function render(envelope: Envelope, format: Format, indent: boolean): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(envelope, null, indent ? 2 : undefined)}\n`;
    case 'yaml': {
      const { renderYaml } = await import('./yaml.js');
      return renderYaml(envelope);
    }
    case 'table':
    case 'markdown': {
      const { renderForPeople } = await import('./people.js');
      return renderForPeople(envelope, format);
    }
  }
}
