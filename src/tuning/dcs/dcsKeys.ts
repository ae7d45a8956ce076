import type { DcsConfig } from '../../patroni/answers.js';
import { PgdbaError } from '../../core/errors.js';
import { maskSetting } from '../../core/mask.js';
import type { DcsKey, DcsValue } from '../changeset/dcsChange.js';
import { textOfDcs } from './dcsValue.js';

/** Which of a key's two values. */
export type Side = 'before' | 'after';

/** What postgresql.parameters of the DCS holds for a key, in exactly that spelling; undefined when it is not there. */
export function valueIn(config: DcsConfig, name: string): unknown {
  const parameters = parametersOf(config);
  return Object.hasOwn(parameters, name) ? (parameters[name] ?? undefined) : undefined;
}

/** Keys of postgresql.parameters that mean the same parameter to PostgreSQL. */
export function spellingsIn(config: DcsConfig, name: string): string[] {
  const key = name.toLowerCase();
  return Object.keys(parametersOf(config)).filter((one) => one.toLowerCase() === key);
}

function parametersOf(config: DcsConfig): Readonly<Record<string, unknown>> {
  const postgresql = config['postgresql'];
  const parameters = isObject(postgresql) ? postgresql['parameters'] : undefined;
  return isObject(parameters) ? parameters : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body of the PATCH that gives every key one of its two values; null takes a key out. */
export function patchOf(keys: readonly DcsKey[], side: Side): Record<string, unknown> {
  const parameters = Object.fromEntries(keys.map((key) => [key.name, key[side]]));
  return { postgresql: { parameters } };
}

/** Whether the DCS holds exactly that value for a key. */
function holds(config: DcsConfig, { name }: Pick<DcsKey, 'name'>, value: DcsValue): boolean {
  return (valueIn(config, name) ?? null) === value;
}

/** Keys that do not have that value. */
export function keysNotAt(config: DcsConfig, keys: readonly DcsKey[], side: Side): DcsKey[] {
  return keys.filter((key) => !holds(config, key, key[side]));
}

/** Refuses what somebody else has put there. @throws PgdbaError `changed_since`, naming each such key */
export function requireOurs(config: DcsConfig, keys: readonly DcsKey[]): void {
  const foreign = keys.filter((key) => !holds(config, key, key.before) && !holds(config, key, key.after));
  if (foreign.length === 0) return;
  const told = foreign.map((key) => {
    const now = shownValue(key.name, valueIn(config, key.name));
    return `${key.name} has ${now} and not ${shownValue(key.name, key.before)} or ${shownValue(key.name, key.after)}`;
  });
  throw new PgdbaError('changed_since', `somebody else changed the DCS since: ${told.join('; ')}`);
}

/** A value for messages, masked. */
function shownValue(name: string, value: unknown): string {
  if (value === null || value === undefined) return 'no value';
  return `"${maskSetting(name, textOfDcs(value) ?? JSON.stringify(value))}"`;
}
