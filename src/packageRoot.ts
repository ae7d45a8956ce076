import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of pgdba's package.json; both src and dist lie in it. */
export function packageRoot(): string {
  return join(dirname(fileURLToPath(import.meta.url)), '..');
}
