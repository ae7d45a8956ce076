import { PgdbaError } from '../core/errors.js';
import type { Server } from '../cluster/server.js';
import { displaySetting } from '../core/setting/value.js';
import type { Level } from '../patroni/configData.js';
import { dcsParameter } from '../patroni/dcsParameters.js';
import { isSeen, type DcsKnown } from '../patroni/dcsSight.js';
import { patronisEntry } from '../patroni/levels.js';
import type { PATRONI_OVERRIDES } from './changeset/changeSet.js';
import type { Configuration } from './configuration.js';

export type PatroniOverride = (typeof PATRONI_OVERRIDES)[number];

/** Where a parameter is set beside postgresql.auto.conf. */
interface SetElsewhere {
  readonly level: Extract<Level, 'command_line' | 'dcs' | 'local_yaml' | 'patroni'>;
  /** As it stands there, unmasked; null for no plain value, and for a file that the role may not see. */
  readonly value: string | null;
}

/** Who else has a say about a parameter beside ALTER SYSTEM. */
export interface Override {
  readonly override: PatroniOverride;
  /** Null unless `overridden`. */
  readonly overriddenBy: SetElsewhere | null;
}

type Manager = Pick<Server, 'managedBy'>;
type Levels = Pick<Configuration, 'settings' | 'complete' | 'fileEntries'>;

/**
 * Whether a cluster manager beats what ALTER SYSTEM would set for a parameter, or would be beaten by it behind its back:
 * `overridden` when the postmaster has it on its command line, whoever started it, or the DCS or the member's own file
 * has it; `not_set_but_ephemeral` when Patroni manages the node and none of them has; `unknown` when Patroni is suspected
 * and what it has cannot be told; else `not_managed`.
 */
export function overrideOf({ managedBy }: Manager, levels: Levels, name: string, dcs: DcsKnown): Override {
  const setting = levels.settings.get(name.toLowerCase());
  if (setting?.source === 'command line') {
    return overridden('command_line', displaySetting(setting, setting.setting));
  }
  if (dcs instanceof PgdbaError) return told('unknown');
  if (!isSeen(dcs)) {
    return told(managedBy === 'patroni' || managedBy === 'unknown' ? 'unknown' : 'not_managed');
  }
  const wanted = dcsParameter(dcs.told.value, name);
  const entry = patronisEntry(name, wanted?.text ?? null, levels);
  if (entry !== null && entry !== 'unknown' && entry.level !== 'dcs') {
    return overridden(entry.level, entry.text);
  }
  if (wanted !== null) return overridden('dcs', wanted.text);
  return told(entry === 'unknown' ? 'unknown' : 'not_set_but_ephemeral');
}

/** The verdict of {@link overrideOf} alone. */
export function patroniOverride(
  server: Manager,
  levels: Levels,
  name: string,
  dcs: DcsKnown,
): PatroniOverride {
  return overrideOf(server, levels, name, dcs).override;
}

function overridden(level: SetElsewhere['level'], value: string | null): Override {
  return { override: 'overridden', overriddenBy: { level, value } };
}

function told(override: Exclude<PatroniOverride, 'overridden'>): Override {
  return { override, overriddenBy: null };
}
