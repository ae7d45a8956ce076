import type { Metric } from '../metric.js';
import { queryMetrics } from './queries.js';
import { tableMetrics } from './tables.js';

/** Every metric, group by group. */
export const METRICS: readonly Metric[] = [...queryMetrics, ...tableMetrics];
