import type { Server } from '../cluster/server.js';
import { isMasked, maskSetting } from '../core/mask.js';
import type { Setting } from '../core/setting/spec.js';
import { isSeen, type DcsKnown } from '../patroni/dcsSight.js';
import { displaySetting, parseSetting, sameSetting, type ParsedSetting } from '../core/setting/value.js';
import { isAutoConf, type Configuration } from './configuration.js';
import type { Difference, InvalidValue, UnknownParameter } from './diffData.js';
import type { Wanted } from './diffInput.js';
import { masksOf } from './masks.js';
import { dcsLevelOf } from './dcsLevel.js';
import { patroniOverride } from './override.js';
import { isInForce, isShownOtherwise, pendingOf, pendingOnMember } from './pending.js';

/** The server that others are compared with. */
export interface Here {
  readonly server: Pick<Server, 'managedBy'>;
  readonly configuration: Configuration;
  /** What is known of the DCS of its cluster. */
  readonly dcs: DcsKnown;
}

export interface Comparison {
  readonly differences: readonly Difference[];
  readonly unknown: readonly UnknownParameter[];
  readonly invalid: readonly InvalidValue[];
  readonly compared: number;
}

/** Compares each wanted value with what is in force, by PostgreSQL's own rules for numbers, units and words. */
export function compareWanted(here: Here, wanted: readonly Wanted[]): Comparison {
  const found = wanted.map((one) => compareOne(here, one));
  const unknown = found.flatMap((one) => one.unknown ?? []);
  return {
    differences: found.flatMap(({ difference }) => difference ?? []),
    unknown,
    invalid: found.flatMap((one) => one.invalid ?? []),
    compared: wanted.length - unknown.length,
  };
}

/** What became of one wanted value; nothing of it where it is in force. */
interface Found {
  readonly difference?: Difference;
  readonly unknown?: UnknownParameter;
  readonly invalid?: InvalidValue;
}

function compareOne(here: Here, wanted: Wanted): Found {
  const { configuration } = here;
  const setting = configuration.settings.get(wanted.name.toLowerCase());
  if (setting === undefined) return { unknown: notHere(configuration, wanted.name) };
  const text = wanted.text ?? textAfterReset(configuration, setting);
  if (text === null) {
    return {
      unknown: unknown(
        setting.name,
        'hidden',
        'what a RESET leaves stands in files that the role may not read',
      ),
    };
  }
  if (wanted.wasInForce && isMasked(text)) {
    return { unknown: unknown(setting.name, 'masked', 'the saved value holds a masked secret') };
  }
  const parsed = parseSetting(setting, text);
  if (!parsed.ok && !wanted.wasInForce) return { invalid: invalid(wanted, text, parsed) };
  if (isSame(configuration, setting, text, wanted.wasInForce)) return {};
  return { difference: differenceOf(here, setting, parsed.ok ? parsed.setting : text, wanted) };
}

function isSame(configuration: Configuration, setting: Setting, text: string, wasInForce: boolean): boolean {
  const parsed = parseSetting(setting, text);
  if (wasInForce) return parsed.ok && sameSetting(setting, parsed.setting, setting.setting);
  if (isInForce(setting, text)) return true;
  return isShownOtherwise(setting) && pendingOf(configuration, setting).fileValue === text;
}

/** RESET takes the line out of postgresql.auto.conf: what the other files say then counts, else the default. */
function textAfterReset({ fileEntries }: Configuration, setting: Setting): string | null {
  if (setting.source === 'command line') return setting.setting;
  if (fileEntries === null) return null;
  const key = setting.name.toLowerCase();
  const below = fileEntries.findLast(
    ({ name, sourcefile }) => name?.toLowerCase() === key && !isAutoConf(sourcefile),
  );
  return below?.setting ?? setting.boot_val ?? '';
}

function differenceOf(here: Here, setting: Setting, other: string, wanted: Wanted): Difference {
  return rowOf(here, setting, {
    other: maskSetting(setting.name, displaySetting(setting, other)),
    recommended: null,
    confidence: null,
    source: wanted.source,
    line: wanted.line,
    rationale: wanted.rationale,
    evidence: null,
    override: overrideRow(here, setting.name),
  });
}

/** What beats a change of a parameter here. */
export function overrideRow({ server, configuration, dcs }: Here, name: string): Difference['override'] {
  return {
    patroni_override: patroniOverride(server, configuration, name, dcs),
    masked_by: masksOf(configuration, name),
  };
}

type Told =
  'other' | 'recommended' | 'confidence' | 'source' | 'line' | 'rationale' | 'evidence' | 'override';

/** A row of the answer: what is told of the other side, and what this server has. */
export function rowOf(
  { configuration, dcs }: Pick<Here, 'configuration' | 'dcs'>,
  setting: Setting,
  told: Pick<Difference, Told> & Partial<Pick<Difference, 'member' | 'reason'>>,
): Difference {
  const { name, context, unit, source } = setting;
  const current = maskSetting(name, displaySetting(setting, setting.setting));
  const { other, recommended, confidence, rationale, ...rest } = told;
  return {
    parameter: name,
    current,
    other,
    recommended,
    unit,
    masked: isMasked(current) || isMasked(other),
    confidence,
    rationale,
    current_source: source,
    context,
    needs_restart: context === 'postmaster',
    pending: (isSeen(dcs) ? pendingOnMember : pendingOf)(configuration, setting).waits,
    level: dcsLevelOf(dcs, configuration, setting).level,
    member: null,
    reason: null,
    ...rest,
  };
}

/** A name that this server does not show. */
export function notHere({ complete }: Configuration, name: string): UnknownParameter {
  return complete
    ? unknown(name, 'no_such_parameter', 'this server has no parameter of that name')
    : unknown(name, 'hidden', 'this server shows no parameter of that name, but hides some from this role');
}

function unknown(parameter: string, reason: UnknownParameter['reason'], message: string): UnknownParameter {
  return { parameter, reason, message };
}

function invalid(
  { name, line }: Wanted,
  text: string,
  { message, hint }: Extract<ParsedSetting, { ok: false }>,
): InvalidValue {
  return { parameter: name, value: maskSetting(name, text), line, message, hint };
}
