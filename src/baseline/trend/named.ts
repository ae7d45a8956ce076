import type { Row } from '../../inspect/section.js';
import { rowObject } from '../diff/rowObject.js';
import type { Metric } from '../metric.js';

/**
 * Whether somebody who writes `name` may mean that row: its name as answers tell it, or without quotes, or the last part
 * of it alone.
 */
export function isCalled(name: string, metric: Metric, row: Row): boolean {
  const parts = metric.object.columns.map((column) => String(row[column]));
  const [last] = parts.slice(-1);
  return [rowObject(metric, row, '').object, parts.join('.'), last].includes(name);
}
