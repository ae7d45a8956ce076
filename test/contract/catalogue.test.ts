import { describe, expect, test } from 'vitest';
import { catalogueOf } from '../../src/tuning/catalogue/catalogue.js';
import type { Setting } from '../../src/core/setting/spec.js';
import { MAJORS, sharedServer } from '../support/cluster.js';

/** extension_destdir is Debian's own. */
const SETTINGS = `
SELECT name, vartype, unit, context, category, boot_val, min_val, max_val, enumvals
  FROM pg_settings
 WHERE context <> 'internal' AND name NOT LIKE '%.%' AND name <> 'extension_destdir'
 ORDER BY name COLLATE "C"`;

/** Their built-in value is a path of the build. */
const PATHS = ['krb_server_keyfile', 'unix_socket_directories'];

/** What must be the same on every build. */
function shapeOf({ name, vartype, unit, context, category, boot_val, min_val, max_val }: Setting): object {
  return {
    ...{ name, vartype, unit, context, category, min_val, max_val },
    boot_val: PATHS.includes(name) ? null : boot_val,
  };
}

describe.each(MAJORS)('the catalogue of PostgreSQL %i', (major) => {
  test('has the settings of a real server, with their types, units, ranges and contexts', async () => {
    const real = (await sharedServer(major).query(SETTINGS)) as unknown as Setting[];
    const catalogue = [...(await catalogueOf(major)).values()];
    const byName = (a: Setting, b: Setting): number => (a.name < b.name ? -1 : 1);
    expect(catalogue.sort(byName).map(shapeOf)).toEqual(real.map(shapeOf));
  });

  test('allows every word of an enum that a real server allows', async () => {
    const real = (await sharedServer(major).query(SETTINGS)) as unknown as Setting[];
    const catalogue = await catalogueOf(major);
    for (const { name, enumvals } of real) {
      const known = catalogue.get(name.toLowerCase())?.enumvals ?? null;
      if (enumvals === null) expect(known, name).toBeNull();
      else expect(known, name).toEqual(expect.arrayContaining([...enumvals]));
    }
  });

  test('says what a server that nobody configured has in force', async () => {
    const [fresh] = await sharedServer(major).query(`
      SELECT current_setting('max_stack_depth') AS max_stack_depth, current_setting('max_wal_size') AS max_wal_size`);
    const catalogue = await catalogueOf(major);
    expect(fresh).toEqual({ max_stack_depth: '2MB', max_wal_size: '1GB' });
    expect(catalogue.get('max_stack_depth')?.setting).toBe('2048');
    expect(catalogue.get('max_wal_size')?.setting).toBe('1024');
  });
});
