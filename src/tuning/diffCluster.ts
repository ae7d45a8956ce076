import type { Setting } from '../core/setting/spec.js';
import { displaySetting } from '../core/setting/value.js';
import type { Configuration } from './configuration.js';
import type { UnknownParameter } from './diffData.js';
import type { Wanted } from './diffInput.js';
import { compareWanted, type Comparison, type Here } from './diffSettings.js';

/** What a server has in force. */
type ServerSettings = Pick<Configuration, 'settings' | 'complete'>;

/** Compares what is in force on two servers; what only one of them shows is told as unknown, by name. */
export function compareServers(here: Here, there: ServerSettings, leftOut: ReadonlySet<string>): Comparison {
  const wanted = [...there.settings.values()]
    .filter((setting) => !leftOut.has(setting.name) && !isOfTheConnection(here.configuration, setting))
    .map(wantedOf);
  const comparison = compareWanted(here, wanted);
  const missing = [...here.configuration.settings.values()]
    .filter(({ name }) => !leftOut.has(name) && !there.settings.has(name.toLowerCase()))
    .map(({ name }) => notThere(there, name));
  return { ...comparison, unknown: [...comparison.unknown, ...missing] };
}

/** At their default the keepalives show what the kernel has for this very connection, and nothing over a socket. */
function isOfTheConnection({ settings }: Configuration, { name, source }: Setting): boolean {
  return name.startsWith('tcp_') && source === 'default' && settings.get(name)?.source === 'default';
}

function wantedOf(setting: Setting): Wanted {
  const { name, source, sourcefile, sourceline } = setting;
  const place = sourcefile === null ? '' : ` (${sourcefile} line ${String(sourceline ?? 0)})`;
  return {
    name,
    text: displaySetting(setting, setting.setting),
    wasInForce: true,
    rationale: `there it comes from: ${source}${place}`,
    source,
    line: null,
  };
}

function notThere({ complete }: ServerSettings, parameter: string): UnknownParameter {
  return complete
    ? {
        parameter,
        reason: 'no_such_parameter_there',
        message: 'the other server has no parameter of that name',
      }
    : {
        parameter,
        reason: 'hidden_there',
        message: 'the other server shows no parameter of that name, but hides some from the role',
      };
}
