import type { DcsConfig } from './answers.js';

/** Patroni's own defaults, for what the DCS does not say. */
const LOOP_WAIT_S = 10;
const RETRY_TIMEOUT_S = 10;
const MAX_LAG_BYTES = 1024 ** 2;

/** Patroni sleeps a second after a reload; a look takes its time. */
const MARGIN_MS = 3_000;

/** maximum_lag_on_failover of the DCS: a replica further behind is nobody to fail over to. */
export function maxLagOf(config: DcsConfig): number {
  return numberOf(config, 'maximum_lag_on_failover') ?? MAX_LAG_BYTES;
}

/** How long members and the DCS's picture of them take to catch up, milliseconds: two loops of Patroni and some. */
export function settlingMs(config: DcsConfig): number {
  return 2000 * (numberOf(config, 'loop_wait') ?? LOOP_WAIT_S) + MARGIN_MS;
}

/**
 * How long a PATCH that a node has read may still be carried out, milliseconds: it tries for retry_timeout to read the
 * DCS, and as long again to write it (Patroni's source, do_PATCH_config).
 */
export function patchLastsMs(config: DcsConfig): number {
  return 2000 * (numberOf(config, 'retry_timeout') ?? RETRY_TIMEOUT_S);
}

/** Patroni takes text that is a number for one. */
function numberOf(config: DcsConfig, name: string): number | null {
  const value = config[name];
  if (typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '')) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
