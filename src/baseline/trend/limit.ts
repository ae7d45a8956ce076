import type { Row } from '../../inspect/section.js';
import { limitOf, settingIn } from '../diff/limits.js';
import type { Metric } from '../metric.js';
import type { Slim } from '../slim.js';
import type { KnownLimit } from './forecast.js';

/** The value that a row of a metric runs towards, with what sets in on the way; null where there is none. */
export function knownLimit(metric: Metric, row: Row, slim: Slim): KnownLimit | null {
  const value = limitOf(metric, row, slim);
  if (metric.limit === undefined || value === null) return null;
  const { meaning, before } = metric.limit;
  const sooner = before === undefined ? null : settingIn(before.setting, slim);
  return {
    value,
    meaning,
    before: before === undefined || sooner === null ? null : { value: sooner, meaning: before.meaning },
  };
}
