import type { Metric } from '../metric.js';
import { bloatMetrics } from './bloat.js';
import { configMetrics } from './config.js';
import { databaseMetrics } from './databases.js';
import { indexHealthMetrics, indexMetrics } from './indexes.js';
import { ioMetrics } from './io.js';
import { lockMetrics } from './locks.js';
import { queryMetrics } from './queries.js';
import { replicationMetrics } from './replication.js';
import { sequenceMetrics } from './sequences.js';
import { extensionMetrics, serverMetrics } from './server.js';
import { tableMetrics } from './tables.js';
import { vacuumMetrics } from './vacuum.js';

/** Every metric, group by group. */
export const METRICS: readonly Metric[] = [
  ...configMetrics,
  ...queryMetrics,
  ...tableMetrics,
  ...bloatMetrics,
  ...sequenceMetrics,
  ...replicationMetrics,
  ...serverMetrics,
  ...extensionMetrics,
  ...databaseMetrics,
  ...lockMetrics,
  ...ioMetrics,
  ...indexMetrics,
  ...indexHealthMetrics,
  ...vacuumMetrics,
];
