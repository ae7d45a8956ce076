import { maskSetting } from '../core/mask.js';
import type { DcsConfig } from './answers.js';
import { SET_BY_PATRONI } from './ownParameters.js';

/** A key of postgresql.parameters. */
export interface DcsParameter {
  /** As the key is written there. */
  readonly name: string;
  /** As PostgreSQL would be given it; null for what is no plain value. */
  readonly text: string | null;
}

/**
 * The parameters that a dynamic configuration holds for PostgreSQL. None when postgresql.parameters is no object:
 * Patroni takes anything.
 */
export function dcsParameters(config: DcsConfig): readonly DcsParameter[] {
  const postgresql = config['postgresql'];
  const parameters = isObject(postgresql) ? postgresql['parameters'] : undefined;
  if (!isObject(parameters)) return [];
  return Object.entries(parameters).map(([name, value]) => ({ name, text: textOf(value) }));
}

/** What the DCS holds for a parameter, in whatever case; of several keys the last, as for Patroni. Null for none. */
export function dcsParameter(config: DcsConfig, name: string): DcsParameter | null {
  const key = name.toLowerCase();
  return dcsParameters(config).findLast((one) => one.name.toLowerCase() === key) ?? null;
}

/** Why the DCS's value of a parameter cannot come into force as it stands, as far as the DCS alone shows. */
export function dcsProblem({ name, text }: DcsParameter, all: readonly DcsParameter[]): string | null {
  const key = name.toLowerCase();
  if (SET_BY_PATRONI.has(key)) return 'Patroni sets it itself on each member and ignores this value';
  if (text === null) return 'it is neither text, number nor yes or no';
  const twins = all.filter((one) => one.name.toLowerCase() === key);
  return twins.length > 1
    ? `the DCS has it in more than one spelling: ${twins.map((one) => one.name).join(', ')}`
    : null;
}

/** The configuration with the values of every key that names a secret masked, and secrets inside of texts. */
export function maskedConfig(config: DcsConfig): DcsConfig {
  return maskedObject(config);
}

function maskedObject(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, maskedValue(name, value)]));
}

function maskedValue(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => maskedValue(name, item));
  if (isObject(value)) return maskedObject(value);
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  const text = String(value);
  const shown = maskSetting(name, text);
  return shown === text ? value : shown;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | null {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
