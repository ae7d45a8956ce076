import type { Row } from '../../inspect/section.js';
import type { Limit, Metric } from '../metric.js';
import type { Slim } from '../slim.js';
import type { KnownLimit } from './forecast.js';

/** The value that a row of a metric runs towards, as that baseline has it; null where there is none. */
export function limitOf({ limit }: Metric, row: Row, slim: Slim): KnownLimit | null {
  if (limit === undefined) return null;
  const value = valueOf(limit.of, row, slim);
  return value === null ? null : { value, meaning: limit.meaning, before: null };
}

function valueOf(of: Limit['of'], row: Row, slim: Slim): number | null {
  if (of.kind === 'constant') return of.value;
  if (of.kind === 'column') return numberOf(row[of.column]);
  const settings = slim.samples['pg_settings']?.rows ?? [];
  const value = numberOf(settings.find(({ name }) => name === of.name)?.['setting']);
  return value;
}

function numberOf(value: unknown): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
