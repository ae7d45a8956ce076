import type { SettingSpec } from '../../src/core/setting/spec.js';
import type { ServerHandle } from './serverHandle.js';

/** What the server says about each of its settings, in the order of their names. */
export async function settingSpecs(server: ServerHandle): Promise<readonly SettingSpec[]> {
  const rows = await server.query(
    'SELECT name, vartype, unit, min_val, max_val, enumvals FROM pg_catalog.pg_settings ORDER BY name',
  );
  return rows as unknown as readonly SettingSpec[];
}
