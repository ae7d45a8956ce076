import { maskSetting } from '../core/mask.js';
import type { Setting } from '../core/setting/spec.js';
import { displaySetting } from '../core/setting/value.js';
import { isoTime } from '../inspect/decode.js';
import { isSeen, type DcsKnown } from '../patroni/dcsSight.js';
import type { PatroniSeen } from '../patroni/seenData.js';
import type { Configuration } from './configuration.js';
import { dcsLevelOf } from './dcsLevel.js';
import { fileMasksOf, masksOf } from './masks.js';
import { fileErrorsOf, pendingOf, pendingOnMember } from './pending.js';
import type { ConfigShowData, ShownSetting } from './showData.js';
import { chooseSettings, type SettingFilter } from './showFilter.js';

/** What is known of the DCS of a server's cluster, and what there is to say of it. */
interface Patroni {
  readonly dcs: DcsKnown;
  readonly seen: PatroniSeen | null;
}

/**
 * The settings that the filter chooses, as `config show` tells them; secrets masked.
 * @throws PgdbaError `parameter_unknown` for a plain name that the server does not show
 */
export function showConfiguration(
  configuration: Configuration,
  filter: SettingFilter,
  { dcs, seen }: Patroni = { dcs: null, seen: null },
): ConfigShowData {
  const { settings, fileEntries, loadedAt, complete } = configuration;
  const shown = chooseSettings(configuration, filter).map((setting) =>
    shownSetting(configuration, setting, dcs),
  );
  return {
    patroni: seen,
    settings: shown.filter(({ pending, pending_restart }) => {
      // Where the files cannot be compared, the server's flag is all there is.
      return !filter.pendingRestart || (pending === null ? pending_restart : pending === 'restart');
    }),
    files: fileEntries === null ? null : fileErrors(configuration),
    loaded_at: loadedAt === '' ? null : isoTime(loadedAt),
    total: settings.size,
    complete,
  };
}

function shownSetting(configuration: Configuration, setting: Setting, dcs: DcsKnown): ShownSetting {
  const { name, unit, context, sourcefile, sourceline, vartype, min_val, max_val, category } = setting;
  const masked = (value: string | null): string | null => (value === null ? null : maskSetting(name, value));
  const { waits, fileValue } = (isSeen(dcs) ? pendingOnMember : pendingOf)(configuration, setting);
  return {
    name,
    value: maskSetting(name, setting.setting),
    unit,
    display: maskSetting(name, displaySetting(setting, setting.setting)),
    context,
    source: setting.source as ShownSetting['source'],
    sourcefile,
    sourceline,
    file_value: masked(fileValue),
    pending: waits,
    pending_restart: setting.pending_restart,
    masked_by: [...masksOf(configuration, name), ...fileMasksOf(configuration, name)],
    ...dcsLevelOf(dcs, configuration, setting),
    boot_val: masked(setting.boot_val),
    reset_val: masked(setting.reset_val),
    vartype,
    min_val,
    max_val,
    enumvals: setting.enumvals === null ? null : [...setting.enumvals],
    category,
  };
}

function fileErrors(configuration: Configuration): NonNullable<ConfigShowData['files']> {
  return fileErrorsOf(configuration).map(({ sourcefile, sourceline, name, error }) => ({
    sourcefile,
    sourceline,
    name,
    error: error ?? '',
  }));
}
