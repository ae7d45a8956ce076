import { maskSetting } from '../core/mask.js';
import { alterSystemReset } from '../core/setting/alterSystem.js';
import type { Setting } from '../core/setting/spec.js';
import { displaySetting, parseSetting, sameSetting } from '../core/setting/value.js';
import { isConfiguration, memberRow, scopeOf } from './config.js';
import { dcsParameters, type DcsParameter } from './dcsParameters.js';
import type { DcsSight } from './dcsSight.js';
import type { MemberConfiguration } from './levels.js';
import type { Beaten, PatroniSeen } from './seenData.js';

/** The server that a run is connected to. */
interface Here {
  /** Which member it is; null where that cannot be told. */
  readonly member: string | null;
  readonly configuration: MemberConfiguration;
}

/** What there is to say of the cluster that a server belongs to; secrets masked. */
export function patroniSeen(sight: DcsSight, here: Here): PatroniSeen {
  return {
    scope: scopeOf(sight),
    told_by: sight.told.url,
    member: here.member,
    members: sight.members.map(memberRow),
    auto_conf_beats_dcs: autoConfBeatingDcs(sight, here),
  };
}

/**
 * The entries of postgresql.auto.conf that beat the DCS today, or will after the next restart: those for parameters that
 * the DCS has, of every member that was reached, and of this server in any case. An entry for a parameter of the
 * command line beats nothing.
 */
export function autoConfBeatingDcs(sight: DcsSight, here: Here): Beaten[] {
  const wanted = new Map(dcsParameters(sight.told.value).map((one) => [one.name.toLowerCase(), one]));
  return configurationsOf(sight, here).flatMap(({ member, configuration }) =>
    [...wanted].flatMap(([key, dcs]): Beaten[] => {
      const setting = configuration.settings.get(key);
      const entry = setting === undefined ? null : winningEntry(setting, configuration);
      return setting === undefined || entry === null ? [] : [beaten(setting, dcs, entry, member)];
    }),
  );
}

interface Named {
  readonly member: string | null;
  readonly configuration: MemberConfiguration;
}

/** This server as its own session saw it, in the place of the member that it is. */
function configurationsOf({ members }: DcsSight, here: Here): Named[] {
  const reached = members.flatMap(({ listed: { name }, configuration }): Named[] => {
    if (name === here.member) return [here];
    return isConfiguration(configuration) ? [{ member: name, configuration }] : [];
  });
  return reached.length === 0 ? [here] : reached;
}

/** The entry in postgresql.auto.conf where it wins; its text is null where the role may not see the files. */
function winningEntry(
  setting: Setting,
  { fileEntries }: MemberConfiguration,
): { readonly text: string | null } | null {
  if (setting.source === 'command line') return null;
  if (fileEntries === null) return isAutoConf(setting.sourcefile) ? { text: null } : null;
  const key = setting.name.toLowerCase();
  const last = fileEntries.findLast(({ name }) => name?.toLowerCase() === key);
  return last !== undefined && isAutoConf(last.sourcefile) ? { text: last.setting ?? '' } : null;
}

function isAutoConf(sourcefile: string | null): boolean {
  return sourcefile?.endsWith('/postgresql.auto.conf') === true;
}

function beaten(
  setting: Setting,
  dcs: DcsParameter,
  { text }: { readonly text: string | null },
  member: string | null,
): Beaten {
  const { name } = setting;
  const wanted = parseSetting(setting, dcs.text ?? '');
  const written = parseSetting(setting, text ?? setting.setting);
  return {
    parameter: name,
    member,
    dcs_value: dcs.text === null ? null : maskSetting(name, dcs.text),
    auto_conf: text === null ? null : maskSetting(name, text),
    in_force: maskSetting(name, displaySetting(setting, setting.setting)),
    matches_dcs:
      dcs.text === null || !wanted.ok
        ? null
        : written.ok && sameSetting(setting, wanted.setting, written.setting),
    remedy: `${alterSystemReset(name)}; SELECT pg_catalog.pg_reload_conf();`,
  };
}
