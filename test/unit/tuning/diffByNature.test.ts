import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { DIFFERENT_BY_NATURE } from '../../../src/tuning/diffByNature.js';

it('docs/config-levels.md names everything that is left out between servers', async () => {
  const text = await readFile(resolve(import.meta.dirname, '../../../docs/config-levels.md'), 'utf8');
  const families = [...text.matchAll(/`(\w+_)\*`|`(recovery_target)\*`/g)].map(
    (found) => found[1] ?? found[2] ?? '',
  );
  const isNamed = (name: string): boolean =>
    text.includes(`\`${name}\``) || families.some((family) => name.startsWith(family));
  expect([...DIFFERENT_BY_NATURE].filter((name) => !isNamed(name))).toEqual([]);
});
