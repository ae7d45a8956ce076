import { stringify } from 'yaml';

/** YAML whose strings are all quoted: to readers of YAML 1.1, `on` and `off` without quotes are booleans. */
export function yamlText(value: unknown): string {
  return stringify(value, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN' });
}
