import { expect, it } from 'vitest';
import type { Manager } from '../../../src/core/clusterKinds.js';
import { patroniOverride } from '../../../src/tuning/override.js';
import { configuration, restartOnly, setting } from './configurations.js';

const given = configuration({ settings: [setting(), restartOnly({ source: 'command line' })] });

it.each<[Manager, string, string]>([
  ['patroni', 'Max_Connections', 'overridden'],
  ['patroni', 'work_mem', 'unknown'],
  ['standalone', 'max_connections', 'overridden'],
  ['standalone', 'work_mem', 'not_managed'],
  ['rds', 'work_mem', 'not_managed'],
  ['unknown', 'work_mem', 'unknown'],
  ['patroni', 'no_such_parameter', 'unknown'],
])('on a server that %s manages, %s is %s', (managedBy, name, override) => {
  expect(patroniOverride({ managedBy }, given, name, null)).toBe(override);
});
