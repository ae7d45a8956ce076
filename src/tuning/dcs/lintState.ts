import { DCS_ONLY } from '../../patroni/ownParameters.js';
import { maskSetting } from '../../core/mask.js';
import type { GuardFinding } from '../changeset/guards/guard.js';
import { PgdbaError } from '../../core/errors.js';
import { spellingsIn, valueIn } from './dcsKeys.js';
import { textOfDcs } from './dcsValue.js';
import type { LintContext, LintRule } from './lintRule.js';

/** Keys that Patroni makes whole numbers of, on every member, each time the DCS changes. */
const WHOLE_NUMBERS = [
  'ttl',
  'loop_wait',
  'retry_timeout',
  'maximum_lag_on_failover',
  'maximum_lag_on_syncnode',
  'check_timeline',
  'primary_start_timeout',
  'master_start_timeout',
  'primary_stop_timeout',
  'master_stop_timeout',
  'synchronous_node_count',
];

/** Parameters whose values Patroni makes whole numbers of, too, to compare them with its own limits. */
const WHOLE_PARAMETERS = [...DCS_ONLY].flatMap(([name, { min }]) =>
  min === null || name === 'wal_keep_size' ? [] : [name],
);

/** Whether Python's int() takes it. */
function isPythonInteger(value: unknown): boolean {
  if (typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value === 'string' && /^\s*[+-]?\d+(?:_\d+)*\s*$/.test(value);
}

function notNumbers({ config, changes }: LintContext): GuardFinding[] {
  const ofTop = WHOLE_NUMBERS.filter((name) => Object.hasOwn(config, name))
    .filter((name) => !isPythonInteger(config[name]))
    .map((name) => ({ name, value: config[name] }));
  const isReplaced = (name: string): boolean => changes.some(({ dcs }) => dcs.name === name);
  const ofParameters = WHOLE_PARAMETERS.flatMap((name) => spellingsIn(config, name))
    .filter((name) => !isReplaced(name) && !isPythonInteger(valueIn(config, name)))
    .map((name) => ({ name, value: valueIn(config, name) }));
  return [...ofTop, ...ofParameters].map(({ name, value }) => ({
    severity: 'refuse',
    code: 'configuration_broken',
    parameter: null,
    message: `${name} is ${JSON.stringify(value)} in the DCS, which is no whole number: every member throws the whole dynamic configuration away, and with it every change, until that is mended`,
    hint: `Mend it first: patronictl edit-config -s ${name}=NUMBER.`,
  }));
}

function twoSpellings({ config, changes }: LintContext): GuardFinding[] {
  return changes.flatMap(({ name }) => {
    const spellings = spellingsIn(config, name);
    if (spellings.length < 2) return [];
    return [
      {
        severity: 'refuse',
        code: 'configuration_broken',
        parameter: name,
        message: `the DCS has ${name} in more than one spelling (${spellings.join(', ')}), of which one wins by chance`,
        hint: 'Take all of them out first: PATCH /config with null for each.',
      },
    ];
  });
}

function noPlainValue({ config, changes }: LintContext): GuardFinding[] {
  return changes.flatMap(({ name, dcs }) => {
    const value = valueIn(config, dcs.name);
    if (value === undefined || textOfDcs(value) !== null) return [];
    return [
      {
        severity: 'refuse',
        code: 'configuration_broken',
        parameter: name,
        message: `the DCS has something for ${name} that is neither text, number nor yes or no, so that the change could not be taken back exactly`,
      },
    ];
  });
}

function secretThere({ config, changes }: LintContext): GuardFinding[] {
  return changes.flatMap(({ name, dcs }) => {
    const text = textOfDcs(valueIn(config, dcs.name));
    if (text === null || maskSetting(name, text) === text) return [];
    return [
      {
        severity: 'refuse',
        code: 'secret_value',
        parameter: name,
        message: `${name}: its value in the DCS holds a secret, which pgdba may not write into its journal`,
      },
    ];
  });
}

/** What a member's own file decides, whatever the DCS says. */
const LOCAL_ONLY = [
  'connect_address',
  'proxy_address',
  'listen',
  'config_dir',
  'data_dir',
  'pgpass',
  'authentication',
];

function withoutEffect({ config, members }: LintContext): GuardFinding[] {
  const { postgresql } = config;
  if (typeof postgresql !== 'object' || postgresql === null) return [];
  const names = new Set(
    members.flatMap(({ met }) => (met instanceof PgdbaError ? [] : [...met.configuration.settings.keys()])),
  );
  return Object.keys(postgresql).flatMap((key): GuardFinding[] => {
    const isNested = names.has(key.toLowerCase());
    if (!isNested && !LOCAL_ONLY.includes(key)) return [];
    const why = isNested
      ? 'parameters belong into postgresql.parameters'
      : 'only a member’s own file decides that';
    return [
      {
        severity: 'warn',
        code: 'dcs_key_ignored',
        parameter: null,
        message: `postgresql.${key} in the DCS has no effect: ${why}`,
      },
    ];
  });
}

function paused({ isPaused }: LintContext): GuardFinding[] {
  if (!isPaused) return [];
  const message = 'the cluster is paused: parameters are changed all the same, and nobody fails over';
  return [{ severity: 'warn', code: 'patroni_paused', parameter: null, message }];
}

/** What stands in the DCS already and decides what becomes of a PATCH. */
export const STATE_RULES: readonly LintRule[] = [
  { id: 'state.numbers', silently: 'throws every change away', check: notNumbers },
  { id: 'state.spellings', silently: 'lets one of both win', check: twoSpellings },
  { id: 'state.values', silently: 'ignores the value', check: noPlainValue },
  { id: 'state.secrets', silently: '', check: secretThere },
  { id: 'state.ignored', silently: 'keeps the key, without effect', check: withoutEffect },
  { id: 'state.paused', silently: '', check: paused },
];
